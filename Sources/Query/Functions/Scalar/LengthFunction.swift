import Columns

/// `char_length(text)` in Unicode code points, also called `length` as in Spark; ClickHouse's `length`
/// counts bytes.
enum LengthFunction {
    static let all = [
        make("char_length", portability: .everywhere), make("length", portability: .spark),
    ]

    private static func make(_ name: String, portability: Portability) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "\(name)(text)", portability: portability,
            resolve: ScalarFunction.overloads([([.string], .int64)]),
            evaluate: { (arguments) throws(QueryError) in
                guard case .string(let text) = arguments[0] else { return .null }
                return .int64(Int64(text.unicodeScalars.count))
            })
    }
}
