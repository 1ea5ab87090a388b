import Columns
import Parquet

/// Some segments in, others with the same events out: what compaction, squashing and erasure have in common.
///
/// One column after the other is read from all inputs, put in order and encoded, so that no more than one is
/// in memory, besides the encoded ones. Before anybody relies on a new file, it is read back and compared
/// with what was to be written: whoever replaces a file by another must not have trusted an encoder.
struct SegmentMerge {
    let inputs: [SegmentFile]
    let schema: EventSchema
    /// Keys the hashes.
    let seed: UInt64
    /// Adds a column with the persons of the events.
    var persons: ((_ users: Column, _ devices: Column, _ times: Column) -> Column)?
    /// Puts another column in the place of one, by its position; `nil`: it stays.
    var replacement: (_ position: Int, MergeReader) throws -> Column? = { _, _ in nil }
    var rowGroupRowCountMax = Limits.compactRowGroupRowCountMax
    var options = ParquetWriterOptions()
    /// Asked between columns.
    var isCancelled: () -> Bool = { false }

    struct Output {
        var bytes: [UInt8]
        var rowCount: Int
        var bounds: SegmentBounds
    }

    /// - Parameters:
    ///   - keyValues: what the footer of a file says, by its bounds.
    ///   - divide: says which file each row goes to; is given their timestamps, in µs since 1970 UTC, in
    ///     the order of the inputs.
    /// - Throws: `SegmentMergeError`; what the disk throws.
    func run(
        keyValues: (SegmentBounds) -> [(String, String)],
        divide: ([Int64]) throws -> RowDivision
    ) throws -> [Output] {
        let reader = try MergeReader(inputs: inputs, schema: schema, seed: seed)
        var pageRowCount = reader.pageRowCount
        while true {
            do {
                return try run(reader, pageRowCount: pageRowCount, keyValues, divide)
            } catch let error as PageTooLarge {
                // The same rows must stand on the same page in every column, also in those that are done.
                pageRowCount = error.rowCount
            } catch let error as ParquetError {
                throw SegmentMergeError.unequal("\(error)")
            }
        }
    }

    /// Pages of so many rows would be small enough.
    private struct PageTooLarge: Error { let rowCount: Int }

    private func run(
        _ reader: MergeReader, pageRowCount: Int,
        _ keyValues: (SegmentBounds) -> [(String, String)],
        _ divide: ([Int64]) throws -> RowDivision
    ) throws -> [Output] {
        func column(_ position: Int) throws -> Column {
            try replacement(position, reader) ?? reader.column(position)
        }
        let event = try column(Int(EventColumn.event.rawValue))
        let contentId = try column(Int(EventColumn.contentId.rawValue))
        let timestamp = try reader.column(.timestamp)
        guard case .int64(let times) = timestamp.values else { return [] }
        let division = try divide(times)
        var files = [File](repeating: File(), count: division.fileCount)
        for row in ClusterOrder.positions(
            event: event, contentId: contentId, timestamp: timestamp)
        {
            let file = division.files[Int(row)]
            if file != RowDivision.dropped { files[Int(file)].rows.append(row) }
        }
        let seq = try reader.column(.seq)
        for place in files.indices {
            let rows = files[place].rows
            files[place].bounds = SegmentBounds(
                seq: seq.gather(rows), timestamp: timestamp.gather(rows),
                event: event.gather(rows), contentId: contentId.gather(rows))
            files[place].divide(rowGroupRowCountMax)
        }
        var leaves = reader.leaves
        if persons != nil { leaves.append(PersonSquash.leaf) }
        var options = options
        options.pageRowCount = pageRowCount
        let encoder = RowGroupEncoder(leaves: leaves, options: options)
        for leaf in leaves.indices {
            guard !isCancelled() else { throw SegmentMergeError.cancelled }
            let values: Column
            switch leaf {
            case Int(EventColumn.seq.rawValue): values = seq
            case Int(EventColumn.timestamp.rawValue): values = timestamp
            case Int(EventColumn.event.rawValue): values = event
            case Int(EventColumn.contentId.rawValue): values = contentId
            case reader.leaves.count: values = try personColumn(reader, timestamp)
            default: values = try column(leaf)
            }
            for place in files.indices {
                for group in files[place].groups.indices {
                    let part = values.gather(files[place].groups[group].rows)
                    guard let chunk = try encoder.encode(part, leaf: leaf) else {
                        throw PageTooLarge(rowCount: try encoder.pageRowCount(for: part))
                    }
                    files[place].groups[group].chunks.append(chunk)
                    files[place].groups[group].fingerprints.append(part.fingerprint(seed: seed))
                }
            }
        }
        return try files.map {
            guard !isCancelled() else { throw SegmentMergeError.cancelled }
            return try $0.output(encoder, keyValues, seed: seed)
        }
    }

    private func personColumn(_ reader: MergeReader, _ timestamp: Column) throws -> Column {
        guard let persons else { preconditionFailure("asked for with the leaf") }
        return persons(try reader.column(.userId), try reader.column(.deviceId), timestamp)
    }

    /// A file in the making.
    private struct File {
        var rows: [UInt32] = []
        var bounds: SegmentBounds?
        var groups: [Group] = []

        struct Group {
            var rows: [UInt32]
            var chunks: [EncodedChunk] = []
            var fingerprints: [UInt64] = []
        }

        /// Into row groups of about one size.
        mutating func divide(_ rowCountMax: Int) {
            let count = max(1, (rows.count + rowCountMax - 1) / rowCountMax)
            groups = (0..<count).map { number in
                Group(
                    rows: Array(
                        rows[rows.count * number / count..<rows.count * (number + 1) / count]))
            }
            rows = []
        }

        func output(
            _ encoder: RowGroupEncoder, _ keyValues: (SegmentBounds) -> [(String, String)],
            seed: UInt64
        ) throws -> Output {
            guard let bounds else { preconditionFailure("every file has its bounds") }
            let buffer = ParquetBuffer.Output()
            var writer = ParquetWriter(
                leaves: encoder.leaves, options: encoder.options,
                sortingColumns: SegmentWriter.sorting.map {
                    ParquetSortingColumn(leaf: Int($0.rawValue), areNullsFirst: false)
                },
                output: buffer.append)
            for group in groups { try writer.append(group.chunks) }
            _ = try writer.finish(keyValues: keyValues(bounds))
            try verify(buffer.bytes, seed: seed)
            return Output(
                bytes: buffer.bytes, rowCount: groups.reduce(0) { $0 + $1.rows.count },
                bounds: bounds)
        }

        private func verify(_ bytes: [UInt8], seed: UInt64) throws {
            let file = try ParquetFile(source: ParquetBytes(bytes))
            guard file.rowGroups.map(\.rowCount) == groups.map(\.rows.count) else {
                throw SegmentMergeError.unequal("what was made of it has other rows")
            }
            for (number, group) in groups.enumerated() {
                for (leaf, fingerprint) in group.fingerprints.enumerated() {
                    let read = try file.readColumn(rowGroup: number, leaf: leaf)
                    guard read.damage.isEmpty, read.column.fingerprint(seed: seed) == fingerprint
                    else {
                        throw SegmentMergeError.unequal(
                            "what was made of it has other values of \(file.leaves[leaf].name)")
                    }
                }
            }
        }
    }
}

/// Why segments could not be put together, apart from the disk's own errors.
enum SegmentMergeError: Error {
    /// The segment is damaged, or not of this store's making: it stays as it is.
    case damaged(SegmentFile, message: String)
    /// What was written is not what was to be written.
    case unequal(String)
    case cancelled
}

extension SegmentMergeError: CustomStringConvertible {
    var description: String {
        switch self {
        case .damaged(let segment, let message): "\(segment.path): \(message)"
        case .unequal(let what): what
        case .cancelled: "cancelled"
        }
    }
}
