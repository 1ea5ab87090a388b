/// Which store a file belongs to: 16 random bytes, written as a UUID (RFC 9562, version 4).
///
/// Made once, when the catalog is created; it is the Delta table's id and stands in the header of
/// every journal file, so that a file of another store is recognised.
package struct StoreID: Sendable, Hashable {
    /// The first eight bytes as a big-endian number.
    package let high: UInt64
    /// The last eight bytes as a big-endian number.
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package init(using generator: inout some RandomNumberGenerator) {
        // Version 4 and the RFC's variant: readers of UUIDs expect the bits.
        let high: UInt64 = generator.next()
        let low: UInt64 = generator.next()
        self.high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        self.low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    package static func random() -> StoreID {
        var generator = SystemRandomNumberGenerator()
        return StoreID(using: &generator)
    }
}

extension StoreID: LosslessStringConvertible {
    package init?(_ description: String) {
        let bytes = Array(description.utf8)
        guard bytes.count == 36 else { return nil }
        var nibbles: [UInt64] = []
        for (position, byte) in bytes.enumerated() {
            if [8, 13, 18, 23].contains(position) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            switch byte {
            case 0x30...0x39: nibbles.append(UInt64(byte - 0x30))
            case 0x41...0x46: nibbles.append(UInt64(byte - 0x41 + 10))
            case 0x61...0x66: nibbles.append(UInt64(byte - 0x61 + 10))
            default: return nil
            }
        }
        high = nibbles[..<16].reduce(0) { $0 << 4 | $1 }
        low = nibbles[16...].reduce(0) { $0 << 4 | $1 }
    }

    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, word) in [high, low].enumerated() {
            for nibble in 0..<16 {
                let position = index * 16 + nibble
                if [8, 12, 16, 20].contains(position) { text.append(UInt8(ascii: "-")) }
                text.append(digits[Int(word >> UInt64(60 - nibble * 4) & 15)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
