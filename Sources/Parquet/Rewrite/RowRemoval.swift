import Columns

/// A file of ours without some of its rows, made page by page.
///
/// Only pages that hold rows which go are decoded and encoded again; the bytes of all others are copied. So it costs
/// a fraction of writing the rows anew, and what is copied needs no trust in an encoder.
///
/// ```
/// rows that go        ·        ··              ····
/// pages          [ copied ][ again ][ copied ][ gone ]      of every column alike
/// dictionary     entries that only those rows used are overwritten; all others keep their places
/// ```
/// Nothing of the rows that go is left: no value, no dictionary entry, no limit in statistics and indexes, no bit in
/// a Bloom filter.
package struct RowRemoval: Sendable {
    /// One row group of the source, and what becomes of it.
    struct Group: Sendable {
        /// In the source.
        let number: Int
        /// What is left of its pages, the same in every column; those of which nothing is left are not here.
        let pages: [KeptPage]
        var chunks: [EncodedChunk] = []

        var rowCount: Int { pages.reduce(0) { $0 + $1.rowCount } }
        /// Whether every row stays.
        var isWhole: Bool
    }

    /// What is left of a page.
    struct KeptPage: Sendable {
        /// In the source.
        let number: Int
        let rowCount: Int
        /// Rows that stay, counted from the page's first; `nil`: all.
        let rows: [UInt32]?
    }

    let source: ParquetFile
    let bytes: [UInt8]
    let options: ParquetWriterOptions
    private(set) var groups: [Group] = []

    /// - Parameters:
    ///   - bytes: of the file.
    ///   - rows: those that go, ascending, counted from the start of the file.
    ///   - options: how pages are compressed that are encoded again.
    /// - Throws: `ParquetError` if the file is damaged, or is not laid out as this writer does it: then nothing is
    ///   lost, and its rows are to be written anew.
    package init(
        of bytes: [UInt8], without rows: [Int], options: ParquetWriterOptions
    ) throws {
        self.bytes = bytes
        self.options = options
        source = try ParquetFile(source: ParquetBytes(bytes))
        guard source.hasMetadataChecksums, source.unsupportedLeaves.isEmpty else {
            throw ParquetError("not a file of this writer")
        }
        var start = 0
        var next = rows.startIndex
        for number in source.rowGroups.indices {
            let end = start + source.rowGroups[number].rowCount
            let first = next
            while next < rows.endIndex, rows[next] < end { next += 1 }
            let own = rows[first..<next].map { $0 - start }
            if let group = try group(number, without: own) { groups.append(group) }
            start = end
        }
        precondition(next == rows.endIndex, "a row that the file does not have")
    }

    /// The position of a leaf by its name.
    package func leaf(named name: String) -> Int? { source.leaf(named: name) }

    package var rowCount: Int { groups.reduce(0) { $0 + $1.rowCount } }

    /// Limits and nulls of a leaf over what is left; those of strings may be longer or shorter than any value.
    package func statistics(ofLeaf leaf: Int) -> ColumnStatistics {
        var bounds: ValueBounds?
        var statistics = ColumnStatistics()
        statistics.nullCount = 0
        for group in groups {
            bounds = ValueBounds.union(bounds, group.chunks[leaf].output.bounds)
            statistics.nullCount? += group.chunks[leaf].output.nullCount
        }
        if let bounds {
            let isTime = source.leaves[leaf].type == .timestamp
            (statistics.min, statistics.max) = isTime ? bounds.timestamps : bounds.values
        }
        return statistics
    }

    /// The new file, read back and compared with the rows that were to stay.
    /// - Throws: `ParquetError` if it is not what it should be.
    package func file(keyValues: [(String, String)]) throws -> [UInt8] {
        final class Output { var bytes: [UInt8] = [] }
        let output = Output()
        output.bytes.reserveCapacity(bytes.count + bytes.count / 8)
        var writer = ParquetWriter(
            leaves: source.leaves, options: options,
            sortingColumns: source.rowGroups.first?.sortingColumns ?? []
        ) { output.bytes.append(contentsOf: $0) }
        for group in groups { try writer.append(group.chunks) }
        _ = try writer.finish(keyValues: keyValues)
        try RowRemovalCheck(removal: self, written: output.bytes).run()
        return output.bytes
    }

    // MARK: - Row groups

    private func group(_ number: Int, without rows: [Int]) throws -> Group? {
        let indexes = try source.leaves.indices.map { try index(rowGroup: number, leaf: $0) }
        let pages = indexes.first?.pages.map(\.rows) ?? []
        guard indexes.allSatisfy({ $0.pages.map(\.rows) == pages }) else {
            throw ParquetError("pages of columns do not hold the same rows")
        }
        var group = Group(
            number: number, pages: Self.keptPages(pages, without: rows), isWhole: rows.isEmpty)
        if group.pages.isEmpty { return nil }
        for leaf in source.leaves.indices {
            let chunk = ChunkRemoval(
                file: source, bytes: bytes, rowGroup: number, leaf: leaf, index: indexes[leaf],
                pages: group.pages, compression: options.compression)
            group.chunks.append(
                EncodedChunk(
                    leaf: leaf, rowCount: group.rowCount,
                    output: try group.isWhole ? chunk.copied() : chunk.removed()))
        }
        return group
    }

    /// - Throws: `ParquetError` unless the chunk is laid out as this writer does it.
    private func index(rowGroup: Int, leaf: Int) throws -> PageIndex {
        let chunk = source.metadata.rowGroups[rowGroup].columns[leaf]
        let stored = source.metadata.schema.stored[leaf]
        let types: [PhysicalType] = [.boolean, .int64, .double, .byteArray]
        guard chunk.unsupported == nil, chunk.dataEncodings.count == 1, chunk.offsetIndex != nil,
            stored.definitionLevelMax <= 1, stored.repetitionLevelMax == 0,
            types.contains(stored.physicalType), stored.unit == .one || stored.unit == .microseconds
        else { throw ParquetError("column \(source.leaves[leaf].name): of another writer") }
        let index = try source.pageIndex(rowGroup: rowGroup, leaf: leaf)
        guard index.damage.isEmpty else {
            throw ParquetError("column \(source.leaves[leaf].name): its index is damaged")
        }
        // The dictionary, then page after page, with nothing between them.
        var position = chunk.dataPageOffset
        for page in index.pages {
            guard page.byteRange.lowerBound == position else {
                throw ParquetError("column \(source.leaves[leaf].name): pages are apart")
            }
            position = page.byteRange.upperBound
        }
        guard position == chunk.byteRange.upperBound,
            chunk.byteRange.lowerBound == chunk.dictionaryPageOffset ?? chunk.dataPageOffset
        else { throw ParquetError("column \(source.leaves[leaf].name): bytes between pages") }
        return index
    }

    private static func keptPages(_ pages: [Range<Int>], without rows: [Int]) -> [KeptPage] {
        var kept: [KeptPage] = []
        var next = rows.startIndex
        for (number, page) in pages.enumerated() {
            let first = next
            while next < rows.endIndex, rows[next] < page.upperBound { next += 1 }
            if first == next {
                kept.append(KeptPage(number: number, rowCount: page.count, rows: nil))
                continue
            }
            var stays = [Bool](repeating: true, count: page.count)
            for row in rows[first..<next] { stays[row - page.lowerBound] = false }
            let left = stays.indices.filter { stays[$0] }.map(UInt32.init)
            if left.isEmpty { continue }
            kept.append(KeptPage(number: number, rowCount: left.count, rows: left))
        }
        return kept
    }
}
