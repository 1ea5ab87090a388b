import Columns

/// Reads units of a scan: first the columns of the filter, the others only if rows are left.
final class UnitReader {
    private let plan: ScanPlan
    private let filter: BlockFilter
    /// Positions in `plan.columns`.
    private let early: [Int]
    private let late: [Int]

    /// - Parameter wanted: positions in `plan.columns` that are read beside those of the filter; `nil`
    ///   for all. The others come out as nulls.
    init(_ plan: ScanPlan, wanted: Set<Int>? = nil, _ context: ExecutionContext) {
        self.plan = plan
        filter = BlockFilter(plan.filters, context)
        let needed = plan.filters.reduce(into: Set<Int>()) { $0.formUnion($1.columns) }
        early = plan.columns.indices.filter { needed.contains($0) }
        late = plan.columns.indices.filter {
            !needed.contains($0) && wanted?.contains($0) ?? true
        }
    }

    func read(_ unit: any ScanUnit) throws(QueryError) -> Block {
        let (block, rows) = try select(unit)
        return rows.map { block.selected($0) } ?? block
    }

    /// The whole unit and the rows of it that count, ascending; `nil` if all do.
    func select(_ unit: any ScanUnit) throws(QueryError) -> (block: Block, rows: [Int32]?) {
        guard !early.isEmpty else {
            // Conditions without columns are constants; they still need rows to be true for.
            let block = try read(unit, late)
            let columns = placed(block, late, in: nulls(block.rowCount))
            let whole = Block(rowCount: block.rowCount, columns: columns)
            return (whole, try filter.rows(of: whole, selected: Self.readable(block)))
        }
        let first = try read(unit, early)
        let rowCount = first.rowCount
        var columns = placed(first, early, in: nulls(rowCount))
        var rows = try filter.rows(
            of: Block(rowCount: rowCount, columns: columns), selected: Self.readable(first))
        if !late.isEmpty, rows?.isEmpty != true {
            let second = try read(unit, late)
            columns = placed(second, late, in: columns)
            if let readable = Self.readable(second) {
                let kept = Set(readable)
                rows = (rows ?? Array(0..<Int32(rowCount))).filter { kept.contains($0) }
            }
        }
        for position in plan.filterOnly {
            columns[position] = Column(nulls: rowCount, type: columns[position].type)
        }
        return (Block(rowCount: rowCount, columns: columns), rows)
    }

    private func nulls(_ rowCount: Int) -> [Column] {
        plan.columns.map { Column(nulls: rowCount, type: plan.table.columns[$0].type) }
    }

    private func placed(_ block: Block, _ positions: [Int], in columns: [Column]) -> [Column] {
        var columns = columns
        for (index, position) in positions.enumerated() { columns[position] = block.columns[index] }
        return columns
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
