import Columns

/// `trim(text)`, `ltrim(text)`, `rtrim(text)`: without spaces at both ends or one. Only U+0020 is a
/// space here, as in Spark and ClickHouse.
enum TrimFunctions {
    static let all = [
        make("trim", left: true, right: true), make("ltrim", left: true, right: false),
        make("rtrim", left: false, right: true),
    ]

    private static func make(_ name: String, left: Bool, right: Bool) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "\(name)(text)", portability: .everywhere,
            resolve: ScalarFunction.overloads([([.string], .string)]),
            evaluate: { (arguments) throws(QueryError) in
                guard case .string(let text) = arguments[0] else { return .null }
                var rest = text.utf8[...]
                while left, rest.first == 0x20 { rest.removeFirst() }
                while right, rest.last == 0x20 { rest.removeLast() }
                return .string(String(Substring(rest)))
            })
    }
}
