import Columns
package import Parquet

extension EventsTable {
    /// Bytes of decoded parts to keep: each is wanted once, or a few times.
    private static let cacheSize = 16 << 20

    /// The events of a segment's file alone, without the store that it is of.
    /// - Parameter path: of a regular file.
    /// - Throws: `DiskError`; `ParquetError` if the footer is damaged or is not that of events.
    package init(file path: String) throws {
        let (directory, name) = splitPath(path)
        let root = path.hasPrefix("/") ? "/" + directory : directory
        let disk = try PosixDisk(readingOnly: root.isEmpty ? "." : root)
        let cache = ColumnCache(budget: Self.cacheSize)
        func segment(_ entry: SegmentEntry) -> SegmentFile {
            SegmentFile(entry: entry, path: name, disk: disk, cache: cache)
        }
        let unknown = SegmentEntry(
            path: name, size: 0, modificationTime: 0, rowCount: 0, seq: 0...0, timestamp: 0...0)
        let file = try segment(unknown).open().file
        for column in [EventColumn.seq, .timestamp, .event] {
            guard let leaf = file.leaf(named: column.definition.name),
                file.leaves[leaf].type == column.type
            else {
                throw ParquetError(
                    "no column \(column.definition.name): this is no segment of events")
            }
        }
        self.init(
            schema: EventSchema(leavesOf: file),
            segments: [segment(SegmentEntry(footerOf: file, path: name))], tail: [])
    }
}

extension EventSchema {
    /// That of a single file.
    package init(leavesOf file: ParquetFile) {
        self.init()
        restore(leavesOf: file)
    }

    /// Knows those of another file, too.
    mutating func restore(leavesOf file: ParquetFile) {
        for leaf in file.leaves where leaf.path.count == 2 && leaf.path[0] == "data" {
            restore(CustomLeaf(name: leaf.path[1], type: leaf.type))
        }
    }
}

extension SegmentEntry {
    /// What the footer says of the rows; where it says nothing, all is possible.
    package init(footerOf file: ParquetFile, path: String) {
        func limits(_ column: EventColumn) -> (min: Value, max: Value)? {
            guard let leaf = file.leaf(named: column.definition.name) else { return nil }
            var limits: (min: Value, max: Value)?
            for group in file.rowGroups {
                let statistics = group.columns[leaf].statistics
                guard let min = statistics.min, let max = statistics.max else { return nil }
                limits = (
                    limits.map { Self.lesser($0.min, min) } ?? min,
                    limits.map { Self.greater($0.max, max) } ?? max
                )
            }
            return limits
        }
        func integers(_ column: EventColumn) -> ClosedRange<Int64> {
            switch limits(column) {
            case (.int64(let low), .int64(let high))? where low <= high: low...high
            case (.timestamp(let low), .timestamp(let high))? where low <= high: low...high
            default: Int64.min...Int64.max
            }
        }
        self.init(
            path: path, size: file.source.size, modificationTime: 0, rowCount: file.rowCount,
            seq: integers(.seq), timestamp: integers(.timestamp))
    }

    private static func lesser(_ a: Value, _ b: Value) -> Value {
        switch (a, b) {
        case (.int64(let a), .int64(let b)): .int64(min(a, b))
        case (.timestamp(let a), .timestamp(let b)): .timestamp(min(a, b))
        default: a
        }
    }

    private static func greater(_ a: Value, _ b: Value) -> Value {
        switch (a, b) {
        case (.int64(let a), .int64(let b)): .int64(max(a, b))
        case (.timestamp(let a), .timestamp(let b)): .timestamp(max(a, b))
        default: a
        }
    }
}
