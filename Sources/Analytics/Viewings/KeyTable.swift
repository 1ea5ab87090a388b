/// Finds the first viewing of a content, visit and sender: an open-addressing table of numbers, each with
/// five bits of its hash, so that hardly any other viewing is looked at.
struct KeyTable {
    /// Viewings that a table can tell apart.
    static let countMax = 1 << 27 - 1

    /// Tag in the high five bits, number + 1 in the others; 0 is free. Two to four fifths are taken.
    private var slots: [UInt32] = Array(repeating: 0, count: 1 << 10)
    private var count = 0
    private static let numberMask: UInt32 = 1 << 27 - 1

    var memorySize: Int { slots.capacity * 4 }

    /// - Parameter isSame: whether the viewing with this number has the key.
    @inline(__always)
    func find(_ hash: UInt64, _ isSame: (Int32) -> Bool) -> Int32? {
        let tag = UInt32(truncatingIfNeeded: hash) & ~Self.numberMask
        var slot = place(of: hash)
        while slots[slot] != 0 {
            let entry = slots[slot]
            if entry & ~Self.numberMask == tag {
                let number = Int32(entry & Self.numberMask) &- 1
                if isSame(number) { return number }
            }
            slot += 1
            if slot == slots.count { slot = 0 }
        }
        return nil
    }

    /// - Parameter hashOf: of a viewing that is in the table.
    mutating func insert(_ number: Int32, _ hash: UInt64, hashOf: (Int32) -> UInt64) {
        if count * 5 >= slots.count * 4 {
            let old = slots
            slots = Array(repeating: 0, count: old.count * 2)
            for entry in old where entry != 0 {
                let number = Int32(entry & Self.numberMask) - 1
                put(number, hashOf(number))
            }
        }
        put(number, hash)
        count += 1
    }

    private mutating func put(_ number: Int32, _ hash: UInt64) {
        var slot = place(of: hash)
        while slots[slot] != 0 {
            slot += 1
            if slot == slots.count { slot = 0 }
        }
        slots[slot] = UInt32(truncatingIfNeeded: hash) & ~Self.numberMask | UInt32(number + 1)
    }

    private func place(of hash: UInt64) -> Int {
        Int(truncatingIfNeeded: ((hash >> 32) &* UInt64(slots.count)) >> 32)
    }
}

/// What makes events one viewing, or several that impressions divide.
struct ViewingKey: Hashable {
    /// The view session says it all.
    static let anySender: Int32 = -2

    var content: Int32
    var visit: UInt64
    /// `Viewing.sender`, or `anySender`.
    var sender: Int32

    var hash: UInt64 {
        let a = visit ^ 0x9E37_79B9_7F4A_7C15
        let b = UInt64(UInt32(bitPattern: content)) << 32 | UInt64(UInt32(bitPattern: sender))
        let product = a.multipliedFullWidth(by: b ^ 0xD1B5_4A32_D192_ED03)
        return (product.high ^ product.low) &* 0xFF51_AFD7_ED55_8CCD
    }
}

extension EventSample {
    var key: ViewingKey {
        ViewingKey(
            content: content, visit: visit,
            sender: hasViewSession ? ViewingKey.anySender : sender)
    }

    /// As `Viewing.sender`.
    var sender: Int32 { user >= 0 ? user * 2 : device >= 0 ? device * 2 + 1 : -1 }
}
