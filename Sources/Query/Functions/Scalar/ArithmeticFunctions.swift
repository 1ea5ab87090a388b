import Columns

/// `+ - * / %` and the sign.
///
/// Integers never wrap: an overflow is an error. `/` divides doubles whatever it is given. Division
/// by zero is an error: Spark refuses it, ClickHouse answers infinity, so neither is guessed.
enum ArithmeticFunctions {
    static let all = [
        sum("+", { $0.addingReportingOverflow($1) }, { $0 + $1 }),
        sum("-", { $0.subtractingReportingOverflow($1) }, { $0 - $1 }),
        sum("*", { $0.multipliedReportingOverflow(by: $1) }, { $0 * $1 }),
        division, remainder, negation,
    ]

    static let overflow = QueryError(
        .value, "the result does not fit a 64-bit integer",
        hint: "compute with doubles: CAST(… AS DOUBLE)")
    static let divisionByZero = QueryError(
        .value, "division by zero", hint: "write a / nullif(b, 0) to get NULL instead")

    private static func sum(
        _ name: String,
        _ integer: @escaping @Sendable (Int64, Int64) -> (partialValue: Int64, overflow: Bool),
        _ double: @escaping @Sendable (Double, Double) -> Double
    ) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "a \(name) b", canFail: true, portability: .everywhere,
            resolve: ScalarFunction.overloads([
                ([.int64, .int64], .int64), ([.double, .double], .double),
            ]),
            evaluate: { (arguments) throws(QueryError) in
                switch (arguments[0], arguments[1]) {
                case (.int64(let a), .int64(let b)):
                    let (result, failed) = integer(a, b)
                    guard !failed else { throw overflow }
                    return .int64(result)
                case (.double(let a), .double(let b)): return .double(double(a, b))
                default: return .null
                }
            },
            kernel: { (operands, count) throws(QueryError) in
                if let a = operands[0].doubles, let b = operands[1].doubles {
                    return Column(
                        doubles: Lane.map(a, b, count: count) { double($0, $1) },
                        validity: operands.commonPresence)
                }
                guard let a = operands[0].integers, let b = operands[1].integers else { return nil }
                var anyFailed = false
                let results = Lane.map(a, b, count: count) { a, b -> Int64 in
                    let (result, failed) = integer(a, b)
                    anyFailed = anyFailed || failed
                    return result
                }
                // It may have been the slot of a null; row by row only values count.
                return anyFailed
                    ? nil : Column(integers: results, validity: operands.commonPresence)
            })
    }

    private static let division = ScalarFunction(
        name: "/", usage: "a / b", canFail: true, portability: .everywhere,
        resolve: ScalarFunction.overloads([([.double, .double], .double)]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .double(let a) = arguments[0], case .double(let b) = arguments[1] else {
                return .null
            }
            guard b != 0 else { throw divisionByZero }
            return .double(a / b)
        },
        kernel: { (operands, count) throws(QueryError) in
            guard let a = operands[0].doubles, let b = operands[1].doubles else { return nil }
            var anyZero = false
            let results = Lane.map(a, b, count: count) { a, b -> Double in
                anyZero = anyZero || b == 0
                return a / b
            }
            return anyZero ? nil : Column(doubles: results, validity: operands.commonPresence)
        })

    static let remainder = ScalarFunction(
        name: "%", usage: "a % b", canFail: true, portability: .everywhere,
        resolve: ScalarFunction.overloads([
            ([.int64, .int64], .int64), ([.double, .double], .double),
        ]),
        evaluate: { (arguments) throws(QueryError) in
            switch (arguments[0], arguments[1]) {
            case (.int64(let a), .int64(let b)):
                guard b != 0 else { throw divisionByZero }
                // The smallest integer by -1 has no quotient but a remainder.
                return .int64(b == -1 ? 0 : a % b)
            case (.double(let a), .double(let b)):
                guard b != 0 else { throw divisionByZero }
                return .double(a.truncatingRemainder(dividingBy: b))
            default: return .null
            }
        })

    private static let negation = ScalarFunction(
        name: "negate", usage: "-a", canFail: true, portability: .everywhere,
        resolve: ScalarFunction.overloads([([.int64], .int64), ([.double], .double)]),
        evaluate: { (arguments) throws(QueryError) in
            switch arguments[0] {
            case .int64(let value):
                guard value != .min else { throw overflow }
                return .int64(-value)
            case .double(let value): return .double(-value)
            case .null, .bool, .string, .timestamp: return .null
            }
        })
}
