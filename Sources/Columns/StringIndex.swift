import Synchronization

/// Finds the entries of one dictionary by their bytes.
///
/// The first search looks at the entries one by one; a dictionary that is searched again, because it
/// stays in a cache, gets a hash table then.
final class StringIndex: Sendable {
    private struct State {
        var searchCount = 0
        /// Entry number + 1, at most half of them taken; 0 is free.
        var slots: [Int32] = []
    }
    private let state = Mutex(State())

    /// Keys the hash, so that nobody can prepare strings that collide.
    private static let seed = UInt64.random(in: .min ... .max)

    /// The first entry equal to `string`.
    func entry(
        equalTo string: UnsafeRawBufferPointer, in dictionary: StringDictionary
    ) -> Int32? {
        let slots = state.withLock { state in
            state.searchCount += 1
            if state.slots.isEmpty, state.searchCount > 1 {
                state.slots = Self.slots(of: dictionary)
            }
            return state.slots
        }
        return dictionary.bytes.withUnsafeBytes { bytes in
            slots.isEmpty
                ? Self.scan(for: string, bytes, dictionary)
                : Self.probe(slots, for: string, bytes, dictionary)
        }
    }

    private static func isEqual(
        _ entry: Int, _ string: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer,
        _ offsets: UnsafeBufferPointer<UInt32>
    ) -> Bool {
        let start = Int(offsets[entry])
        let length = Int(offsets[entry &+ 1]) &- start
        guard length == string.count else { return false }
        guard length > 0, let own = bytes.baseAddress, let other = string.baseAddress else {
            return true
        }
        return ByteHash.areEqual(own + start, other, length)
    }

    private static func scan(
        for string: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer,
        _ dictionary: StringDictionary
    ) -> Int32? {
        dictionary.offsets.withUnsafeBufferPointer { offsets in
            for entry in 0..<dictionary.count where isEqual(entry, string, bytes, offsets) {
                return Int32(entry)
            }
            return nil
        }
    }

    private static func probe(
        _ slots: [Int32], for string: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer,
        _ dictionary: StringDictionary
    ) -> Int32? {
        dictionary.offsets.withUnsafeBufferPointer { offsets in
            let mask = slots.count - 1
            var slot = Int(truncatingIfNeeded: ByteHash.hash64(string, seed: seed)) & mask
            while slots[slot] != 0 {
                let entry = slots[slot] - 1
                if isEqual(Int(entry), string, bytes, offsets) { return entry }
                slot = (slot + 1) & mask
            }
            return nil
        }
    }

    private static func slots(of dictionary: StringDictionary) -> [Int32] {
        var capacity = 16
        while capacity < dictionary.count * 2 { capacity *= 2 }
        var slots = [Int32](repeating: 0, count: capacity)
        dictionary.bytes.withUnsafeBytes { bytes in
            for entry in 0..<dictionary.count {
                let string = UnsafeRawBufferPointer(rebasing: bytes[dictionary.range(at: entry)])
                let hash = ByteHash.hash64(string, seed: seed)
                var slot = Int(truncatingIfNeeded: hash) & (capacity - 1)
                while slots[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
                slots[slot] = Int32(entry + 1)
            }
        }
        return slots
    }
}

extension StringDictionary {
    /// The first entry with the bytes of `string`; `nil` if there is none.
    package func code(of string: String) -> Int32? {
        var string = string
        return string.withUTF8 {
            index.entry(equalTo: UnsafeRawBufferPointer($0), in: self)
        }
    }
}
