#if canImport(Glibc)
    import Glibc
#endif

/// How a column chunk is laid out, as far as its indexes and the heads of its parts say: its values stay unread.
package struct ChunkLayout: Sendable {
    package struct Dictionary: Sendable, Hashable {
        package var entries: Int
        /// Bytes in the file behind the page's header, and before compression.
        package var storedSize: Int
        package var rawSize: Int
    }

    package struct Filter: Sendable, Hashable {
        /// Bytes, without the header.
        package var size: Int
        /// How many values it was given, estimated from how full it is.
        package var values: Double
        /// Of the values that it does not have, the share that it takes for its own.
        package var falsePositives: Double
    }

    /// Rows and bytes of each data page; `nil`: no offset index that can be used.
    package private(set) var pages: [(rows: Int, size: Int)]?
    package private(set) var hasColumnIndex = false
    package private(set) var dictionary: Dictionary?
    package private(set) var filter: Filter?
    /// Parts that could not be read.
    package private(set) var damage: [ParquetDamage] = []

    /// Bytes of a filter that are looked at: what holds for them holds for the others, for values fall on all blocks
    /// alike.
    private static let filterSampleSize = 32 << 10

    init(of file: ParquetFile, rowGroup: Int, leaf: Int) throws {
        let group = file.metadata.rowGroups[rowGroup]
        let chunk = group.columns[leaf]
        hasColumnIndex = chunk.columnIndex != nil
        if let range = chunk.offsetIndex {
            let index = try Self.tried(range, &damage) {
                try PageIndexReader.offsetIndex(
                    try file.source.readExactly(at: range.lowerBound, count: range.count),
                    at: range.lowerBound, rowCount: group.rowCount, chunk: chunk.byteRange,
                    requiresChecksum: file.hasMetadataChecksums)
            }
            pages = index?.pages.map { ($0.rows.count, $0.byteRange.count) }
        }
        if let offset = chunk.dictionaryPageOffset {
            dictionary = try Self.tried(offset..<offset + 1, &damage) {
                try Self.dictionary(file, offset)
            }
        }
        if let offset = chunk.bloomFilterOffset {
            filter = try Self.tried(offset..<offset + 1, &damage) {
                try Self.filter(file, offset)
            }
        }
    }

    /// - Returns: `nil`, and the damage, where that cannot be read.
    private static func tried<Part>(
        _ range: Range<Int>, _ damage: inout [ParquetDamage], _ body: () throws -> Part
    ) throws -> Part? {
        do {
            return try body()
        } catch let error as ParquetError {
            damage.append(ParquetDamage(byteRange: range, message: error.message))
            return nil
        }
    }

    private static func dictionary(_ file: ParquetFile, _ offset: Int) throws -> Dictionary {
        guard offset >= 0, offset < file.source.size else {
            throw ParquetError("dictionary page outside the file", at: offset)
        }
        let head = try file.source.readExactly(
            at: offset, count: min(256, file.source.size - offset))
        let header = try PageHeader.read(
            head, at: 0, base: offset, requiresChecksum: file.hasMetadataChecksums)
        guard header.type == .dictionary else {
            throw ParquetError("no dictionary page", at: offset)
        }
        return Dictionary(
            entries: header.valueCount, storedSize: header.storedSize, rawSize: header.rawSize)
    }

    private static func filter(_ file: ParquetFile, _ offset: Int) throws -> Filter {
        guard offset >= 0, offset < file.source.size else {
            throw ParquetError("Bloom filter outside the file", at: offset)
        }
        let head = try file.source.readExactly(
            at: offset, count: min(filterSampleSize, file.source.size - offset))
        let (headerSize, size) = try BloomFilter.readHeader(
            Array(head.prefix(256)), at: offset)
        guard size <= file.source.size - offset - headerSize else {
            throw ParquetError("Bloom filter outside the file", at: offset)
        }
        return filter(head[headerSize...].prefix(size), size: size)
    }

    /// A value sets one bit of 32 in each of the eight words of its block, and is taken for known if all eight are set.
    private static func filter(_ sample: ArraySlice<UInt8>, size: Int) -> Filter {
        let blockSize = 32
        var falsePositives = 0.0
        var values = 0.0
        var blocks = 0
        var start = sample.startIndex
        while start + blockSize <= sample.endIndex {
            var chance = 1.0
            var set = 0
            for word in 0..<8 {
                let bits = sample[(start + word * 4)..<(start + word * 4 + 4)]
                    .reduce(0) { $0 + $1.nonzeroBitCount }
                chance *= Double(bits) / 32
                set += bits
            }
            falsePositives += chance
            // n values leave a bit clear with chance (31/32)^n; a full block could have had any number.
            values += log(1 - Double(min(set, 255)) / 256) / log(31.0 / 32)
            blocks += 1
            start += blockSize
        }
        guard blocks > 0 else { return Filter(size: size, values: 0, falsePositives: 0) }
        let scale = Double(size / blockSize) / Double(blocks)
        return Filter(
            size: size, values: values * scale, falsePositives: falsePositives / Double(blocks))
    }
}

/// One page of a column chunk.
package struct PageFacts: Sendable {
    package var header: PageHeader
    /// Header and body, in bytes of the file.
    package var byteRange: Range<Int>
    /// Counted from the start of the row group; `nil` for a dictionary.
    package var rows: Range<Int>?
    package var statistics = ColumnStatistics()
    /// `nil`: it has no checksum.
    package var isChecksumRight: Bool?
}

extension ParquetFile {
    /// How a column chunk is laid out. Reads a few kilobytes of it.
    /// - Throws: what the source throws, if that is no `ParquetError`.
    package func layout(rowGroup: Int, leaf: Int) throws -> ChunkLayout {
        try ChunkLayout(of: self, rowGroup: rowGroup, leaf: leaf)
    }

    /// Whether every page of a column chunk has a checksum that is right, and the pages have as many values as there
    /// are rows: then nothing has changed since it was written, and it need not be decoded to say so.
    /// - Throws: what the source throws, if that is no `ParquetError`.
    package func hasIntactPages(rowGroup: Int, leaf: Int) throws -> Bool {
        do {
            let group = metadata.rowGroups[rowGroup]
            let chunk = group.columns[leaf]
            guard chunk.unsupported == nil else { return false }
            let range = chunk.byteRange
            let bytes = try source.readExactly(at: range.lowerBound, count: range.count)
            var walk = PageWalk(
                bytes: bytes, base: range.lowerBound, requiresChecksum: metadata.hasChecksums)
            var values = 0
            while let page = try walk.next() {
                let start = page.byteRange.lowerBound - range.lowerBound + page.header.headerSize
                let body = start..<page.byteRange.upperBound - range.lowerBound
                let sum = bytes.withUnsafeBytes { CRC32.checksum(.init(rebasing: $0[body])) }
                guard page.header.crc == sum else { return false }
                if page.header.type == .data || page.header.type == .dataV2 {
                    values += page.header.valueCount
                }
            }
            return values == group.rowCount
        } catch is ParquetError {
            return false
        }
    }

    /// Every page of a column chunk, with its bounds from the index and its checksum tried.
    /// - Throws: `ParquetError` where no page header stands; what the source throws.
    package func pages(rowGroup: Int, leaf: Int) throws -> [PageFacts] {
        let chunk = metadata.rowGroups[rowGroup].columns[leaf]
        let range = chunk.byteRange
        let bytes = try source.readExactly(at: range.lowerBound, count: range.count)
        let index = try? pageIndex(rowGroup: rowGroup, leaf: leaf)
        var known: [Int: PageIndex.Page] = [:]
        for page in index?.pages ?? [] { known[page.byteRange.lowerBound] = page }
        var walk = PageWalk(
            bytes: bytes, base: range.lowerBound, requiresChecksum: metadata.hasChecksums)
        var pages: [PageFacts] = []
        while let page = try walk.next() {
            var facts = PageFacts(header: page.header, byteRange: page.byteRange)
            if let entry = known[page.byteRange.lowerBound] {
                facts.rows = entry.rows
                facts.statistics = entry.statistics
                if entry.isAllNull { facts.statistics.nullCount = entry.rows.count }
            }
            if let crc = page.header.crc {
                let start = page.byteRange.lowerBound - range.lowerBound + page.header.headerSize
                let end = page.byteRange.upperBound - range.lowerBound
                facts.isChecksumRight =
                    crc == bytes[start..<end].withUnsafeBytes { CRC32.checksum($0) }
            }
            pages.append(facts)
        }
        return pages
    }
}
