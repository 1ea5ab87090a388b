import Columns

/// `coalesce(a, b, …)`: the first that is not null.
enum CoalesceFunction {
    static let function = ScalarFunction(
        name: "coalesce", usage: "coalesce(a, b, …)", nulls: .own,
        portability: .everywhere,
        resolve: { arguments in
            guard !arguments.isEmpty, let type = ScalarFunction.commonType(arguments) else {
                return .mismatch
            }
            return .signature(arguments.map { _ in type }, type)
        },
        evaluate: { (arguments) throws(QueryError) in
            arguments.first { $0 != .null } ?? .null
        },
        kernel: { (operands, count) throws(QueryError) in
            guard operands.count == 2, case .column(let column) = operands[0] else { return nil }
            guard let presence = column.presence else { return column }
            return Choice.column(
                presence, operands[0], operands[1], type: column.type, count: count)
        })
}

/// One of two values, row by row.
enum Choice {
    /// - Parameter mask: 1 takes the row of `a`, 0 that of `b`.
    static func column(
        _ mask: [UInt8], _ a: Operand, _ b: Operand, type: ColumnType, count: Int
    ) -> Column? {
        switch type {
        case .string: return nil
        case .bool:
            guard let x = a.bools, let y = b.bools else { return nil }
            return Column(bools: pick(mask, x, y), validity: presence(mask, a, b, count))
        case .int64:
            guard let x = a.integers, let y = b.integers else { return nil }
            return Column(integers: pick(mask, x, y), validity: presence(mask, a, b, count))
        case .timestamp:
            guard let x = a.integers, let y = b.integers else { return nil }
            return Column(timestamps: pick(mask, x, y), validity: presence(mask, a, b, count))
        case .double:
            guard let x = a.doubles, let y = b.doubles else { return nil }
            return Column(doubles: pick(mask, x, y), validity: presence(mask, a, b, count))
        }
    }

    private static func pick<Element>(
        _ mask: [UInt8], _ a: Lane<Element>, _ b: Lane<Element>
    ) -> [Element] {
        mask.indices.map { row in
            switch mask[row] != 0 ? a : b {
            case .rows(let values): values[row]
            case .constant(let value): value
            }
        }
    }

    private static func presence(
        _ mask: [UInt8], _ a: Operand, _ b: Operand, _ count: Int
    ) -> [UInt8]? {
        let x = [a].commonPresence
        let y = [b].commonPresence
        if x == nil, y == nil { return nil }
        let ones = [UInt8](repeating: 1, count: count)
        return pick(mask, .rows(x ?? ones), .rows(y ?? ones))
    }
}
