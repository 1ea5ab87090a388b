/// A place in a tail: all events up to a number have been seen. Clients keep it as a text that they
/// need not understand.
///
/// ```
/// 8f3a09c2d417e6b5-1842      which store (16 digits), then the number
/// ```
/// It only ever names what is durable, so the number means the same event after any crash.
package struct TailCursor: Sendable, Hashable {
    package let storeTag: UInt64
    package let seq: Int64

    package init(storeTag: UInt64, seq: Int64) {
        self.storeTag = storeTag
        self.seq = seq
    }

    /// - Returns: `nil` if this is no such text.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (18...36).contains(bytes.count), bytes[16] == UInt8(ascii: "-"),
            bytes[..<16].allSatisfy(Self.isDigit),
            bytes[17...].allSatisfy({ (0x30...0x39).contains($0) }),
            let tag = UInt64(text.prefix(16), radix: 16), let seq = Int64(text.dropFirst(17))
        else { return nil }
        storeTag = tag
        self.seq = seq
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    package var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    package func append(to text: inout [UInt8]) {
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
            let digit = UInt8(storeTag >> shift & 15)
            text.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
        text.append(UInt8(ascii: "-"))
        text.append(contentsOf: String(seq).utf8)
    }
}
