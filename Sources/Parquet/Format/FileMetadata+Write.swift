/// What the writer remembers of a written column chunk for the footer.
struct WrittenChunk: Sendable {
    var encoding: Encoding
    var codec: Codec
    var valueCount: Int
    var rawSize: Int
    var compressedSize: Int
    var dictionaryPageOffset: Int?
    var dataPageOffset: Int
    var pageCount: Int
    var nullCount: Int
    var bounds: ValueBounds?
    var isMinExact = true
    var isMaxExact = true
    var bloomFilter: Range<Int>?
    var offsetIndex: Range<Int>?
    var columnIndex: Range<Int>?
}

struct WrittenRowGroup: Sendable {
    var rowCount: Int
    var offset: Int
    var chunks: [WrittenChunk]
}

/// What the footer says of a leaf in each of its chunks.
struct FooterLeaf: Sendable {
    /// All names from the top, also those of groups that a list or a map puts between.
    var path: [String]
    var physicalType: PhysicalType
    /// Whether its pages have levels: it, or something around it, may be missing or repeated.
    var hasLevels: Bool
}

/// Writes `FileMetaData`.
enum FooterWriter {
    static func serialize(
        leaves: [ParquetLeaf], rowGroups: [WrittenRowGroup], sorting: [ParquetSortingColumn],
        keyValues: [(String, String)], createdBy: String
    ) -> [UInt8] {
        serialize(
            leaves: leaves.map {
                FooterLeaf(
                    path: $0.path, physicalType: $0.type.physicalType, hasLevels: !$0.isRequired)
            }, rowGroups: rowGroups, sorting: sorting, keyValues: keyValues, createdBy: createdBy
        ) { FileSchema.write(leaves, to: &$0, field: $1) }
    }

    /// - Parameter schema: writes the schema as the field of this number.
    static func serialize(
        leaves: [FooterLeaf], rowGroups: [WrittenRowGroup], sorting: [ParquetSortingColumn],
        keyValues: [(String, String)], createdBy: String,
        schema: (inout ThriftCompactWriter, Int16) -> Void
    ) -> [UInt8] {
        var writer = ThriftCompactWriter()
        writer.structure { writer in
            writer.int32(1, 2)
            schema(&writer, 2)
            writer.int64(3, rowGroups.reduce(0) { $0 + $1.rowCount })
            writer.list(4, of: .structure, count: rowGroups.count)
            for (ordinal, group) in rowGroups.enumerated() {
                write(group, ordinal: ordinal, leaves: leaves, sorting: sorting, to: &writer)
            }
            if !keyValues.isEmpty {
                writer.list(5, of: .structure, count: keyValues.count)
                for (key, value) in keyValues {
                    writer.structure { writer in
                        writer.string(1, key)
                        writer.string(2, value)
                    }
                }
            }
            writer.string(6, createdBy)
            // `ColumnOrder` TYPE_ORDER for every leaf: without it nobody may use our limits.
            writer.list(7, of: .structure, count: leaves.count)
            for _ in leaves { writer.structure { $0.structure(1) { _ in } } }
            StructChecksum.write(to: &writer)
        }
        return writer.bytes
    }

    private static func write(
        _ group: WrittenRowGroup, ordinal: Int, leaves: [FooterLeaf],
        sorting: [ParquetSortingColumn], to writer: inout ThriftCompactWriter
    ) {
        writer.structure { writer in
            writer.list(1, of: .structure, count: group.chunks.count)
            for (leaf, chunk) in zip(leaves, group.chunks) { write(chunk, leaf, to: &writer) }
            writer.int64(2, group.chunks.reduce(0) { $0 + $1.rawSize })
            writer.int64(3, group.rowCount)
            if !sorting.isEmpty {
                writer.list(4, of: .structure, count: sorting.count)
                for column in sorting {
                    writer.structure { writer in
                        writer.int32(1, Int32(column.leaf))
                        writer.bool(2, column.isDescending)
                        writer.bool(3, column.areNullsFirst)
                    }
                }
            }
            writer.int64(5, group.offset)
            writer.int64(6, group.chunks.reduce(0) { $0 + $1.compressedSize })
            if let ordinal = Int16(exactly: ordinal) { writer.int16(7, ordinal) }
        }
    }

    private static func write(
        _ chunk: WrittenChunk, _ leaf: FooterLeaf, to writer: inout ThriftCompactWriter
    ) {
        writer.structure { writer in
            writer.int64(2, 0)
            writer.structure(3) { writer in
                writer.int32(1, leaf.physicalType.rawValue)
                let encodings = Self.encodings(chunk, leaf)
                writer.list(2, of: .int32, count: encodings.count)
                for encoding in encodings { writer.element(Int(encoding.rawValue)) }
                writer.list(3, of: .binary, count: leaf.path.count)
                for name in leaf.path { writer.element(Array(name.utf8)) }
                writer.int32(4, chunk.codec.rawValue)
                writer.int64(5, chunk.valueCount)
                writer.int64(6, chunk.rawSize)
                writer.int64(7, chunk.compressedSize)
                writer.int64(9, chunk.dataPageOffset)
                if let offset = chunk.dictionaryPageOffset { writer.int64(11, offset) }
                writeStatistics(chunk, to: &writer)
                writeEncodingStatistics(chunk, to: &writer)
                if let bloom = chunk.bloomFilter {
                    writer.int64(14, bloom.lowerBound)
                    writer.int32(15, Int32(bloom.count))
                }
            }
            if let index = chunk.offsetIndex {
                writer.int64(4, index.lowerBound)
                writer.int32(5, Int32(index.count))
            }
            if let index = chunk.columnIndex {
                writer.int64(6, index.lowerBound)
                writer.int32(7, Int32(index.count))
            }
        }
    }

    private static func encodings(_ chunk: WrittenChunk, _ leaf: FooterLeaf) -> [Encoding] {
        var encodings = [chunk.encoding]
        if chunk.dictionaryPageOffset != nil { encodings.append(.plain) }
        if leaf.hasLevels && chunk.encoding != .rle { encodings.append(.rle) }
        return encodings
    }

    private static func writeStatistics(
        _ chunk: WrittenChunk, to writer: inout ThriftCompactWriter
    ) {
        writer.structure(12) { writer in
            writer.int64(3, chunk.nullCount)
            guard let bounds = chunk.bounds else { return }
            let short = bounds.shortened()
            let (least, greatest) = short.bounds.encoded
            writer.binary(5, greatest)
            writer.binary(6, least)
            writer.bool(7, chunk.isMaxExact && short.isMaxExact)
            writer.bool(8, chunk.isMinExact && short.isMinExact)
        }
    }

    private static func writeEncodingStatistics(
        _ chunk: WrittenChunk, to writer: inout ThriftCompactWriter
    ) {
        var pages = [(PageType.dataV2, chunk.encoding, chunk.pageCount)]
        if chunk.dictionaryPageOffset != nil { pages.append((.dictionary, .plain, 1)) }
        writer.list(13, of: .structure, count: pages.count)
        for (type, encoding, count) in pages {
            writer.structure { writer in
                writer.int32(1, type.rawValue)
                writer.int32(2, encoding.rawValue)
                writer.int32(3, Int32(count))
            }
        }
    }
}
