import Columns
import Parquet

/// Writes events as Parquet: the envelope as columns, `data` as a struct of those fields that have
/// values, `extra` as JSON.
struct ExportParquetRows {
    /// Of the table, in the order in which blocks have them.
    let columns: [Int]
    private let types: [ColumnType]
    private var writer: ParquetWriter
    private var waiting: [Block] = []
    private var waitingCount = 0

    /// - Parameter output: takes the bytes of the file in order.
    init(
        _ layout: ExportLayout, _ use: ExportUse, _ output: @escaping ([UInt8]) throws -> Void
    ) {
        var leaves = layout.envelope.map { ParquetLeaf(path: [$0.name], type: $0.type) }
        leaves += use.data.map { ParquetLeaf(path: ["data", $0.name], type: $0.type) }
        if use.hasOthers { leaves.append(ParquetLeaf(path: ["extra"], type: .string)) }
        types = leaves.map(\.type)
        columns =
            (layout.envelope + use.data).map(\.column) + (use.hasOthers ? [layout.extra] : [])
        writer = ParquetWriter(leaves: leaves) { try output(Array($0)) }
    }

    mutating func append(_ block: Block) throws {
        waiting.append(block)
        waitingCount += block.rowCount
        if waitingCount >= Limits.exportRowGroupRowCountMin { try flush() }
    }

    mutating func finish() throws {
        try flush()
        _ = try writer.finish(keyValues: [("eventlog.export", "1")])
    }

    private mutating func flush() throws {
        guard waitingCount > 0 else { return }
        let group = types.indices.map { place in
            Column.concatenate(waiting.map { $0.columns[place] }, type: types[place], seed: 0)
        }
        try writer.append(group)
        waiting = []
        waitingCount = 0
    }
}
