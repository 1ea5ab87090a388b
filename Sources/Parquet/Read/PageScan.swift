import Columns

/// What stands in a file of ours, found by the headers' own checksums alone: without footer and indexes.
struct PageScan {
    enum Part {
        /// A page whose header is sound; its body may not be.
        case page(PageHeader, Range<Int>)
        case bloomFilter(Range<Int>)
        /// Bytes that are neither.
        case gap(Range<Int>)
    }

    private(set) var parts: [Part] = []

    /// - Parameter bytes: the file.
    init(_ bytes: [UInt8]) {
        var position = bytes.starts(with: ParquetWriter.magic) ? ParquetWriter.magic.count : 0
        var gapStart: Int?
        while position < bytes.count {
            guard let (part, end) = Self.part(bytes, at: position) else {
                gapStart = gapStart ?? position
                position += 1
                continue
            }
            if let start = gapStart { parts.append(.gap(start..<position)) }
            gapStart = nil
            parts.append(part)
            position = end
        }
        if let start = gapStart { parts.append(.gap(start..<bytes.count)) }
    }

    private static func part(_ bytes: [UInt8], at position: Int) -> (Part, end: Int)? {
        // Both structures begin with field 1, a 32-bit integer.
        guard bytes[position] == 0x15 else { return nil }
        if let header = try? PageHeader.read(bytes, at: position, base: 0, requiresChecksum: true) {
            let end = position + header.headerSize + header.storedSize
            if end <= bytes.count { return (.page(header, position..<end), end) }
        }
        let head = Array(bytes[position..<min(bytes.count, position + 64)])
        guard let sizes = try? BloomFilter.readHeader(head, at: position) else { return nil }
        let end = position + sizes.headerSize + sizes.bitsetSize
        guard end <= bytes.count,
            (try? BloomFilter.read(
                Array(bytes[position..<end]), at: position, type: .string, requiresChecksum: true))
                != nil
        else { return nil }
        return (.bloomFilter(position..<end), end)
    }
}
