import Columns

/// `round(x[, digits])`, half away from zero (ClickHouse: to even); `floor(x)`; `ceil(x)`. Integers stay what they are.
enum RoundingFunctions {
    static let floor = make("floor", .down)
    static let ceil = make("ceil", .up)

    static let round = ScalarFunction(
        name: "round", usage: "round(x[, digits])", portability: .spark,
        resolve: ScalarFunction.overloads([
            ([.int64], .int64), ([.double], .double), ([.double, .int64], .double),
        ]),
        evaluate: { (arguments) throws(QueryError) in
            rounded(arguments, .toNearestOrAwayFromZero)
        })

    /// The first argument rounded to the digits that the second says.
    static func rounded(_ arguments: [Value], _ rule: FloatingPointRoundingRule) -> Value {
        guard case .double(let value) = arguments[0] else { return arguments[0] }
        guard arguments.count == 2, case .int64(let digits) = arguments[1], digits != 0 else {
            return .double(value.rounded(rule))
        }
        // Beyond 15 digits a double has nothing left to round.
        guard digits <= 15, value.isFinite else { return .double(value) }
        guard digits >= -308 else { return .double(0) }
        var scale = 1.0
        for _ in 0..<digits.magnitude { scale *= 10 }
        let scaled = digits > 0 ? value * scale : value / scale
        guard scaled.isFinite else { return .double(value) }
        let rounded = scaled.rounded(rule)
        return .double(digits > 0 ? rounded / scale : rounded * scale)
    }

    private static func make(
        _ name: String, _ rule: FloatingPointRoundingRule
    ) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "\(name)(x)", portability: .everywhere,
            resolve: ScalarFunction.overloads([([.int64], .int64), ([.double], .double)]),
            evaluate: { (arguments) throws(QueryError) in
                guard case .double(let value) = arguments[0] else { return arguments[0] }
                return .double(value.rounded(rule))
            })
    }
}
