import Columns

/// `concat(a, b, …)` and `a || b`: null if one is null.
enum ConcatFunction {
    static let function = make("concat", usage: "concat(a, b, …)", least: 1)
    static let operation = make("||", usage: "a || b", least: 2)

    /// `concat_ws(separator, a, b, …)`: those that are not null, with the separator between them
    /// (Spark; ClickHouse gives null if one is).
    static let separated = ScalarFunction(
        name: "concat_ws", usage: "concat_ws(separator, a, b, …)", nulls: .own,
        portability: .spark,
        resolve: { arguments in
            guard arguments.count >= 2, arguments.allSatisfy({ Coercion.isSame($0, .string) })
            else { return .mismatch }
            return .signature(arguments.map { _ in .string }, .string)
        },
        evaluate: { (arguments) throws(QueryError) in
            guard case .string(let separator) = arguments[0] else { return .null }
            var parts: [String] = []
            for case .string(let text) in arguments.dropFirst() { parts.append(text) }
            let size = parts.reduce(0) { $0 + $1.utf8.count + separator.utf8.count }
            try MadeText.check(size)
            return .string(parts.joined(separator: separator))
        })

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
