/// Grows a `StringDictionary`, either keeping each string once (`intern`) or as it comes (`append`).
///
/// `intern` costs one hash and, for a known string, one comparison: an open-addressing table of
/// 32-bit entry numbers beside 32-bit hash tags, at most half full.
package struct StringDictionaryBuilder: Sendable {
    private var bytes: [UInt8] = []
    private var offsets: [UInt32] = [0]
    /// Entry number + 1 in the low half, hash tag in the high half; 0 is free.
    private var slots: [UInt64] = []
    private var mask = 0
    private var isDistinct = true
    private let seed: UInt64

    /// - Parameter seed: keys the hash, so that nobody can prepare strings that collide.
    package init(seed: UInt64) {
        self.seed = seed
    }

    /// An empty one with room for about as much as another has: to grow step by step takes as long again as
    /// to fill what is there.
    package init(roomFor other: StringDictionaryBuilder) {
        seed = other.seed
        let count = other.count + other.count / 8
        offsets.reserveCapacity(count + 1)
        bytes.reserveCapacity(other.bytes.count + other.bytes.count / 8)
        guard other.slots.count > 0 else { return }
        var capacity = 64
        while capacity < count * 2 { capacity *= 2 }
        slots = [UInt64](repeating: 0, count: capacity)
        mask = capacity - 1
    }

    package var count: Int { offsets.count - 1 }
    /// Bytes of all entries, without the tables around them.
    package var byteCount: Int { bytes.count }
    /// Bytes of memory that this builder holds.
    package var memorySize: Int {
        bytes.capacity + offsets.capacity * 4 + slots.capacity * 8
    }

    /// Adds an entry without looking for an equal one.
    /// - Precondition: all entries together stay under 4 GiB.
    package mutating func append(_ string: UnsafeRawBufferPointer) -> UInt32 {
        let code = UInt32(count)
        bytes.append(contentsOf: string)
        offsets.append(UInt32(bytes.count))
        isDistinct = false
        return code
    }

    /// Adds all entries of a dictionary without looking for equal ones.
    /// - Precondition: all entries together stay under 4 GiB.
    package mutating func append(contentsOf dictionary: StringDictionary) {
        let start = UInt32(bytes.count)
        bytes.append(contentsOf: dictionary.bytes)
        offsets.append(contentsOf: dictionary.offsets.dropFirst().lazy.map { $0 + start })
        isDistinct = false
    }

    /// These entries, in this order, as a dictionary of their own.
    /// - Parameter isDistinct: whether they are known to be.
    func dictionary(of codes: ArraySlice<Int32>, isDistinct: Bool) -> StringDictionary {
        var chosen: [UInt8] = []
        var ends: [UInt32] = [0]
        chosen.reserveCapacity(bytes.count / Swift.max(1, count) * codes.count)
        ends.reserveCapacity(codes.count + 1)
        for code in codes {
            chosen.append(contentsOf: bytes[Int(offsets[Int(code)])..<Int(offsets[Int(code) + 1])])
            ends.append(UInt32(chosen.count))
        }
        return StringDictionary(bytes: chosen, offsets: ends, isDistinct: isDistinct)
    }

    /// The number of the entry equal to `string`, added if it is new.
    /// - Precondition: this builder is filled by `intern` alone; all entries stay under 4 GiB.
    package mutating func intern(_ string: UnsafeRawBufferPointer) -> UInt32 {
        if count &* 2 >= slots.count { grow() }
        let hash = ByteHash.hash64(string, seed: seed)
        let tag = hash & 0xFFFF_FFFF_0000_0000
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = slots[slot]
            if entry == 0 { break }
            if entry & 0xFFFF_FFFF_0000_0000 == tag {
                let code = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
                if isEntry(code, equalTo: string) { return UInt32(truncatingIfNeeded: code) }
            }
            slot = (slot &+ 1) & mask
        }
        let code = UInt32(count)
        bytes.append(contentsOf: string)
        offsets.append(UInt32(bytes.count))
        slots[slot] = tag | UInt64(code &+ 1)
        return code
    }

    /// The number of the entry equal to `string`; `nil` if there is none.
    /// - Precondition: this builder is filled by `intern` alone.
    package func number(of string: String) -> Int32? {
        guard !slots.isEmpty else { return nil }
        var string = string
        return string.withUTF8 { utf8 in
            let bytes = UnsafeRawBufferPointer(utf8)
            let hash = ByteHash.hash64(bytes, seed: seed)
            let tag = hash & 0xFFFF_FFFF_0000_0000
            var slot = Int(truncatingIfNeeded: hash) & mask
            while slots[slot] != 0 {
                let entry = slots[slot]
                if entry & 0xFFFF_FFFF_0000_0000 == tag {
                    let code = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &- 1
                    if isEntry(code, equalTo: bytes) { return Int32(truncatingIfNeeded: code) }
                }
                slot = (slot &+ 1) & mask
            }
            return nil
        }
    }

    package mutating func intern(_ string: String) -> UInt32 {
        var string = string
        return string.withUTF8 { intern(UnsafeRawBufferPointer($0)) }
    }

    /// The entry's bytes as a string.
    package subscript(code: Int) -> String {
        String(decoding: bytes[Int(offsets[code])..<Int(offsets[code + 1])], as: UTF8.self)
    }

    /// The dictionary as it stands; this builder may go on growing.
    package func build() -> StringDictionary {
        StringDictionary(bytes: bytes, offsets: offsets, isDistinct: isDistinct)
    }

    private func isEntry(_ code: Int, equalTo string: UnsafeRawBufferPointer) -> Bool {
        let start = Int(offsets[code])
        let length = Int(offsets[code + 1]) &- start
        guard length == string.count else { return false }
        guard length > 0, let other = string.baseAddress else { return true }
        return bytes.withUnsafeBytes { own in
            ByteHash.areEqual(own.baseAddress! + start, other, length)
        }
    }

    private mutating func grow() {
        let capacity = Swift.max(64, slots.count * 2)
        slots = [UInt64](repeating: 0, count: capacity)
        mask = capacity - 1
        bytes.withUnsafeBytes { own in
            for code in 0..<count {
                let entry = UnsafeRawBufferPointer(
                    rebasing: own[Int(offsets[code])..<Int(offsets[code + 1])])
                let hash = ByteHash.hash64(entry, seed: seed)
                var slot = Int(truncatingIfNeeded: hash) & mask
                while slots[slot] != 0 { slot = (slot &+ 1) & mask }
                slots[slot] = (hash & 0xFFFF_FFFF_0000_0000) | UInt64(code + 1)
            }
        }
    }
}
