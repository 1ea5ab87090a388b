import Columns

extension FileMetadata {
    /// - Parameter bytes: the footer, no more.
    /// - Parameter offset: its position; everything it points to lies before.
    static func read(
        _ bytes: [UInt8], at offset: Int, rows: RowShape
    ) throws(ParquetError) -> FileMetadata {
        var reader = ThriftCompactReader(bytes, range: 0..<bytes.count, base: offset)
        var file = FileMetadata()
        var rawGroups: [RawRowGroup] = []
        var hasColumnOrders = false
        var checksum = StructChecksum.State.absent
        try reader.structure { reader, field throws(ParquetError) in
            switch field.id {
            case 2: file.schema = try FileSchema.read(field, from: &reader, rows)
            case 3: file.rowCount = try reader.count(field)
            case 4:
                for _ in 0..<(try reader.list(field, of: .structure)) {
                    rawGroups.append(try RawRowGroup(from: &reader))
                }
            case 5:
                for _ in 0..<(try reader.list(field, of: .structure)) {
                    file.keyValues.append(try readKeyValue(&reader))
                }
            case 6: file.createdBy = try reader.string(field)
            case 7:
                hasColumnOrders = true
                return false
            case StructChecksum.fieldID:
                checksum = try StructChecksum.read(field, from: &reader, start: 0)
            default: return false
            }
            return true
        }
        guard reader.position == bytes.count else { throw reader.error("footer of a wrong length") }
        try checksum.verify(isRequired: false, "footer", at: offset)
        if case .present = checksum { file.hasChecksums = true }
        guard file.schema.columnCount > 0 else { throw reader.error("footer without a schema") }
        for raw in rawGroups {
            file.rowGroups.append(
                try raw.validated(
                    schema: file.schema, dataEnd: offset, hasColumnOrders: hasColumnOrders))
        }
        var sum = 0
        for group in file.rowGroups { sum += group.rowCount }
        guard sum == file.rowCount else {
            throw ParquetError("row groups have \(sum) rows, not \(file.rowCount)", at: offset)
        }
        return file
    }

    private static func readKeyValue(
        _ reader: inout ThriftCompactReader
    ) throws(ParquetError) -> (String, String) {
        var pair = ("", "")
        try reader.structure { reader, field throws(ParquetError) in
            switch field.id {
            case 1: pair.0 = try reader.string(field)
            case 2: pair.1 = try reader.string(field)
            default: return false
            }
            return true
        }
        return pair
    }
}

extension ThriftCompactReader {
    /// A number of rows, bytes or a position: never negative.
    fileprivate mutating func count(_ field: Field) throws(ParquetError) -> Int {
        guard let value = Int(exactly: try int64(field)), value >= 0 else {
            throw error("negative count or offset")
        }
        return value
    }

    fileprivate mutating func count32(_ field: Field) throws(ParquetError) -> Int {
        let value = Int(try int32(field))
        guard value >= 0 else { throw error("negative count or offset") }
        return value
    }
}

/// `RowGroup`, before it was compared with schema and file.
private struct RawRowGroup {
    var rowCount = 0
    var chunks: [RawChunk] = []
    var sortingColumns: [ParquetSortingColumn] = []

    init(from reader: inout ThriftCompactReader) throws(ParquetError) {
        var group = (rowCount: 0, chunks: [RawChunk](), sorting: [ParquetSortingColumn]())
        try reader.structure { reader, field throws(ParquetError) in
            switch field.id {
            case 1:
                for _ in 0..<(try reader.list(field, of: .structure)) {
                    group.chunks.append(try RawChunk(from: &reader))
                }
            case 3: group.rowCount = try reader.count(field)
            case 4:
                for _ in 0..<(try reader.list(field, of: .structure)) {
                    group.sorting.append(try Self.sortingColumn(&reader))
                }
            default: return false
            }
            return true
        }
        (rowCount, chunks, sortingColumns) = group
    }

    private static func sortingColumn(
        _ reader: inout ThriftCompactReader
    ) throws(ParquetError) -> ParquetSortingColumn {
        var column = ParquetSortingColumn(leaf: -1)
        try reader.structure { reader, field throws(ParquetError) in
            switch field.id {
            case 1: column.leaf = try reader.count32(field)
            case 2: column.isDescending = try reader.bool(field)
            case 3: column.areNullsFirst = try reader.bool(field)
            default: return false
            }
            return true
        }
        return column
    }

    func validated(
        schema: FileSchema, dataEnd: Int, hasColumnOrders: Bool
    ) throws(ParquetError) -> RowGroupMetadata {
        guard rowCount <= ParquetLimits.rowGroupRowCountMax else {
            throw ParquetError("row group of \(rowCount) rows", at: dataEnd)
        }
        guard chunks.count == schema.columnCount else {
            throw ParquetError("row group of \(chunks.count) columns", at: dataEnd)
        }
        var group = RowGroupMetadata()
        group.rowCount = rowCount
        for (leaf, stored) in zip(schema.leaves, schema.stored) {
            var chunk = chunks[stored.columnIndex]
            if !hasColumnOrders { (chunk.min, chunk.max) = (nil, nil) }
            group.columns.append(
                try chunk.validated(leaf, stored, rowCount: rowCount, dataEnd: dataEnd))
        }
        for column in sortingColumns {
            // The order by a leaf that is not understood ends what can be said of the order.
            guard let leaf = schema.stored.firstIndex(where: { $0.columnIndex == column.leaf })
            else { break }
            group.sortingColumns.append(
                ParquetSortingColumn(
                    leaf: leaf, isDescending: column.isDescending,
                    areNullsFirst: column.areNullsFirst))
        }
        return group
    }
}

/// `ColumnChunk` and the `ColumnMetaData` in it.
private struct RawChunk {
    var chunk = ColumnChunkMetadata()
    var type: Int32?
    var codec: Int32 = -1
    var compressedSize = -1
    var offsetIndex: (offset: Int?, size: Int?)
    var columnIndex: (offset: Int?, size: Int?)
    var isElsewhere = false
    var hasMetadata = false
    var min: [UInt8]?
    var max: [UInt8]?

    init(from reader: inout ThriftCompactReader) throws(ParquetError) {
        var raw = RawChunk()
        try reader.structure { reader, field throws(ParquetError) in
            switch field.id {
            case 1: raw.isElsewhere = try !reader.binary(field).isEmpty
            case 3:
                raw.hasMetadata = true
                try reader.structureField(field)
                try reader.structure { reader, field throws(ParquetError) in
                    try raw.readMetadata(field, &reader)
                }
            case 4: raw.offsetIndex.offset = try reader.count(field)
            case 5: raw.offsetIndex.size = try reader.count32(field)
            case 6: raw.columnIndex.offset = try reader.count(field)
            case 7: raw.columnIndex.size = try reader.count32(field)
            default: return false
            }
            return true
        }
        self = raw
    }

    private init() {}

    private mutating func readMetadata(
        _ field: ThriftCompactReader.Field, _ reader: inout ThriftCompactReader
    ) throws(ParquetError) -> Bool {
        switch field.id {
        case 1: type = try reader.int32(field)
        case 2:
            for _ in 0..<(try reader.list(field, of: .int32)) {
                addEncoding(try reader.int32Element(), to: \.encodings)
            }
        case 4: codec = try reader.int32(field)
        case 5: chunk.valueCount = try reader.count(field)
        case 6: chunk.rawSize = try reader.count(field)
        case 7: compressedSize = try reader.count(field)
        case 9: chunk.dataPageOffset = try reader.count(field)
        case 11: chunk.dictionaryPageOffset = try reader.count(field)
        case 12: try readStatistics(field, &reader)
        case 13:
            for _ in 0..<(try reader.list(field, of: .structure)) {
                try readEncodingStatistics(&reader)
            }
        case 14: chunk.bloomFilterOffset = try reader.count(field)
        case 15: chunk.bloomFilterSize = try reader.count32(field)
        default: return false
        }
        return true
    }

    private mutating func addEncoding(
        _ number: Int32, to list: WritableKeyPath<ColumnChunkMetadata, [Encoding]>
    ) {
        // BIT_PACKED (4) is listed by old writers for levels that flat columns do not have.
        if number == 4 { return }
        guard let encoding = Encoding(rawValue: number) else {
            chunk.unsupported = "encoding \(number) is not supported"
            return
        }
        if !chunk[keyPath: list].contains(encoding) { chunk[keyPath: list].append(encoding) }
    }

    private mutating func readEncodingStatistics(
        _ reader: inout ThriftCompactReader
    ) throws(ParquetError) {
        var (page, encoding): (Int32, Int32) = (-1, -1)
        try reader.structure { reader, field throws(ParquetError) in
            switch field.id {
            case 1: page = try reader.int32(field)
            case 2: encoding = try reader.int32(field)
            default: return false
            }
            return true
        }
        if page == PageType.data.rawValue || page == PageType.dataV2.rawValue {
            addEncoding(encoding, to: \.dataEncodings)
        }
    }

    private mutating func readStatistics(
        _ field: ThriftCompactReader.Field, _ reader: inout ThriftCompactReader
    ) throws(ParquetError) {
        var (least, greatest): ([UInt8]?, [UInt8]?)
        var statistics = ColumnStatistics()
        try reader.structureField(field)
        try reader.structure { reader, field throws(ParquetError) in
            switch field.id {
            // Fields 1 and 2 are the deprecated limits, of an order that nobody knows.
            case 3: statistics.nullCount = try reader.count(field)
            case 5: greatest = try reader.binary(field)
            case 6: least = try reader.binary(field)
            case 7: statistics.isMaxExact = try reader.bool(field)
            case 8: statistics.isMinExact = try reader.bool(field)
            default: return false
            }
            return true
        }
        (min, max, chunk.statistics) = (least, greatest, statistics)
    }

    func validated(
        _ leaf: ParquetLeaf, _ stored: StoredLeaf, rowCount: Int, dataEnd: Int
    ) throws(ParquetError) -> ColumnChunkMetadata {
        func failure(_ message: String) -> ParquetError {
            ParquetError("column \(leaf.name): \(message)", at: dataEnd)
        }
        guard hasMetadata, !isElsewhere else { throw failure("chunk is not in this file") }
        guard type == stored.physicalType.rawValue else { throw failure("type contradicts schema") }
        // An empty list has a level as well, so there are never fewer values than rows.
        let valueCountMax =
            stored.repetitionLevelMax > 0 ? ParquetLimits.rowGroupRowCountMax : rowCount
        guard chunk.valueCount >= rowCount, chunk.valueCount <= valueCountMax else {
            throw failure("\(chunk.valueCount) values")
        }
        var chunk = chunk
        if let codec = Codec(rawValue: codec) {
            chunk.codec = codec
        } else {
            chunk.unsupported = "codec \(codec) is not supported"
        }
        var start = chunk.dataPageOffset
        // Some writers put 0 for "no dictionary page".
        if let dictionary = chunk.dictionaryPageOffset, dictionary > 0 {
            start = Swift.min(start, dictionary)
        } else {
            chunk.dictionaryPageOffset = nil
        }
        guard let bytes = Self.range(start, compressedSize, end: dataEnd),
            chunk.dataPageOffset >= start, chunk.dataPageOffset <= bytes.upperBound
        else { throw failure("chunk lies outside the file") }
        chunk.byteRange = bytes
        if let nulls = chunk.statistics.nullCount, nulls > chunk.valueCount {
            throw failure("\(nulls) nulls in \(chunk.valueCount) values")
        }
        chunk.statistics.min = ValueBounds.decode(min, stored, type: leaf.type)
        chunk.statistics.max = ValueBounds.decode(max, stored, type: leaf.type)
        chunk.offsetIndex = try Self.index(offsetIndex, dataEnd, failure)
        chunk.columnIndex = try Self.index(columnIndex, dataEnd, failure)
        if let bloom = chunk.bloomFilterOffset {
            guard Self.range(bloom, chunk.bloomFilterSize ?? 0, end: dataEnd) != nil else {
                throw failure("Bloom filter lies outside the file")
            }
        }
        return chunk
    }

    private static func index(
        _ place: (offset: Int?, size: Int?), _ end: Int, _ failure: (String) -> ParquetError
    ) throws(ParquetError) -> Range<Int>? {
        guard let offset = place.offset, let size = place.size else { return nil }
        guard size <= ParquetLimits.indexSizeMax, let range = range(offset, size, end: end) else {
            throw failure("index lies outside the file")
        }
        return range
    }

    private static func range(_ start: Int, _ size: Int, end: Int) -> Range<Int>? {
        let (stop, overflows) = start.addingReportingOverflow(size)
        guard size >= 0, !overflows, stop <= end else { return nil }
        return start..<stop
    }
}
