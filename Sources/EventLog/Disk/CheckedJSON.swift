/// Small files of JSON with their own checksum, so that a changed byte is not taken for another value.
///
/// ```
/// {…,"crc32c":N}
/// ```
/// The last member of the object is the CRC-32C of all bytes before its comma. Files from before have none, and are
/// taken as they are; programs from before pass the member over.
package enum CheckedJSON {
    private static let mark = Array(",\"crc32c\":".utf8)
    private static let close = UInt8(ascii: "}")

    /// - Parameter object: the text of an object with at least one member; white space behind it is left out.
    package static func seal(_ object: [UInt8]) -> [UInt8] {
        guard let end = object.lastIndex(of: close) else {
            preconditionFailure("only an object has members")
        }
        let body = object[..<end]
        return body + mark + Array("\(DeltaCommit.checksum(body))}\n".utf8)
    }

    /// The same bytes, looked at.
    /// - Returns: `nil` if they are not those that were written.
    package static func checked(_ bytes: [UInt8]) -> [UInt8]? {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        guard let last = bytes.lastIndex(where: { !isSpace($0) }), bytes[last] == close
        else { return nil }
        let digits = bytes[..<last].reversed().prefix { (0x30...0x39).contains($0) }.count
        let body = bytes[..<(last - digits)]
        guard digits > 0, body.suffix(mark.count).elementsEqual(mark) else { return bytes }
        let said = String(decoding: bytes[(last - digits)..<last], as: UTF8.self)
        return said == "\(DeltaCommit.checksum(body.dropLast(mark.count)))" ? bytes : nil
    }
}
