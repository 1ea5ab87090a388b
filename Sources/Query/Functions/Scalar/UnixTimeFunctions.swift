import Columns

/// Timestamps as integers and back: `unix_seconds`, `unix_millis`, `unix_micros` since 1970, and
/// `timestamp_seconds`, `timestamp_millis`, `timestamp_micros`.
enum UnixTimeFunctions {
    static let all = [
        toInteger("unix_seconds", 1_000_000), toInteger("unix_millis", 1_000),
        toInteger("unix_micros", 1), toTimestamp("timestamp_seconds", 1_000_000),
        toTimestamp("timestamp_millis", 1_000), toTimestamp("timestamp_micros", 1),
    ]

    private static func toInteger(_ name: String, _ unit: Int64) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "\(name)(timestamp)", portability: .spark,
            resolve: ScalarFunction.overloads([([.timestamp], .int64)]),
            evaluate: { (arguments) throws(QueryError) in
                guard case .timestamp(let time) = arguments[0] else { return .null }
                return .int64(Calendar.floorDivide(time, unit))
            },
            kernel: { (operands, count) throws(QueryError) in
                guard case .column(let column) = operands[0],
                    case .int64(let times) = column.values
                else { return nil }
                let values = unit == 1 ? times : times.map { Calendar.floorDivide($0, unit) }
                return Column(integers: values, validity: column.validity)
            })
    }

    private static func toTimestamp(_ name: String, _ unit: Int64) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "\(name)(integer)", canFail: true, portability: .spark,
            resolve: ScalarFunction.overloads([([.int64], .timestamp)]),
            evaluate: { (arguments) throws(QueryError) in
                guard case .int64(let value) = arguments[0] else { return .null }
                let (time, overflow) = value.multipliedReportingOverflow(by: unit)
                guard !overflow, TimestampText.writable.contains(time) else {
                    throw TimestampText.outOfRange
                }
                return .timestamp(time)
            })
    }
}
