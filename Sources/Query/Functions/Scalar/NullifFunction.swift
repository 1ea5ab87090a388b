import Columns

/// `nullif(a, b)`: null if they are equal, else `a`.
enum NullifFunction {
    static let function = ScalarFunction(
        name: "nullif", usage: "nullif(a, b)", nulls: .own,
        portability: .everywhere,
        resolve: { arguments in
            guard arguments.count == 2, let type = ScalarFunction.commonType(arguments) else {
                return .mismatch
            }
            return .signature([type, type], type)
        },
        evaluate: { (arguments) throws(QueryError) in
            guard arguments[0] != .null, arguments[1] != .null else { return arguments[0] }
            return ValueOrder.compare(arguments[0], arguments[1]) == 0 ? .null : arguments[0]
        })
}
