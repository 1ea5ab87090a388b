/// The distinct numbers of a column chunk, and for each value its place among them.
struct NumberDictionary {
    /// Bits of the distinct values, in the order of first use.
    private(set) var entries: [UInt64] = []
    private(set) var indices: [UInt32] = []

    /// - Returns: `nil` as soon as there are more than `entryCountMax` distinct values.
    init?(_ values: UnsafeBufferPointer<UInt64>, entryCountMax: Int) {
        // Open addressing; a slot holds the place of an entry + 1 and the table is at most half full.
        var slotCount = 64
        while slotCount < entryCountMax * 2 { slotCount *= 2 }
        var slots = [UInt32](repeating: 0, count: slotCount)
        let shift = UInt64(64 - slotCount.trailingZeroBitCount)
        let mask = slotCount - 1
        indices = [UInt32](repeating: 0, count: values.count)
        var isComplete = true
        slots.withUnsafeMutableBufferPointer { slots in
            indices.withUnsafeMutableBufferPointer { indices in
                for position in 0..<values.count {
                    let value = values[position]
                    if position > 0 && values[position &- 1] == value {
                        indices[position] = indices[position &- 1]
                        continue
                    }
                    var slot = Int(truncatingIfNeeded: (value &* 0x9E37_79B9_7F4A_7C15) &>> shift)
                    while slots[slot] != 0 && entries[Int(slots[slot]) &- 1] != value {
                        slot = (slot &+ 1) & mask
                    }
                    if slots[slot] == 0 {
                        guard entries.count < entryCountMax else {
                            isComplete = false
                            return
                        }
                        entries.append(value)
                        slots[slot] = UInt32(truncatingIfNeeded: entries.count)
                    }
                    indices[position] = slots[slot] &- 1
                }
            }
        }
        if !isComplete { return nil }
    }
}
