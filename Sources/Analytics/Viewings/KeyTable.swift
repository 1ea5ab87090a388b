/// Finds the first viewing of a content, visit and actor: an open-addressing table of numbers.
struct KeyTable {
    /// Number + 1, at most half of them taken; 0 is free.
    private var slots: [Int32] = Array(repeating: 0, count: 1 << 10)
    private var count = 0

    var memorySize: Int { slots.count * 4 }

    /// - Parameter isSame: whether the viewing with this number has the key.
    func find(_ hash: UInt64, _ isSame: (Int32) -> Bool) -> Int32? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash &>> 20) & mask
        while slots[slot] != 0 {
            let number = slots[slot] &- 1
            if isSame(number) { return number }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    /// - Parameter hashOf: of a viewing that is in the table.
    mutating func insert(_ number: Int32, _ hash: UInt64, hashOf: (Int32) -> UInt64) {
        if count * 2 >= slots.count {
            let old = slots
            slots = Array(repeating: 0, count: old.count * 2)
            for slot in old where slot != 0 { place(slot, hashOf(slot - 1)) }
        }
        place(number + 1, hash)
        count += 1
    }

    private mutating func place(_ slot: Int32, _ hash: UInt64) {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash &>> 20) & mask
        while slots[place] != 0 { place = (place &+ 1) & mask }
        slots[place] = slot
    }
}

/// What makes events one viewing, or several that impressions divide.
struct ViewingKey: Hashable {
    var content: Int32
    var visit: UInt64
    /// `Viewing.actor`; -2: the view session says it all.
    var actor: Int64

    var hash: UInt64 {
        let a = visit ^ 0x9E37_79B9_7F4A_7C15
        let b = UInt64(UInt32(bitPattern: content)) << 32 ^ UInt64(bitPattern: actor)
        let product = a.multipliedFullWidth(by: b ^ 0xD1B5_4A32_D192_ED03)
        return (product.high ^ product.low) &* 0xFF51_AFD7_ED55_8CCD
    }
}

extension EventSample {
    var key: ViewingKey {
        ViewingKey(
            content: content, visit: visit,
            actor: hasViewSession ? -2 : Viewing.actor(user: user, device: device))
    }
}

extension Viewing {
    var key: ViewingKey { ViewingKey(content: content, visit: visit, actor: actor) }
}
