import Columns

/// `starts_with(text, prefix)`
enum StartsWithFunction {
    static let function = ScalarFunction(
        name: "starts_with", usage: "starts_with(text, prefix)",
        resolve: ScalarFunction.overloads([([.string, .string], .bool)]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .string(let text) = arguments[0], case .string(let prefix) = arguments[1]
            else { return .null }
            // By code points: `hasPrefix` would look at whole graphemes.
            return .bool(text.utf8.starts(with: prefix.utf8))
        })
}
