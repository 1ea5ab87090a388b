import Columns

/// `ts ± INTERVAL`. Arguments: timestamp, months, microseconds.
///
/// The sum stays in the years 0000 to 9999, which RFC 3339 can write and no unit can overflow.
enum TimestampAddFunction {
    static let function = ScalarFunction(
        name: "timestamp_add", usage: "timestamp + INTERVAL", canFail: true,
        portability: .everywhere,
        resolve: ScalarFunction.overloads([([.timestamp, .int64, .int64], .timestamp)]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .timestamp(let time) = arguments[0], case .int64(let months) = arguments[1],
                case .int64(let microseconds) = arguments[2]
            else { return .null }
            let moved = months == 0 ? time : Calendar.add(months: months, to: time)
            guard let moved else { throw TimestampText.outOfRange }
            let (sum, overflow) = moved.addingReportingOverflow(microseconds)
            guard !overflow, TimestampText.writable.contains(sum) else {
                throw TimestampText.outOfRange
            }
            return .timestamp(sum)
        })
}
