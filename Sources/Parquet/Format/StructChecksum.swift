/// A CRC-32 inside a metadata structure, so that damage in metadata is noticed like damage in pages.
///
/// Parquet checks pages only: a flipped bit in a page header, an index, a Bloom filter or the footer
/// would go unseen and could make a reader skip rows that it should find. The format reserves field
/// 32767 of every structure for additions ("Binary Protocol Extensions"); other readers skip it.
///
/// ```
/// fields of the structure … │ field 32767: binary, 8 bytes: "CRC1", CRC-32 (low byte first) │ 0
/// └──────────────── covered by the checksum ───────────────────┘
/// ```
enum StructChecksum {
    static let fieldID: Int16 = 32_767
    private static let mark: [UInt8] = [0x43, 0x52, 0x43, 0x31]

    /// Adds the checksum; must be the last thing written before the structure ends.
    /// - Parameter start: where the structure starts in `writer.bytes`.
    /// - Parameter trailer: bytes after the structure that the checksum covers too (first).
    static func write(
        to writer: inout ThriftCompactWriter, from start: Int = 0, trailer: [UInt8] = []
    ) {
        writer.binary(fieldID, mark + [0, 0, 0, 0])
        let end = writer.bytes.count - 4
        writer.overwrite(
            at: end, with: checksum(writer.bytes[start..<end], trailer: trailer[...]))
    }

    /// What was read of a structure's checksum.
    enum State {
        case absent
        case present(crc: UInt32, expected: UInt32)

        /// - Parameter isRequired: the file promises a checksum in every structure.
        func verify(isRequired: Bool, _ what: String, at offset: Int) throws(ParquetError) {
            switch self {
            case .absent:
                if isRequired { throw ParquetError("\(what): checksum is missing", at: offset) }
            case .present(let crc, let expected):
                guard crc == expected else {
                    throw ParquetError("\(what): checksum mismatch", at: offset)
                }
            }
        }
    }

    /// Reads field 32767 of a structure that starts at `start` of the reader's bytes.
    static func read(
        _ field: ThriftCompactReader.Field, from reader: inout ThriftCompactReader, start: Int,
        trailer: ArraySlice<UInt8> = []
    ) throws(ParquetError) -> State {
        let content = try reader.binary(field)
        guard content.count == 8, Array(content[0..<4]) == mark else { return .absent }
        let crc = content[4..<8].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return .present(
            crc: crc,
            expected: checksum(reader.bytes[start..<reader.position - 4], trailer: trailer))
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>, trailer: ArraySlice<UInt8>) -> UInt32 {
        let first = trailer.withUnsafeBytes { CRC32.checksum($0) }
        return bytes.withUnsafeBytes { CRC32.checksum($0, continuing: first) }
    }
}
