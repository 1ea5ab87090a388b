package import Columns

extension Table {
    /// All rows of some columns by name, in scan order, for comparisons in tests.
    package func rows(
        _ names: [String], bounds: [(String, ColumnBound.Condition)] = [],
        observer: ScanObserver = ScanObserver()
    ) throws -> [[Value]] {
        func position(_ name: String) -> Int {
            columns.firstIndex { $0.name == name }!
        }
        let wanted = names.map(position)
        let scan = try scan(
            ScanRequest(
                columns: wanted,
                bounds: bounds.map { ColumnBound(column: position($0.0), $0.1) },
                observer: observer))
        var rows: [[Value]] = []
        for unit in scan.units {
            let block = try unit.read(wanted)
            for row in 0..<block.rowCount
            where !block.unreadable.contains(where: { $0.contains(row) }) {
                rows.append(block.columns.map { $0[row] })
            }
        }
        return rows
    }
}
