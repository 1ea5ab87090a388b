import Columns

/// `x IN (literal, …)`. True if one is equal; null if none is and there was a null among them.
enum InFunction {
    static let function = ScalarFunction(
        name: "in", usage: "x IN (a, b, …)", nulls: .own, portability: .everywhere,
        resolve: { arguments in
            guard let type = ScalarFunction.commonType(arguments) else { return .mismatch }
            return .signature(arguments.map { _ in type }, .bool)
        },
        evaluate: { (arguments) throws(QueryError) in
            guard arguments[0] != .null else { return .null }
            var hasNull = false
            for candidate in arguments.dropFirst() {
                if candidate == .null {
                    hasNull = true
                } else if ValueOrder.compare(arguments[0], candidate) == 0 {
                    return .bool(true)
                }
            }
            return hasNull ? .null : .bool(false)
        },
        kernel: { (operands, count) throws(QueryError) in
            guard case .column(let column) = operands[0] else { return nil }
            var wanted: Set<Value> = []
            for operand in operands.dropFirst() {
                guard case .constant(let value) = operand, value != .null else { return nil }
                wanted.insert(value)
            }
            switch column.values {
            case .int64(let values):
                let numbers = Set(
                    wanted.compactMap { value -> Int64? in
                        switch value {
                        case .int64(let number), .timestamp(let number): number
                        default: nil
                        }
                    })
                return Column(
                    bools: values.map { numbers.contains($0) ? 1 : 0 }, validity: column.validity)
            case .string(let codes, let dictionary):
                let texts = Set(
                    wanted.compactMap { value -> [UInt8]? in
                        if case .string(let text) = value { Array(text.utf8) } else { nil }
                    })
                let bits = codes.map { code -> UInt8 in
                    guard code >= 0 else { return 0 }
                    return texts.contains(Array(dictionary.bytes[dictionary.range(at: Int(code))]))
                        ? 1 : 0
                }
                return Column(bools: bits, validity: column.presence)
            case .allNull, .bool, .double:
                return nil
            }
        })
}

extension ScalarFunction {
    /// The type that all arguments can have: their own, or double if there are integers and doubles,
    /// or timestamp if the others are string literals.
    static func commonType(_ arguments: [Argument]) -> ColumnType? {
        let types = Set(arguments.compactMap(\.type))
        switch types.count {
        case 0: return .string
        case 1: return types.first
        case 2:
            let wider: ColumnType =
                types.contains(.double) ? .double : types.contains(.timestamp) ? .timestamp : .bool
            return arguments.allSatisfy { Coercion.isPossible($0, wider) } ? wider : nil
        default: return nil
        }
    }
}
