/// Writes the payload of a journal record that is no batch of events: little-endian numbers, and texts
/// as their length (u16) and UTF-8.
struct RecordWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: some FixedWidthInteger) {
        var rest = value
        for _ in 0..<(value.bitWidth / 8) {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    mutating func append(_ text: String) {
        let utf8 = text.utf8.prefix(Int(UInt16.max))
        append(UInt16(utf8.count))
        bytes += utf8
    }

    mutating func append(bytes more: [UInt8]) { bytes += more }
}

/// Reads what `RecordWriter` wrote, and trusts none of it.
struct RecordReader {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func read<Number: FixedWidthInteger>(
        _: Number.Type
    ) throws(EventRowError) -> Number {
        var value: Number = 0
        let part = try take(Number.bitWidth / 8)
        for byte in part.reversed() { value = value << 8 | Number(truncatingIfNeeded: byte) }
        return value
    }

    mutating func readText() throws(EventRowError) -> String {
        let count = Int(try read(UInt16.self))
        return String(decoding: try take(count), as: UTF8.self)
    }

    mutating func take(_ count: Int) throws(EventRowError) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else {
            throw EventRowError.truncated(at: position)
        }
        defer { position += count }
        return bytes[position..<position + count]
    }
}
