/// Walks from page to page by their headers alone, without footer or indexes.
package struct PageWalk {
    package struct Page: Sendable, Hashable {
        package var header: PageHeader
        /// Header and body, in bytes of the file.
        package var byteRange: Range<Int>
    }

    private let bytes: [UInt8]
    private let base: Int
    private let requiresChecksum: Bool
    private let rows: RowShape
    private var position = 0

    /// - Parameter bytes: from the start of a page on.
    /// - Parameter base: position of `bytes` in the file.
    /// - Parameter requiresChecksum: whether a header without one is taken for garbage, which it is
    ///   in files that this writer made.
    package init(bytes: [UInt8], base: Int, requiresChecksum: Bool) {
        self.init(bytes: bytes, base: base, requiresChecksum: requiresChecksum, rows: .flat)
    }

    init(bytes: [UInt8], base: Int, requiresChecksum: Bool, rows: RowShape) {
        self.bytes = bytes
        self.rows = rows
        self.base = base
        self.requiresChecksum = requiresChecksum
    }

    /// The next page; `nil` after the last byte.
    /// - Throws: where no page header stands, or its page runs past the end.
    package mutating func next() throws(ParquetError) -> Page? {
        guard position < bytes.count else { return nil }
        let header = try PageHeader.read(
            bytes, at: position, base: base, requiresChecksum: requiresChecksum, rows: rows)
        let size = header.headerSize + header.storedSize
        guard size <= bytes.count - position else {
            throw ParquetError("page of \(size) bytes runs past the end", at: base + position)
        }
        let start = base + position
        position += size
        return Page(header: header, byteRange: start..<start + size)
    }
}
