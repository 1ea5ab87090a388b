import Columns

/// `lower(text)` and `upper(text)`, by the Unicode default mapping (ClickHouse: ASCII only).
enum LetterCaseFunctions {
    static let lower = make("lower") { $0.lowercased() }
    static let upper = make("upper") { $0.uppercased() }

    private static func make(
        _ name: String, _ change: @escaping @Sendable (String) -> String
    ) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "\(name)(text)", portability: .spark,
            resolve: ScalarFunction.overloads([([.string], .string)]),
            evaluate: { (arguments) throws(QueryError) in
                if case .string(let text) = arguments[0] { .string(change(text)) } else { .null }
            })
    }
}
