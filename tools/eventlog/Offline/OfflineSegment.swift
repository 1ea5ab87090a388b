import Columns
import EventLog
import Parquet
import Query

/// One segment file, read without a daemon and without being touched.
struct OfflineSegment: Sendable {
    /// As people may type it.
    let path: String
    /// What the catalog says of it; `nil` for a single file.
    let listed: SegmentSummary?
    /// The same as the library has it.
    let entry: SegmentEntry?
    /// Opens it and reads its footer.
    let open: @Sendable () throws -> ParquetFile

    /// A single file of the command line.
    init(file path: String) throws(ToolFailure) {
        let source = try FileSource(path: path)
        self.path = path
        listed = nil
        entry = nil
        open = { try ParquetFile(source: source) }
    }

    /// One that the catalog of a store names.
    init(
        listed: SegmentSummary, entry: SegmentEntry,
        open: @escaping @Sendable () throws -> ParquetFile
    ) {
        path = listed.path
        self.entry = entry
        self.listed = listed
        self.open = open
    }

    func summary() throws(ToolFailure) -> SegmentSummary {
        if let listed { return listed }
        let file = try opened()
        let sequence = Self.range(of: "seq", in: file)
        let times = Self.range(of: "timestamp", in: file)
        return SegmentSummary(
            path: path, rows: file.rowCount, size: file.source.size,
            firstSeq: sequence?.lowerBound, lastSeq: sequence?.upperBound,
            from: times.map { TimestampText.text(of: $0.lowerBound) },
            to: times.map { TimestampText.text(of: $0.upperBound) })
    }

    func opened() throws(ToolFailure) -> ParquetFile {
        do {
            return try open()
        } catch {
            throw ToolFailure("\(harmless(path)): \(harmless("\(error)"))", .damage)
        }
    }

    /// What the footer says of a column of integers; `nil` if it does not.
    private static func range(of name: String, in file: ParquetFile) -> ClosedRange<Int64>? {
        guard let leaf = file.leaf(named: name) else { return nil }
        let statistics = file.rowGroups.map { $0.columns[leaf].statistics }
        let low = statistics.compactMap { Self.integer($0.min) }.min()
        let high = statistics.compactMap { Self.integer($0.max) }.max()
        guard let low, let high, low <= high else { return nil }
        return low...high
    }

    private static func integer(_ value: Value?) -> Int64? {
        switch value {
        case .int64(let number), .timestamp(let number): number
        case .null, .bool, .double, .string, nil: nil
        }
    }
}
