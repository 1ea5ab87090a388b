import Columns
import Parquet

/// Whole columns of several segments, as if they were one.
struct MergeReader {
    let inputs: [SegmentFile]
    /// Of the schema, in its order.
    let leaves: [ParquetLeaf]
    /// Rows that a page may have, as it was for the inputs.
    let pageRowCount: Int
    private let definitions: [ColumnDefinition]
    private let opened: [SegmentFile.Opened]
    private let seed: UInt64

    /// - Throws: `SegmentMergeError.damaged` if an input cannot be read or has what the schema has not.
    init(inputs: [SegmentFile], schema: EventSchema, seed: UInt64) throws {
        self.inputs = inputs
        self.seed = seed
        leaves = schema.segmentLeaves
        definitions = schema.definitions
        let known = Dictionary(
            definitions.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        var opened: [SegmentFile.Opened] = []
        var pageRowCount = Limits.pageRowCountMax
        for segment in inputs {
            let file = try Self.unlessDamaged(segment) { try segment.open() }
            for leaf in file.file.leaves where leaf.name != PersonSquash.columnName {
                guard known[leaf.name] == leaf.type else {
                    throw SegmentMergeError.damaged(
                        segment, message: "its column \(leaf.name) is none of the table's")
                }
            }
            for group in file.file.rowGroups.indices {
                let starts = try Self.unlessDamaged(segment) {
                    try segment.pageStarts(file, rowGroup: group)
                }
                if starts.count > 2 {
                    pageRowCount = min(pageRowCount, Self.pageRowCount(starts))
                }
            }
            opened.append(file)
        }
        self.opened = opened
        self.pageRowCount = max(1, pageRowCount)
    }

    /// Rows that a page may have. All but the last had as many when they were written, which is the most or a half,
    /// a quarter and so on of it; from some, rows may have been taken since.
    private static func pageRowCount(_ starts: [Int]) -> Int {
        let most = zip(starts, starts.dropFirst()).reduce(1) { max($0, $1.1 - $1.0) }
        var rowCount = Limits.pageRowCountMax
        while rowCount / 2 >= most { rowCount /= 2 }
        return rowCount
    }

    var rowCount: Int {
        opened.reduce(0) { $0 + $1.file.rowGroups.reduce(0) { $0 + $1.rowCount } }
    }

    /// - Parameter position: in the schema.
    func type(of position: Int) -> ColumnType { definitions[position].type }

    func column(_ column: EventColumn) throws -> Column {
        try self.column(Int(column.rawValue))
    }

    /// - Parameter position: in the schema.
    func column(_ position: Int) throws -> Column {
        let definition = definitions[position]
        var parts: [Column] = []
        for (segment, opened) in zip(inputs, opened) {
            for (group, rows) in opened.file.rowGroups.enumerated() {
                guard let leaf = segment.leaf(definition, in: opened) else {
                    parts.append(Column(nulls: rows.rowCount, type: definition.type))
                    continue
                }
                // Past the cache: whole columns would push out what queries use.
                let read = try Self.unlessDamaged(segment) {
                    try opened.file.readColumn(rowGroup: group, leaf: leaf)
                }
                if let damage = read.damage.first {
                    throw SegmentMergeError.damaged(segment, message: damage.message)
                }
                parts.append(read.column)
            }
        }
        // Nearly every event has an eventId of its own; of all else, equal strings are to be found.
        return Column.concatenate(
            parts, type: definition.type, seed: seed,
            interning: position != Int(EventColumn.eventId.rawValue))
    }

    private static func unlessDamaged<Value>(
        _ segment: SegmentFile, _ body: () throws -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch let error as ParquetError {
            throw SegmentMergeError.damaged(segment, message: "\(error)")
        } catch let error as DiskError where error.isNotFound || error.isUnreadable {
            throw SegmentMergeError.damaged(segment, message: "\(error)")
        }
    }
}
