/// Numbers distinct 64-bit integers in the order in which they come: an open-addressing hash table,
/// at most half full.
struct IntegerTable {
    private struct Slot {
        var key: UInt64 = 0
        /// Number + 1; 0 is free.
        var number: Int32 = 0
    }
    private var slots = [Slot](repeating: Slot(), count: 64)
    private var mask = 63
    /// Key number i, in order of arrival.
    private(set) var keys: [UInt64] = []

    var count: Int { keys.count }
    var memorySize: Int { slots.capacity * 16 + keys.capacity * 8 }

    @inline(__always)
    private static func hash(_ key: UInt64) -> Int {
        let product = key.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    /// The number of `key`, a new one if it is new.
    @inline(__always)
    mutating func number(of key: UInt64) -> Int32 {
        var slot = Self.hash(key) & mask
        while true {
            let entry = slots[slot]
            if entry.number != 0 {
                if entry.key == key { return entry.number &- 1 }
                slot = (slot &+ 1) & mask
            } else {
                return insert(key, at: slot)
            }
        }
    }

    @inline(never)
    private mutating func insert(_ key: UInt64, at slot: Int) -> Int32 {
        precondition(keys.count < Int(Int32.max) - 1)
        keys.append(key)
        slots[slot] = Slot(key: key, number: Int32(keys.count))
        if keys.count * 2 > slots.count { grow() }
        return Int32(keys.count - 1)
    }

    private mutating func grow() {
        let capacity = slots.count * 2
        slots = [Slot](repeating: Slot(), count: capacity)
        mask = capacity - 1
        for (number, key) in keys.enumerated() {
            var slot = Self.hash(key) & mask
            while slots[slot].number != 0 { slot = (slot &+ 1) & mask }
            slots[slot] = Slot(key: key, number: Int32(number + 1))
        }
    }
}
