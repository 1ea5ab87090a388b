import Columns

/// `length(text)` in Unicode code points, as Spark counts.
enum LengthFunction {
    static let function = ScalarFunction(
        name: "length", usage: "length(text)",
        resolve: ScalarFunction.overloads([([.string], .int64)]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .string(let text) = arguments[0] else { return .null }
            return .int64(Int64(text.unicodeScalars.count))
        })
}
