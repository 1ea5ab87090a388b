import Columns

/// A Parquet file that is being read. It holds the footer; everything else is read when asked for.
///
/// Nothing in the file is trusted. What contradicts itself or the size of the file is a
/// `ParquetError`; damage in the pages of a column costs the rows of those pages and is reported
/// beside the column.
package struct ParquetFile: Sendable {
    package let source: any ParquetSource
    let metadata: FileMetadata

    /// Bytes of the tail that are read at first; most footers fit.
    private static let tailSize = 64 << 10

    /// Reads the footer.
    /// - Throws: `ParquetError` if this is no Parquet file or its footer is damaged; what the source
    ///   throws.
    package init(source: any ParquetSource) throws {
        try self.init(source: source, rows: .flat)
    }

    /// One whose footer is known from elsewhere.
    init(source: any ParquetSource, metadata: FileMetadata) {
        self.source = source
        self.metadata = metadata
    }

    init(source: any ParquetSource, rows: RowShape) throws {
        self.source = source
        // "PAR1" at both ends, the footer and its length.
        guard source.size >= 12 else { throw ParquetError("too short for a Parquet file") }
        let tailSize = min(source.size, Self.tailSize)
        let tail = try source.readExactly(at: source.size - tailSize, count: tailSize)
        guard Array(tail[(tailSize - 4)...]) == ParquetWriter.magic else {
            throw ParquetError("does not end like a Parquet file", at: source.size - 4)
        }
        let length = tail[(tailSize - 8)..<(tailSize - 4)].reversed()
            .reduce(0) { $0 << 8 | Int($1) }
        guard length <= ParquetLimits.footerSizeMax, length <= source.size - 12 else {
            throw ParquetError("footer of \(length) bytes", at: source.size - 8)
        }
        let start = source.size - 8 - length
        let footer =
            length + 8 <= tailSize
            ? Array(tail[(tailSize - 8 - length)..<(tailSize - 8)])
            : try source.readExactly(at: start, count: length)
        metadata = try FileMetadata.read(footer, at: start, rows: rows)
    }

    /// The columns that can be read, in the order of the file.
    package var leaves: [ParquetLeaf] { metadata.schema.leaves }
    /// Columns of the file that cannot be read, and why.
    package var unsupportedLeaves: [(name: String, reason: String)] { metadata.schema.unsupported }
    package var rowCount: Int { metadata.rowCount }
    package var rowGroups: [RowGroupMetadata] { metadata.rowGroups }
    package var keyValues: [(key: String, value: String)] { metadata.keyValues }
    package var createdBy: String? { metadata.createdBy }
    /// Whether footer, page headers, indexes and Bloom filters carry checksums, as ours do.
    package var hasMetadataChecksums: Bool { metadata.hasChecksums }

    /// The position of a leaf by its name, such as `data.startupTime`.
    package func leaf(named name: String) -> Int? {
        leaves.firstIndex { $0.name == name }
    }

    /// The pages of a column chunk, from its indexes or, where it has none that can be used, from
    /// the headers of its pages.
    /// - Throws: `ParquetError` if neither can be read; what the source throws.
    package func pageIndex(rowGroup: Int, leaf: Int) throws -> PageIndex {
        let group = metadata.rowGroups[rowGroup]
        let chunk = group.columns[leaf]
        var damage: [ParquetDamage] = []
        var bytesRead = 0
        var index: PageIndex
        do {
            guard let range = chunk.offsetIndex else { throw ParquetError("no offset index") }
            bytesRead += range.count
            index = try PageIndexReader.offsetIndex(
                try source.readExactly(at: range.lowerBound, count: range.count),
                at: range.lowerBound, rowCount: group.rowCount, chunk: chunk.byteRange,
                requiresChecksum: metadata.hasChecksums)
        } catch let error as ParquetError {
            if let range = chunk.offsetIndex {
                damage.append(ParquetDamage(byteRange: range, message: error.message))
            }
            (index, bytesRead) = try walkedIndex(chunk, rowCount: group.rowCount)
        }
        if let range = chunk.columnIndex {
            bytesRead += range.count
            do {
                try PageIndexReader.addColumnIndex(
                    try source.readExactly(at: range.lowerBound, count: range.count),
                    at: range.lowerBound, to: &index, leaf: leaves[leaf],
                    stored: metadata.schema.stored[leaf], requiresChecksum: metadata.hasChecksums)
            } catch let error as ParquetError {
                damage.append(ParquetDamage(byteRange: range, message: error.message))
            }
        }
        index.bytesRead = bytesRead
        index.damage = damage
        return index
    }

    private func walkedIndex(
        _ chunk: ColumnChunkMetadata, rowCount: Int
    ) throws -> (PageIndex, bytesRead: Int) {
        let range = chunk.byteRange
        var walk = PageWalk(
            bytes: try source.readExactly(at: range.lowerBound, count: range.count),
            base: range.lowerBound, requiresChecksum: metadata.hasChecksums)
        var pages: [PageIndex.Page] = []
        var row = 0
        while let page = try walk.next() {
            guard page.header.type == .data || page.header.type == .dataV2 else { continue }
            guard page.header.valueCount <= rowCount - row else {
                throw ParquetError("pages hold too many rows", at: page.byteRange.lowerBound)
            }
            let rows = row..<row + page.header.valueCount
            row = rows.upperBound
            if rows.isEmpty { continue }
            var entry = PageIndex.Page(rows: rows, byteRange: page.byteRange)
            entry.statistics.nullCount = page.header.nullCount
            entry.isAllNull = page.header.nullCount == rows.count
            pages.append(entry)
        }
        guard row == rowCount else {
            throw ParquetError("pages hold \(row) rows of \(rowCount)", at: range.lowerBound)
        }
        return (PageIndex(pages: pages), range.count)
    }

    /// - Returns: `nil` if the chunk has none.
    package func bloomFilter(rowGroup: Int, leaf: Int) throws -> BloomFilter? {
        let chunk = metadata.rowGroups[rowGroup].columns[leaf]
        guard let offset = chunk.bloomFilterOffset else { return nil }
        var size = chunk.bloomFilterSize ?? 0
        if size == 0 {
            // Old writers do not say how long it is; the header does.
            let count = min(64, source.size - offset)
            let head = try source.readExactly(at: offset, count: count)
            let (headerSize, bitsetSize) = try BloomFilter.readHeader(head, at: offset)
            size = headerSize + bitsetSize
        }
        guard size <= ParquetLimits.bloomFilterSizeMax + 1024, size <= source.size - offset else {
            throw ParquetError("Bloom filter lies outside the file", at: offset)
        }
        return try BloomFilter.read(
            try source.readExactly(at: offset, count: size), at: offset, type: leaves[leaf].type,
            requiresChecksum: metadata.hasChecksums)
    }
}

extension ParquetSource {
    /// Holds the source to its promise, on which array positions rest.
    func readExactly(at offset: Int, count: Int) throws -> [UInt8] {
        let bytes = try read(at: offset, count: count)
        guard bytes.count == count else {
            throw ParquetError("\(bytes.count) bytes instead of \(count)", at: offset)
        }
        return bytes
    }
}
