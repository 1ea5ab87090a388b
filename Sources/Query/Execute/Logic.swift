import Columns

/// AND and OR in three-valued logic, and what counts as true.
enum Logic {
    /// 1 where `operand` is true; false and null are 0.
    static func mask(of operand: Operand, _ count: Int) -> [UInt8] {
        switch operand {
        case .constant(let value):
            return [UInt8](repeating: value == .bool(true) ? 1 : 0, count: count)
        case .column(let column):
            guard case .bool(let bits) = column.values else {
                return [UInt8](repeating: 0, count: count)
            }
            guard let validity = column.validity else { return bits }
            return Lane.map(.rows(bits), .rows(validity), count: count) { $0 & $1 }
        }
    }

    /// - Parameter whileAll: `true` for AND, `false` for OR.
    static func evaluate(
        _ terms: [Evaluator], _ block: Block, whileAll: Bool
    ) throws(QueryError) -> Column {
        let count = block.rowCount
        // OR is AND of the opposites, turned round: `sure` are the rows where a term decides alone.
        let decisive: UInt8 = whileAll ? 0 : 1
        var isDecided = [UInt8](repeating: 0, count: count)
        var hasNull = [UInt8](repeating: 0, count: count)
        for term in terms {
            // A term that can fail sees only rows that no term before it has decided.
            if term.expression.canFail, isDecided.contains(1) {
                let rows = Gather.positions(isDecided.map { $0 ^ 1 })
                let part = try term.evaluate(block.gathered(rows))
                let cells = part.column(count: rows.count, type: .bool)
                for (index, row) in rows.enumerated() {
                    switch cells[index] {
                    case .bool(let value):
                        if (value ? 1 : 0) == decisive { isDecided[Int(row)] = 1 }
                    default: hasNull[Int(row)] = 1
                    }
                }
                continue
            }
            let column = try term.evaluate(block).column(count: count, type: .bool)
            guard case .bool(let bits) = column.values else {
                hasNull = [UInt8](repeating: 1, count: count)
                continue
            }
            if let validity = column.validity {
                for row in 0..<count {
                    isDecided[row] |= validity[row] & (bits[row] == decisive ? 1 : 0)
                    hasNull[row] |= validity[row] ^ 1
                }
            } else {
                isDecided = Lane.map(.rows(isDecided), .rows(bits), count: count) {
                    $0 | ($1 == decisive ? 1 : 0)
                }
            }
        }
        let bits = whileAll ? isDecided.map { $0 ^ 1 } : isDecided
        guard hasNull.contains(1) else { return Column(bools: bits) }
        var validity = [UInt8](repeating: 1, count: count)
        var values = bits
        for row in 0..<count where hasNull[row] == 1 && isDecided[row] == 0 {
            validity[row] = 0
            values[row] = 0
        }
        return Column(bools: values, validity: validity)
    }
}
