/// A user or device id as bytes: two ids are the same if their bytes are, whatever Unicode thinks.
struct IdentityName: Sendable, Hashable, Comparable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }
    init(_ text: String) { bytes = Array(text.utf8) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether the bytes are UTF-8.
    var isText: Bool { String(validating: bytes, as: UTF8.self) != nil }

    static func < (a: IdentityName, b: IdentityName) -> Bool {
        a.bytes.lexicographicallyPrecedes(b.bytes)
    }

    /// The keyed hash of a device id: devices stand in the order of (hash, bytes).
    static func hash(_ bytes: Span<UInt8>, key: UInt64) -> UInt32 {
        var state = key ^ 0xA076_1D64_78BD_642F ^ UInt64(bytes.count)
        var place = 0
        while place &+ 8 <= bytes.count {
            var word: UInt64 = 0
            for index in 0..<8 { word |= UInt64(bytes[place &+ index]) &<< UInt64(index &* 8) }
            state = fold(state ^ word, 0xE703_7ED1_A0B4_28DB)
            place &+= 8
        }
        var word: UInt64 = 0
        while place < bytes.count {
            word = word &<< 8 | UInt64(bytes[place])
            place &+= 1
        }
        state = fold(state ^ word ^ key, 0x8EBC_6AF0_9C88_C6E3)
        return UInt32(truncatingIfNeeded: fold(state, 0x5899_65CC_7537_4CC3) &>> 32)
    }

    @inline(__always)
    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}
