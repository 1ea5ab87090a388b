import Columns

/// `unix_micros(ts)`: microseconds since 1970 as an integer.
enum UnixMicrosFunction {
    static let function = ScalarFunction(
        name: "unix_micros", usage: "unix_micros(timestamp)",
        resolve: ScalarFunction.overloads([([.timestamp], .int64)]),
        evaluate: { (arguments) throws(QueryError) in
            if case .timestamp(let time) = arguments[0] { .int64(time) } else { .null }
        },
        kernel: { (operands, count) throws(QueryError) in
            guard case .column(let column) = operands[0], case .int64(let values) = column.values
            else { return nil }
            return Column(integers: values, validity: column.validity)
        })
}
