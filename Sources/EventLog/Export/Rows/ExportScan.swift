import Columns

/// The events of a snapshot that a selection takes, a block at a time and each read once.
///
/// It may be gone through more than once, with other columns each time. Memory is that of one unit.
struct ExportScan {
    private let units: [any ScanUnit]
    private let selection: ExportSelection
    /// Rows of all units: at least as many as are taken.
    let rowCount: Int

    /// - Parameter observer: is told what could not be read, and is left out.
    init(
        _ table: PersonTable, _ selection: ExportSelection, columns: [Int], observer: ScanObserver
    ) throws {
        self.selection = selection
        let wanted = Set(columns + selection.columns).sorted()
        units = try table.scan(
            ScanRequest(columns: wanted, bounds: selection.bounds, observer: observer)
        ).units
        rowCount = units.reduce(0) { $0 + $1.rowCount }
    }

    /// Calls `body` with the wanted rows of one unit after another.
    /// - Parameters:
    ///   - columns: asked for anew for each unit; none ends it.
    ///   - looked: is told how many rows were looked at, after each unit; may throw to end it.
    func forEach(
        columns: () -> [Int], looked: (Int) throws -> Void, _ body: (Block) throws -> Void
    ) throws {
        for unit in units {
            let columns = columns()
            guard !columns.isEmpty else { return }
            try looked(0)
            let rows = selection.rows(in: try unit.read(selection.columns))
            if !rows.isEmpty {
                let block = try unit.read(columns)
                let readable = Self.readable(rows, block.unreadable)
                if !readable.isEmpty {
                    try body(
                        Block(
                            rowCount: readable.count,
                            columns: readable.count == block.rowCount
                                ? block.columns : block.columns.map { $0.gather(readable) }))
                }
            }
            try looked(unit.rowCount)
        }
    }

    private static func readable(_ rows: [UInt32], _ unreadable: [Range<Int>]) -> [UInt32] {
        if unreadable.isEmpty { return rows }
        return rows.filter { row in !unreadable.contains { $0.contains(Int(row)) } }
    }
}
