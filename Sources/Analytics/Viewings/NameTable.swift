import Columns

#if canImport(Glibc)
    import Glibc
#endif

/// Numbers for names, each once: an open-addressing table of numbers beside the bytes of all names. It takes
/// less room than a `StringDictionaryBuilder`, which is made to be looked up for each event.
struct NameTable {
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = []
    /// Number + 1; 0 is free. At most two thirds are taken.
    private var slots: [UInt32] = Array(repeating: 0, count: 64)
    /// Keys the hash, so that nobody can prepare names that collide.
    private let seed = UInt64.random(in: .min ... .max)

    var count: Int { ends.count }
    var memorySize: Int { bytes.capacity + ends.capacity * 4 + slots.capacity * 4 }

    /// - Precondition: all names together stay under 4 GiB.
    mutating func intern(_ name: UnsafeRawBufferPointer) -> Int32 {
        let hash = ByteHash.hash64(name, seed: seed)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if isName(number, name) { return Int32(number) }
            slot = (slot + 1) & (slots.count - 1)
        }
        bytes.appendSlowly(contentsOf: name)
        ends.appendSlowly(UInt32(bytes.count))
        slots[slot] = UInt32(ends.count)
        if ends.count * 3 >= slots.count * 2 { grow() }
        return Int32(ends.count - 1)
    }

    mutating func intern(_ name: String) -> Int32 {
        var name = name
        return name.withUTF8 { intern(UnsafeRawBufferPointer($0)) }
    }

    /// `nil` if there is no such name.
    func number(of name: String) -> Int32? {
        var name = name
        return name.withUTF8 { utf8 in
            let name = UnsafeRawBufferPointer(utf8)
            var slot =
                Int(truncatingIfNeeded: ByteHash.hash64(name, seed: seed)) & (slots.count - 1)
            while slots[slot] != 0 {
                let number = Int(slots[slot]) - 1
                if isName(number, name) { return Int32(number) }
                slot = (slot + 1) & (slots.count - 1)
            }
            return nil
        }
    }

    subscript(number: Int) -> String { String(decoding: bytes[range(number)], as: UTF8.self) }

    /// Whether one comes before another, by their bytes.
    func precedes(_ number: Int, _ other: Int) -> Bool {
        bytes[range(number)].lexicographicallyPrecedes(bytes[range(other)])
    }

    private func range(_ number: Int) -> Range<Int> {
        (number == 0 ? 0 : Int(ends[number - 1]))..<Int(ends[number])
    }

    private func isName(_ number: Int, _ name: UnsafeRawBufferPointer) -> Bool {
        let own = range(number)
        guard own.count == name.count else { return false }
        guard own.count > 0, let other = name.baseAddress else { return true }
        return bytes.withUnsafeBytes {
            memcmp($0.baseAddress! + own.lowerBound, other, own.count) == 0
        }
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        for number in 0..<count {
            let hash = bytes.withUnsafeBytes {
                ByteHash.hash64(UnsafeRawBufferPointer(rebasing: $0[range(number)]), seed: seed)
            }
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(number + 1)
        }
    }
}

extension Array {
    /// Appends, and makes room for a fifth more where there is none, not for twice as much: what is largest in
    /// memory may be copied more often, but has little room that nobody uses.
    @inline(__always)
    mutating func appendSlowly(_ element: Element) {
        if count == capacity { reserveCapacity(count + count / 5 + 8) }
        append(element)
    }

    mutating func appendSlowly(contentsOf elements: some Collection<Element>) {
        if count + elements.count > capacity {
            reserveCapacity(count + count / 5 + elements.count + 8)
        }
        append(contentsOf: elements)
    }
}

extension Dictionary {
    /// Bytes of memory, near enough.
    var memorySize: Int {
        capacity * 4 / 3 * (MemoryLayout<Key>.stride + MemoryLayout<Value>.stride) + capacity / 6
    }
}
