import Columns

/// `abs(x)`
enum AbsFunction {
    static let function = ScalarFunction(
        name: "abs", usage: "abs(x)", canFail: true, portability: .everywhere,
        resolve: ScalarFunction.overloads([([.int64], .int64), ([.double], .double)]),
        evaluate: { (arguments) throws(QueryError) in
            switch arguments[0] {
            case .int64(let value):
                guard value != .min else { throw ArithmeticFunctions.overflow }
                return .int64(abs(value))
            case .double(let value): return .double(abs(value))
            case .null, .bool, .string, .timestamp: return .null
            }
        })
}
