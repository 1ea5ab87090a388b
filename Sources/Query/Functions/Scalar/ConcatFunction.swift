import Columns

/// `concat(a, b, …)` and `a || b`: null if one is null.
enum ConcatFunction {
    static let function = make("concat", usage: "concat(a, b, …)", least: 1)
    static let operation = make("||", usage: "a || b", least: 2)

    private static func make(_ name: String, usage: String, least: Int) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: usage, portability: .everywhere,
            resolve: { arguments in
                guard arguments.count >= least,
                    arguments.allSatisfy({ Coercion.isSame($0, .string) })
                else { return .mismatch }
                return .signature(arguments.map { _ in .string }, .string)
            },
            evaluate: { (arguments) throws(QueryError) in
                var size = 0
                for case .string(let text) in arguments { size += text.utf8.count }
                try MadeText.check(size)
                var result = ""
                for case .string(let text) in arguments { result += text }
                return .string(result)
            })
    }
}
