import Columns

/// NOT and the IS tests. AND and OR are no functions: they take any number of terms.
enum LogicFunctions {
    static let all = [not, isNull, isTruth("is true", true), isTruth("is false", false)]

    private static let not = ScalarFunction(
        name: "not", usage: "NOT a", portability: .everywhere,
        resolve: ScalarFunction.overloads([([.bool], .bool)]),
        evaluate: { (arguments) throws(QueryError) in
            if case .bool(let value) = arguments[0] { .bool(!value) } else { .null }
        },
        kernel: { (operands, count) throws(QueryError) in
            guard let values = operands[0].bools else { return nil }
            let bits = Lane.map(values, .constant(1), count: count) { $0 ^ $1 }
            return Column(bools: bits, validity: operands.commonPresence)
        })

    private static let isNull = ScalarFunction(
        name: "is null", usage: "a IS NULL", nulls: .own, portability: .everywhere,
        resolve: { arguments in
            arguments.count == 1 ? .signature([arguments[0].type ?? .string], .bool) : .mismatch
        },
        evaluate: { (arguments) throws(QueryError) in .bool(arguments[0] == .null) },
        kernel: { (operands, count) throws(QueryError) in
            guard case .column(let column) = operands[0] else { return nil }
            guard let presence = column.presence else {
                return Column(bools: [UInt8](repeating: 0, count: count))
            }
            return Column(bools: presence.map { $0 ^ 1 })
        })

    private static func isTruth(_ name: String, _ wanted: Bool) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "a \(name.uppercased())", nulls: .own,
            portability: .everywhere,
            resolve: ScalarFunction.overloads([([.bool], .bool)]),
            evaluate: { (arguments) throws(QueryError) in .bool(arguments[0] == .bool(wanted)) })
    }
}
