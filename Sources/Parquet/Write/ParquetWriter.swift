package import Columns

/// Writes a Parquet file, row group by row group, to a sink.
///
/// ```
/// PAR1
/// row group 0:  chunk of leaf 0 [dictionary page] page page …   chunk of leaf 1 …   Bloom filters
/// row group 1:  …
/// column indexes   offset indexes   footer   footer length   PAR1
/// ```
/// Page n of every column of a row group holds the same rows. The file is a file only after
/// `finish`; making it durable is up to who owns the sink.
package struct ParquetWriter {
    package typealias Output = (UnsafeRawBufferPointer) throws -> Void

    /// What starts and ends a file.
    static let magic: [UInt8] = Array("PAR1".utf8)

    private let leaves: [ParquetLeaf]
    private let options: ParquetWriterOptions
    private let sortingColumns: [ParquetSortingColumn]
    private let output: Output
    private var position = 0
    private var rowGroups: [WrittenRowGroup] = []
    /// Pages of each chunk, by row group and leaf.
    private var pages: [[[WrittenPage]]] = []

    /// - Parameter sortingColumns: the order in which rows will come, by which readers may go.
    /// - Parameter output: takes the bytes of the file in order.
    /// - Precondition: paths are one or two names long and distinct; fields of one struct are
    ///   neighbours.
    package init(
        leaves: [ParquetLeaf], options: ParquetWriterOptions = ParquetWriterOptions(),
        sortingColumns: [ParquetSortingColumn] = [], output: @escaping Output
    ) {
        precondition(!leaves.isEmpty && leaves.allSatisfy { (1...2).contains($0.path.count) })
        precondition(Set(leaves.map(\.path)).count == leaves.count)
        precondition(sortingColumns.allSatisfy { leaves.indices.contains($0.leaf) })
        precondition(options.pageRowCount > 0)
        self.leaves = leaves
        self.options = options
        self.sortingColumns = sortingColumns
        self.output = output
    }

    /// Writes one row group; nothing if there are no rows.
    /// - Throws: `ParquetError` for a null in a required leaf or a value too large for any page;
    ///   what the sink throws. The file is lost then.
    /// - Precondition: a column for each leaf, of its type, all of one length.
    package mutating func append(_ columns: [Column]) throws {
        precondition(columns.count == leaves.count)
        precondition(zip(columns, leaves).allSatisfy { $0.type == $1.type })
        let rowCount = columns[0].count
        precondition(columns.allSatisfy { $0.count == rowCount })
        let encoder = RowGroupEncoder(leaves: leaves, options: options)
        let pageRowCount = try PageSize.rowCount(columns, wanted: options.pageRowCount)
        try append(rowCount: rowCount) { leaf throws(ParquetError) in
            try encoder.encode(columns[leaf], leaf: leaf, pageRowCount: pageRowCount)
        }
    }

    /// Writes one row group that is encoded already.
    /// - Throws: what the sink throws. The file is lost then.
    /// - Precondition: a chunk for each leaf, in order, all of the same rows and encoded alike.
    package mutating func append(_ chunks: [EncodedChunk]) throws {
        precondition(chunks.count == leaves.count)
        let rowCount = chunks[0].rowCount
        precondition(
            chunks.enumerated().allSatisfy { $1.leaf == $0 && $1.rowCount == rowCount })
        try append(rowCount: rowCount) { leaf throws(ParquetError) in chunks[leaf] }
    }

    private mutating func append(
        rowCount: Int, _ chunk: (Int) throws(ParquetError) -> EncodedChunk
    ) throws {
        if rowCount == 0 { return }
        guard rowCount <= ParquetLimits.rowGroupRowCountMax else {
            throw ParquetError("row group of \(rowCount) rows")
        }
        try startFile()
        var group = WrittenRowGroup(rowCount: rowCount, offset: position, chunks: [])
        var groupPages: [[WrittenPage]] = []
        var filters: [BloomFilter?] = []
        for leaf in leaves.indices {
            let chunk = try chunk(leaf).output
            group.chunks.append(describe(chunk, rowCount: rowCount))
            groupPages.append(
                chunk.pages.map { page in
                    var page = page
                    page.offset += position
                    return page
                })
            filters.append(chunk.bloomFilter)
            try write(chunk.bytes)
        }
        for (leaf, filter) in filters.enumerated() {
            guard let filter else { continue }
            group.chunks[leaf].bloomFilter = try write(filter.serialized())
        }
        rowGroups.append(group)
        pages.append(groupPages)
    }

    /// Writes indexes and footer.
    /// - Returns: what the file holds.
    package mutating func finish(
        keyValues: [(String, String)] = []
    ) throws -> ParquetFileSummary {
        try startFile()
        for group in rowGroups.indices {
            for leaf in leaves.indices {
                guard let index = PageIndexWriter.columnIndex(pages[group][leaf]) else { continue }
                rowGroups[group].chunks[leaf].columnIndex = try write(index)
            }
        }
        for group in rowGroups.indices {
            for leaf in leaves.indices {
                let index = PageIndexWriter.offsetIndex(pages[group][leaf])
                rowGroups[group].chunks[leaf].offsetIndex = try write(index)
            }
        }
        var footer = FooterWriter.serialize(
            leaves: leaves, rowGroups: rowGroups, sorting: sortingColumns, keyValues: keyValues,
            createdBy: options.createdBy)
        footer.append(littleEndian: UInt32(footer.count))
        try write(footer + Self.magic)
        return summary()
    }

    private mutating func startFile() throws {
        if position == 0 { try write(Self.magic) }
    }

    @discardableResult
    private mutating func write(_ bytes: [UInt8]) throws -> Range<Int> {
        try bytes.withUnsafeBytes { try output($0) }
        defer { position += bytes.count }
        return position..<position + bytes.count
    }

    private func describe(_ chunk: ColumnChunkWriter.Output, rowCount: Int) -> WrittenChunk {
        WrittenChunk(
            encoding: chunk.encoding, codec: chunk.codec, valueCount: rowCount,
            rawSize: chunk.rawSize, compressedSize: chunk.bytes.count,
            dictionaryPageOffset: chunk.hasDictionary ? position : nil,
            dataPageOffset: position + chunk.dataPageOffset, pageCount: chunk.pages.count,
            nullCount: chunk.nullCount, bounds: chunk.bounds, isMinExact: chunk.isMinExact,
            isMaxExact: chunk.isMaxExact)
    }

    private func summary() -> ParquetFileSummary {
        var summary = ParquetFileSummary(
            size: position, rowCount: rowGroups.reduce(0) { $0 + $1.rowCount },
            rowGroupCount: rowGroups.count, leaves: [])
        for leaf in leaves.indices {
            var entry = ParquetFileSummary.Leaf()
            var bounds: ValueBounds?
            var nullCount = 0
            for chunk in rowGroups.map({ $0.chunks[leaf] }) {
                bounds = ValueBounds.union(bounds, chunk.bounds)
                nullCount += chunk.nullCount
                entry.compressedSize += chunk.compressedSize
                if !entry.encodings.contains(chunk.encoding) {
                    entry.encodings.append(chunk.encoding)
                }
            }
            entry.statistics.nullCount = nullCount
            if let short = bounds?.shortened() {
                let isTime = leaves[leaf].type == .timestamp
                (entry.statistics.min, entry.statistics.max) =
                    isTime ? short.bounds.timestamps : short.bounds.values
                entry.statistics.isMinExact = short.isMinExact
                entry.statistics.isMaxExact = short.isMaxExact
            }
            summary.leaves.append(entry)
        }
        return summary
    }
}
