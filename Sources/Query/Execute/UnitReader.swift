import Columns

/// Reads units of a scan: first the columns of the filter, the others only if rows are left.
final class UnitReader {
    private let plan: ScanPlan
    private let filter: BlockFilter
    /// Positions in `plan.columns`.
    private let early: [Int]
    private let late: [Int]

    init(_ plan: ScanPlan) {
        self.plan = plan
        filter = BlockFilter(plan.filters)
        let needed = plan.filters.reduce(into: Set<Int>()) { $0.formUnion($1.columns) }
        early = plan.columns.indices.filter { needed.contains($0) }
        late = plan.columns.indices.filter { !needed.contains($0) }
    }

    func read(_ unit: any ScanUnit) throws(QueryError) -> Block {
        guard !plan.filters.isEmpty else {
            let block = try read(unit, Array(plan.columns.indices))
            guard !block.unreadable.isEmpty else { return block }
            return block.gathered(Self.readable(block) ?? [])
        }
        let first = try read(unit, early)
        let rowCount = first.rowCount
        var columns = plan.columns.map {
            Column(nulls: rowCount, type: plan.table.columns[$0].type)
        }
        for (index, position) in early.enumerated() { columns[position] = first.columns[index] }
        var rows = try filter.rows(
            of: Block(rowCount: rowCount, columns: columns), selected: Self.readable(first))
        if let rows, rows.isEmpty {
            return Block(rowCount: 0, columns: columns.map { Column(nulls: 0, type: $0.type) })
        }
        if !late.isEmpty {
            let second = try read(unit, late)
            for (index, position) in late.enumerated() {
                columns[position] = second.columns[index]
            }
            if let readable = Self.readable(second) {
                let kept = Set(readable)
                rows = (rows ?? Array(0..<Int32(rowCount))).filter { kept.contains($0) }
            }
        }
        for position in plan.filterOnly {
            columns[position] = Column(nulls: rowCount, type: columns[position].type)
        }
        let block = Block(rowCount: rowCount, columns: columns)
        return rows.map { block.gathered($0) } ?? block
    }

    private func read(_ unit: any ScanUnit, _ positions: [Int]) throws(QueryError) -> Block {
        do {
            return try unit.read(positions.map { plan.columns[$0] })
        } catch {
            throw .storage(error)
        }
    }

    /// Rows outside the damaged ranges; `nil` if there is no damage.
    private static func readable(_ block: Block) -> [Int32]? {
        guard !block.unreadable.isEmpty else { return nil }
        var mask = [UInt8](repeating: 1, count: block.rowCount)
        for range in block.unreadable {
            for row in range.clamped(to: 0..<block.rowCount) { mask[row] = 0 }
        }
        return Gather.positions(mask)
    }
}
