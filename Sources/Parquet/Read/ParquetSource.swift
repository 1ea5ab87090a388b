/// Bytes of a file at any position: a file, a mapping, an array.
package protocol ParquetSource: Sendable {
    /// Bytes of the file.
    var size: Int { get }

    /// Exactly `count` bytes from `offset` on.
    /// - Throws: where fewer can be read; the error reaches whoever asked for the column.
    func read(at offset: Int, count: Int) throws -> [UInt8]
}

/// A file in memory.
package struct ParquetBytes: ParquetSource {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var size: Int { bytes.count }

    package func read(at offset: Int, count: Int) throws -> [UInt8] {
        guard offset >= 0, count >= 0, count <= bytes.count, offset <= bytes.count - count else {
            throw ParquetError("read of \(count) bytes past the end", at: offset)
        }
        return Array(bytes[offset..<offset + count])
    }
}
