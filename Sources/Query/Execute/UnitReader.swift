import Columns

/// Reads units of a scan: first the columns of the filter, the others only if rows are left.
final class UnitReader {
    private let plan: ScanPlan
    private let filter: BlockFilter
    /// Of `plan.columns`.
    private let types: [ColumnType]
    /// Positions in `plan.columns`.
    private let early: [Int]
    private let late: [Int]

    /// - Parameter wanted: positions in `plan.columns` that are read beside those of the filter; `nil`
    ///   for all. The others come out as nulls.
    init(_ plan: ScanPlan, wanted: Set<Int>? = nil, _ context: ExecutionContext) {
        self.plan = plan
        filter = BlockFilter(plan.filters, context)
        let columns = plan.table.columns
        types = plan.columns.map { columns[$0].type }
        let needed = plan.filters.reduce(into: Set<Int>()) { $0.formUnion($1.columns) }
        early = plan.columns.indices.filter { needed.contains($0) }
        late = plan.columns.indices.filter {
            !needed.contains($0) && wanted?.contains($0) ?? true
        }
    }

    func read(_ unit: any ScanUnit) throws(QueryError) -> Block {
        guard !early.isEmpty else {
            let (block, rows) = try select(unit)
            return rows.map { block.selected($0) } ?? block
        }
        let first = try filtered(unit)
        if let rows = first.rows, isFew(rows, of: unit, late) {
            return try read(rows, of: first, unit)
        }
        let (block, rows) = try completed(first, unit)
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
        return try completed(try filtered(unit), unit)
    }

    /// These rows, in their order; `nil` if one of them cannot be read.
    /// - Parameter rows: rows that satisfy the conditions.
    func rows(_ rows: [Int32], of unit: any ScanUnit) throws(QueryError) -> Block? {
        let all = Array(plan.columns.indices)
        guard isFew(rows, of: unit, all) else {
            let (block, kept) = try select(unit)
            let isWhole = kept.map { Set(rows).isSubset(of: $0) } ?? true
            return isWhole ? block.gathered(rows) : nil
        }
        let ascending = rows.sorted()
        let block = try read(unit, all, rows: ascending)
        guard block.unreadable.isEmpty else { return nil }
        var places: [Int32: Int32] = [:]
        for (place, row) in ascending.enumerated() { places[row] = Int32(place) }
        return block.gathered(rows.compactMap { places[$0] })
    }

    /// The columns of the filter, and the rows that satisfy it.
    private func filtered(
        _ unit: any ScanUnit
    ) throws(QueryError) -> (block: Block, rows: [Int32]?) {
        let block = try read(unit, early)
        let columns = placed(block, early, in: nulls(block.rowCount))
        let rows = try filter.rows(
            of: Block(rowCount: block.rowCount, columns: columns), selected: Self.readable(block))
        return (block, rows)
    }

    /// Adds the other columns of the whole unit.
    private func completed(
        _ first: (block: Block, rows: [Int32]?), _ unit: any ScanUnit
    ) throws(QueryError) -> (block: Block, rows: [Int32]?) {
        let rowCount = first.block.rowCount
        var columns = placed(first.block, early, in: nulls(rowCount))
        var rows = first.rows
        if !late.isEmpty, rows?.isEmpty != true {
            let second = try read(unit, late)
            columns = placed(second, late, in: columns)
            if let readable = Self.readable(second) {
                let kept = Set(readable)
                rows = (rows ?? Array(0..<Int32(rowCount))).filter { kept.contains($0) }
            }
        }
        return (block(rowCount, columns), rows)
    }

    /// The other columns of these rows alone.
    private func read(
        _ rows: [Int32], of first: (block: Block, rows: [Int32]?), _ unit: any ScanUnit
    ) throws(QueryError) -> Block {
        let columns = placed(first.block.gathered(rows), early, in: nulls(rows.count))
        if rows.isEmpty { return block(0, columns) }
        let second = try read(unit, late, rows: rows)
        let whole = block(rows.count, placed(second, late, in: columns))
        return Self.readable(second).map { whole.selected($0) } ?? whole
    }

    /// Whether to take rows one by one out of their pages, which are then not kept.
    private func isFew(_ rows: [Int32], of unit: any ScanUnit, _ columns: [Int]) -> Bool {
        columns.count >= Self.manyColumns && rows.count * Self.fewRowsShare <= unit.rowCount
    }

    /// Of whole events, not of the few columns of a figure: those are worth keeping for the next question.
    private static let manyColumns = 8
    /// From one row in so many on, a page is decoded as a whole.
    private static let fewRowsShare = 16

    private func block(_ rowCount: Int, _ columns: [Column]) -> Block {
        var columns = columns
        for position in plan.filterOnly {
            columns[position] = Column(nulls: rowCount, type: columns[position].type)
        }
        return Block(rowCount: rowCount, columns: columns)
    }

    private func nulls(_ rowCount: Int) -> [Column] {
        types.map { Column(nulls: rowCount, type: $0) }
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

    private func read(
        _ unit: any ScanUnit, _ positions: [Int], rows: [Int32]
    ) throws(QueryError) -> Block {
        do {
            return try unit.read(positions.map { plan.columns[$0] }, rows: rows)
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
