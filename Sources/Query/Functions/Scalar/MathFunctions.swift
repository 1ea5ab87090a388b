import Columns
import Glibc

/// Functions of doubles and of whole numbers that are no operators.
enum MathFunctions {
    static let all =
        [
            // Of a negative number NaN, as everywhere.
            function("sqrt") { plain($0.squareRoot()) }, function("exp") { exp($0) },
            logarithm("ln") { log($0) }, logarithm("log10") { log10($0) },
            logarithm("log2") { log2($0) }, power, sign, remainder, quotient, truncate,
        ] + Ratios.all

    /// The processor gives what has no value a sign, which would be shown.
    private static func plain(_ value: Double) -> Double { value.isNaN ? .nan : value }

    private static func function(
        _ name: String, _ body: @escaping @Sendable (Double) -> Double
    ) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "\(name)(x)", portability: .everywhere,
            resolve: ScalarFunction.overloads([([.double], .double)]),
            evaluate: { (arguments) throws(QueryError) in
                if case .double(let value) = arguments[0] { .double(body(value)) } else { .null }
            },
            kernel: { (operands, count) throws(QueryError) in
                guard let values = operands[0].doubles else { return nil }
                let results = Lane.map(values, .constant(0), count: count) { x, _ in body(x) }
                return Column(doubles: results, validity: operands.commonPresence)
            })
    }

    /// Of 0 and less it is an error: Spark gives null, ClickHouse an infinity or NaN.
    private static func logarithm(
        _ name: String, _ body: @escaping @Sendable (Double) -> Double
    ) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "\(name)(x)", canFail: true, portability: .everywhere,
            resolve: ScalarFunction.overloads([([.double], .double)]),
            evaluate: { (arguments) throws(QueryError) in
                guard case .double(let value) = arguments[0] else { return .null }
                guard !(value <= 0) else {
                    throw QueryError(
                        .value, "\(name) of a number that is not larger than 0",
                        hint: "write CASE WHEN x > 0 THEN \(name)(x) END to get NULL instead")
                }
                return .double(body(value))
            })
    }

    private static let power = ScalarFunction(
        name: "power", usage: "power(x, exponent)", portability: .everywhere,
        resolve: ScalarFunction.overloads([([.double, .double], .double)]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .double(let base) = arguments[0], case .double(let exponent) = arguments[1]
            else { return .null }
            return .double(plain(pow(base, exponent)))
        })

    /// -1, 0 or 1; of NaN NaN.
    private static let sign = ScalarFunction(
        name: "sign", usage: "sign(x)", portability: .everywhere,
        resolve: ScalarFunction.overloads([([.int64], .int64), ([.double], .double)]),
        evaluate: { (arguments) throws(QueryError) in
            switch arguments[0] {
            case .int64(let value): .int64(value.signum())
            case .double(let value): .double(value > 0 ? 1 : value < 0 ? -1 : value)
            case .null, .bool, .string, .timestamp: .null
            }
        })

    /// `mod(a, b)` is `a % b`.
    private static let remainder = ScalarFunction(
        name: "mod", usage: "mod(a, b)", canFail: true, portability: .everywhere,
        resolve: ArithmeticFunctions.remainder.resolve,
        evaluate: ArithmeticFunctions.remainder.evaluate)

    /// `div(a, b)`: how often b goes into a, towards zero.
    private static let quotient = ScalarFunction(
        name: "div", usage: "div(a, b)", canFail: true, portability: .spark,
        resolve: ScalarFunction.overloads([([.int64, .int64], .int64)]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .int64(let a) = arguments[0], case .int64(let b) = arguments[1] else {
                return .null
            }
            guard b != 0 else { throw ArithmeticFunctions.divisionByZero }
            let (result, overflow) = a.dividedReportingOverflow(by: b)
            guard !overflow else { throw ArithmeticFunctions.overflow }
            return .int64(result)
        })

    /// `truncate(x[, digits])`: towards zero, where `round` goes to the nearest.
    private static let truncate = ScalarFunction(
        name: "truncate", usage: "truncate(x[, digits])", portability: .clickhouse,
        resolve: ScalarFunction.overloads([
            ([.int64], .int64), ([.double], .double), ([.double, .int64], .double),
        ]),
        evaluate: { (arguments) throws(QueryError) in
            RoundingFunctions.rounded(arguments, .towardZero)
        })
}
