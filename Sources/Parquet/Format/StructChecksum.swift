/// A CRC-32 inside a metadata structure, so that damage in metadata is noticed like damage in pages.
///
/// Parquet checks pages only: a flipped bit in a page header, an index, a Bloom filter or the footer
/// would go unseen and could make a reader skip rows that it should find. The format reserves field
/// 32767 of every structure for additions ("Binary Protocol Extensions"); other readers skip it.
///
/// ```
/// fields of the structure … │ field 32767: binary, 12 bytes: "CRC1", CRC-32 in hexadecimal │ 0
/// └──────────────────── covered by the checksum ──────────────────┘
/// ```
/// The content is ASCII because some readers take every binary field for text while they skip it.
enum StructChecksum {
    static let fieldID: Int16 = 32_767
    private static let mark: [UInt8] = Array("CRC1".utf8)
    private static let digitCount = 8

    /// Adds the checksum; must be the last thing written before the structure ends.
    /// - Parameter trailer: bytes that come after the structure and are covered too.
    /// - Precondition: the structure is the first thing in `writer`.
    static func write(to writer: inout ThriftCompactWriter, trailer: [UInt8] = []) {
        writer.binary(fieldID, mark + [UInt8](repeating: 0, count: digitCount))
        let end = writer.bytes.count - digitCount
        let crc = checksum(writer.bytes[..<end], trailer: trailer[...])
        writer.overwrite(at: end, with: digits(crc))
    }

    /// What was read of a structure's checksum.
    enum State {
        case absent
        case present(isRight: Bool)

        /// - Parameter isRequired: the file promises a checksum in every structure.
        func verify(isRequired: Bool, _ what: String, at offset: Int) throws(ParquetError) {
            switch self {
            case .absent:
                if isRequired { throw ParquetError("\(what): checksum is missing", at: offset) }
            case .present(let isRight):
                if !isRight { throw ParquetError("\(what): checksum mismatch", at: offset) }
            }
        }
    }

    /// Reads field 32767 of a structure that starts at `start` of the reader's bytes.
    static func read(
        _ field: ThriftCompactReader.Field, from reader: inout ThriftCompactReader, start: Int,
        trailer: ArraySlice<UInt8> = []
    ) throws(ParquetError) -> State {
        let content = try reader.binary(field)
        // Somebody else's addition is none of our business.
        guard content.count == mark.count + digitCount, content.starts(with: mark) else {
            return .absent
        }
        let crc = checksum(
            reader.bytes[start..<reader.position - digitCount], trailer: trailer)
        return .present(isRight: Array(content[mark.count...]) == digits(crc))
    }

    private static func digits(_ crc: UInt32) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return (0..<digitCount).map { digits[Int(crc >> UInt32(28 - 4 * $0) & 15)] }
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>, trailer: ArraySlice<UInt8>) -> UInt32 {
        let first = trailer.withUnsafeBytes { CRC32.checksum($0) }
        return bytes.withUnsafeBytes { CRC32.checksum($0, continuing: first) }
    }
}
