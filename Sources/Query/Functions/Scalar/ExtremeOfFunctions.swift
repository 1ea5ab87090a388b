import Columns

/// `greatest(a, b, …)` and `least(a, b, …)`; nulls do not take part (Spark; ClickHouse since 24.12).
enum ExtremeOfFunctions {
    static let greatest = make("greatest") { $0 > 0 }
    static let least = make("least") { $0 < 0 }

    private static func make(
        _ name: String, _ isBetter: @escaping @Sendable (Int) -> Bool
    ) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "\(name)(a, b, …)", nulls: .own,
            portability: .everywhere,
            resolve: { arguments in
                guard arguments.count >= 2, let type = ScalarFunction.commonType(arguments) else {
                    return .mismatch
                }
                return .signature(arguments.map { _ in type }, type)
            },
            evaluate: { (arguments) throws(QueryError) in
                var best = Value.null
                for value in arguments where value != .null {
                    if best == .null || isBetter(ValueOrder.compare(value, best)) { best = value }
                }
                return best
            })
    }
}
