/// Ids for events that come without one: `evt_`, eight digits of the store, twelve of the number.
///
/// They are a function of the store and of `seq`, so the journal need not hold them.
package struct GeneratedEventID: Sendable, Hashable {
    private let storeTag: UInt32

    package init(storeTag: UInt32) {
        self.storeTag = storeTag
    }

    package static let size = 24

    /// The 24 ASCII bytes of the id of event number `seq`.
    package func bytes(for seq: Int64) -> [UInt8] {
        var bytes = Array("evt_".utf8)
        for shift in stride(from: 28, through: 0, by: -4) {
            bytes.append(Self.digit(UInt64(storeTag) >> UInt64(shift)))
        }
        for shift in stride(from: 44, through: 0, by: -4) {
            bytes.append(Self.digit(UInt64(bitPattern: seq) >> UInt64(shift)))
        }
        return bytes
    }

    private static func digit(_ value: UInt64) -> UInt8 {
        let nibble = UInt8(truncatingIfNeeded: value & 15)
        return nibble < 10 ? 0x30 + nibble : 0x57 + nibble
    }
}
