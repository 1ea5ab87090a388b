import Columns

/// Which columns the exported events have values in: what a CSV file or a Parquet file has columns for
/// must be known before its first row.
struct ExportUse {
    /// Fields of `data` that have a column and a value.
    private(set) var data: [ExportLayout.Field] = []
    /// Names of fields of `data` that stand in `extra`, ascending by code point; there are no more of
    /// them than may have columns of their own.
    private(set) var names: [String] = []
    /// Whether there is anything in `extra` for which no column is named here.
    private(set) var hasOthers = false

    /// - Parameter looked: as `ExportScan.forEach` has it.
    init(
        _ scan: ExportScan, _ layout: ExportLayout, namesExtra: Bool, nameCountMax: Int,
        looked: (Int) throws -> Void
    ) throws {
        var open = layout.data
        var used: Set<Int> = []
        var found: Set<String> = []
        var others = false
        let reader = ExtraReader()
        try scan.forEach(
            columns: { open.map(\.column) + [layout.extra] }, looked: looked
        ) { block in
            for (field, column) in zip(open, block.columns) where column.hasValues {
                used.insert(field.column)
            }
            open.removeAll { used.contains($0.column) }
            let extra = block.columns[block.columns.count - 1]
            guard extra.hasValues else { return }
            for row in 0..<block.rowCount {
                guard let text = extra.textBytes(row), let fields = try? reader.fields(text) else {
                    continue
                }
                for field in fields {
                    if namesExtra, field.inPayload,
                        found.count < nameCountMax || found.contains(field.name)
                    {
                        found.insert(field.name)
                    } else {
                        others = true
                    }
                }
            }
        }
        data = layout.data.filter { used.contains($0.column) }
        names = found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        hasOthers = others
    }
}
