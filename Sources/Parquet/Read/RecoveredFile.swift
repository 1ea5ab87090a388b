import Columns

/// A file of ours without its footer: which pages are which column's follows from their order, as far as
/// nothing else is possible.
package struct RecoveredFile: Sendable {
    package let file: ParquetFile
    /// By row group and leaf; `nil` where no page of the column is left.
    package private(set) var indexes: [[PageIndex?]] = []
    /// Bytes that belong to nothing that was found, indexes and footer included.
    package private(set) var gaps: [Range<Int>] = []

    /// - Parameter model: a file with the same columns in the same order.
    /// - Throws: `ParquetError` if what is there does not settle whose pages are whose; what the source
    ///   throws.
    package init(_ source: any ParquetSource, like model: ParquetFile) throws {
        let bytes = try source.readExactly(at: 0, count: source.size)
        let scan = PageScan(bytes)
        var metadata = model.metadata
        metadata.hasChecksums = true
        metadata.rowGroups = []
        metadata.rowCount = 0
        let filterCount =
            model.rowGroups.first?.columns.count { $0.bloomFilterOffset != nil } ?? 0
        for run in Self.runs(scan.parts, filterCount) {
            let layout = try GroupLayout(run, leaves: model.leaves)
            var group = RowGroupMetadata()
            group.rowCount = layout.rowCount
            group.sortingColumns = model.rowGroups.first?.sortingColumns ?? []
            group.columns = model.leaves.indices.map { layout.chunk($0, bytes) }
            metadata.rowGroups.append(group)
            metadata.rowCount += layout.rowCount
            indexes.append(model.leaves.indices.map { layout.index($0) })
        }
        guard !metadata.rowGroups.isEmpty else {
            throw ParquetError("no page of a segment is left", at: 0)
        }
        for case .gap(let range) in scan.parts { gaps.append(range) }
        file = ParquetFile(source: source, metadata: metadata)
    }

    /// A row group's pages: those from its start on, and those up to its end, if that is known.
    struct Run {
        var head: [(header: PageHeader, range: Range<Int>)] = []
        var tail: [(header: PageHeader, range: Range<Int>)] = []
        var hasGap = false
        /// Whether the Bloom filters stand right behind it.
        var isClosed = false
    }

    private static func runs(_ parts: [PageScan.Part], _ filterCount: Int) -> [Run] {
        var runs: [Run] = []
        var run = Run()
        var filters = 0
        for part in parts {
            switch part {
            case .page(let header, let range):
                if filters > 0 {
                    runs.append(run)
                    // Without all filters of the one group, the start of the next is not known.
                    guard filters == filterCount else { return runs }
                    run = Run()
                    filters = 0
                }
                if run.hasGap {
                    run.tail.append((header, range))
                } else {
                    run.head.append((header, range))
                }
            case .bloomFilter:
                filters += 1
                run.isClosed = true
            case .gap:
                // What follows the filters are indexes, or the next group with its start gone.
                if filters > 0 { return runs + [run] }
                run.hasGap = true
                run.tail = []
            }
        }
        if !run.isClosed { run.tail = [] }
        return run.head.isEmpty ? runs : runs + [run]
    }
}

/// Which page is which of a row group.
private struct GroupLayout {
    /// By number among all data pages of the group.
    private var pages: [Int: Range<Int>] = [:]
    /// By leaf: dictionary page and its header.
    private var dictionaries: [Int: (header: PageHeader, range: Range<Int>)] = [:]
    private let pageCount: Int
    private let pageRows: [Int]
    private let leafCount: Int
    /// Where the missing pages must have been.
    private let gapStart: Int
    var rowCount: Int { pageRows.reduce(0, +) }

    init(_ run: RecoveredFile.Run, leaves: [ParquetLeaf]) throws(ParquetError) {
        leafCount = leaves.count
        let data = run.head.filter { $0.header.type == .dataV2 }
        let tail = run.tail.filter { $0.header.type == .dataV2 }
        gapStart = run.head.last?.range.upperBound ?? 0
        var candidates = data.isEmpty ? [] : Array(1...data.count)
        if run.isClosed, !run.hasGap {
            candidates = candidates.filter { $0 * leaves.count == data.count }
        }
        func fitting(_ fullPages: Bool) -> [Int] {
            candidates.filter { count in
                let all = count * leaves.count
                return data.count + tail.count <= all
                    && Self.fits(run.head, from: 0, count, data, leaves, fullPages)
                    && Self.fits(run.tail, from: all - tail.count, count, data, leaves, fullPages)
            }
        }
        // All pages but the last are full, unless rows were taken out of them.
        let full = fitting(true)
        candidates = full.isEmpty ? fitting(false) : full
        guard candidates.count == 1 else {
            throw ParquetError(
                "the pages that are left fit \(candidates.count) layouts of the given columns, not one",
                at: run.head.first?.range.lowerBound)
        }
        pageCount = candidates[0]
        pageRows = data.prefix(pageCount).map(\.header.valueCount)
        for (part, start) in [(run.head, 0), (run.tail, pageCount * leaves.count - tail.count)] {
            var number = start
            for page in part {
                if page.header.type == .dataV2 {
                    pages[number] = page.range
                    number += 1
                } else if number % pageCount == 0 {
                    dictionaries[number / pageCount] = page
                }
            }
        }
    }

    /// Whether pages can be those from a number on, if each column has `count` of them.
    private static func fits(
        _ pages: [(header: PageHeader, range: Range<Int>)], from start: Int, _ count: Int,
        _ first: [(header: PageHeader, range: Range<Int>)], _ leaves: [ParquetLeaf],
        _ fullPages: Bool
    ) -> Bool {
        var number = start
        let full = first[0].header.valueCount
        for page in pages {
            let place = number % count
            guard number / count < leaves.count else { return false }
            let leaf = leaves[number / count]
            switch page.header.type {
            case .dictionary: if place != 0 { return false }
            case .dataV2:
                guard page.header.valueCount == first[place].header.valueCount,
                    !fullPages || place == count - 1 || page.header.valueCount == full,
                    !fullPages || page.header.valueCount <= full,
                    leaf.isRequired == (page.header.definitionLevelSize == 0),
                    page.header.nullCount == page.header.valueCount
                        || isPossible(page.header.encoding, leaf.type)
                else { return false }
                number += 1
            default: return false
            }
        }
        return true
    }

    private static func isPossible(_ encoding: Encoding, _ type: ColumnType) -> Bool {
        switch encoding {
        case .plain: true
        case .rleDictionary, .plainDictionary: type != .bool
        case .rle: type == .bool
        case .deltaBinaryPacked: type == .int64 || type == .timestamp
        case .deltaLengthByteArray, .deltaByteArray: type == .string
        case .byteStreamSplit: type != .string && type != .bool
        }
    }

    func index(_ leaf: Int) -> PageIndex? {
        let numbers = leaf * pageCount..<(leaf + 1) * pageCount
        guard numbers.contains(where: { pages[$0] != nil }) else { return nil }
        var row = 0
        return PageIndex(
            pages: numbers.map { number in
                let rows = row..<row + pageRows[number % pageCount]
                row = rows.upperBound
                return PageIndex.Page(
                    rows: rows, byteRange: pages[number] ?? gapStart..<gapStart)
            })
    }

    func chunk(_ leaf: Int, _ bytes: [UInt8]) -> ColumnChunkMetadata {
        var chunk = ColumnChunkMetadata()
        chunk.valueCount = rowCount
        chunk.codec = .lz4Raw
        let numbers = leaf * pageCount..<(leaf + 1) * pageCount
        let ranges = numbers.compactMap { pages[$0] }
        chunk.dataPageOffset = ranges.first?.lowerBound ?? gapStart
        chunk.byteRange = chunk.dataPageOffset..<(ranges.last?.upperBound ?? gapStart)
        guard let (header, range) = dictionaries[leaf] else { return chunk }
        chunk.dictionaryPageOffset = range.lowerBound
        chunk.dataPageOffset = range.upperBound
        let body = bytes[range.lowerBound + header.headerSize..<range.upperBound]
        // Its header does not say whether it is compressed, and no page of the chunk is if it is not.
        if header.storedSize == header.rawSize,
            body.withUnsafeBytes({ LZ4.decompress($0, size: header.rawSize) }) == nil
        {
            chunk.codec = .uncompressed
        }
        return chunk
    }
}
