import Columns

/// `time_bucket(INTERVAL '15' MINUTE, ts)`: the begin of the bucket that holds `ts`.
///
/// Buckets of weeks begin on Monday 1970-01-05, all others at 1970-01-01T00:00:00Z.
/// Arguments: months, microseconds (one of them 0), timestamp.
enum TimeBucketFunction {
    static let function = ScalarFunction(
        name: "time_bucket", usage: "time_bucket(INTERVAL, timestamp)",
        resolve: ScalarFunction.overloads([([.int64, .int64, .timestamp], .timestamp)]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .int64(let months) = arguments[0],
                case .int64(let microseconds) = arguments[1],
                case .timestamp(let time) = arguments[2]
            else { return .null }
            return .timestamp(start(of: time, months, microseconds))
        },
        kernel: { (operands, count) throws(QueryError) in
            guard case .constant(.int64(let months)) = operands[0],
                case .constant(.int64(let microseconds)) = operands[1],
                case .column(let column) = operands[2], case .int64(let times) = column.values
            else { return nil }
            return Column(
                timestamps: TimeBuckets.starts(of: times) {
                    start(of: $0, months, microseconds)
                } nextAfter: { start in
                    months > 0
                        ? Calendar.add(months: months, to: start) ?? start
                        : start &+ microseconds
                },
                validity: column.validity)
        })

    private static func start(of time: Int64, _ months: Int64, _ microseconds: Int64) -> Int64 {
        if months > 0 {
            let date = Calendar.date(ofDay: Calendar.floorDivide(time, Calendar.dayLength))
            let month = (date.year - 1970) * 12 + date.month - 1
            let first = Calendar.floorDivide(month, months) * months
            let year = Calendar.floorDivide(first, 12)
            let start = Calendar.Date(year: 1970 + year, month: first - year * 12 + 1, day: 1)
            return Calendar.day(of: start) &* Calendar.dayLength
        }
        guard microseconds > 0 else { return time }
        let week: Int64 = 7 * Calendar.dayLength
        let origin = microseconds % week == 0 ? 4 * Calendar.dayLength : 0
        return Calendar.floorDivide(time &- origin, microseconds) &* microseconds &+ origin
    }
}
