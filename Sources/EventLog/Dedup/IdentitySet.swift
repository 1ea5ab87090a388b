/// A set of event identities: 16 bytes a slot, open addressing, at most seven eighths full, so that
/// the ids of a seal and what comes with its last batches fit 4 MiB.
///
/// An identity's own bits are its hash. The all-zero identity stands for a free slot, so a real one
/// (which nobody will ever meet) is stored as 1.
package struct IdentitySet: Sendable {
    /// `high` and `low` of slot i at 2i and 2i + 1.
    private var words: [UInt64]
    private var mask: Int
    package private(set) var count = 0

    package init(minimumCapacity: Int = 0) {
        var slots = 1024
        while slots * 7 / 8 < minimumCapacity { slots *= 2 }
        words = [UInt64](repeating: 0, count: slots * 2)
        mask = slots - 1
    }

    /// Bytes of memory that the set holds.
    package var memorySize: Int { words.count * 8 }

    package func contains(_ identity: EventIdentity) -> Bool {
        words.withUnsafeBufferPointer { words in
            let slot = Self.slot(of: identity, in: words, mask: mask)
            return words[slot &* 2] | words[slot &* 2 &+ 1] != 0
        }
    }

    /// Reads the slots where these identities belong, so that their cache misses overlap.
    /// - Returns: a value that depends on all that was read.
    package func touch(_ identities: ArraySlice<EventIdentity?>) -> UInt64 {
        var sum: UInt64 = 0
        words.withUnsafeBufferPointer { words in
            for case let identity? in identities {
                sum &+= words[(Int(truncatingIfNeeded: identity.low) & mask) &* 2]
            }
        }
        return sum
    }

    /// - Returns: whether the identity was not there before.
    @discardableResult
    package mutating func insert(_ identity: EventIdentity) -> Bool {
        if (count &+ 1) &* 8 > (mask &+ 1) &* 7 { grow() }
        let mask = mask
        let inserted = words.withUnsafeMutableBufferPointer { words in
            let slot = Self.slot(of: identity, in: UnsafeBufferPointer(words), mask: mask)
            guard words[slot &* 2] | words[slot &* 2 &+ 1] == 0 else { return false }
            words[slot &* 2] = identity.high
            words[slot &* 2 &+ 1] = Self.stored(identity)
            return true
        }
        if inserted { count &+= 1 }
        return inserted
    }

    /// Takes an identity out again, closing the gap so that later ones are still found.
    package mutating func remove(_ identity: EventIdentity) {
        let mask = mask
        let removed = words.withUnsafeMutableBufferPointer { words in
            var gap = Self.slot(of: identity, in: UnsafeBufferPointer(words), mask: mask)
            guard words[gap &* 2] | words[gap &* 2 &+ 1] != 0 else { return false }
            var next = (gap &+ 1) & mask
            while words[next &* 2] | words[next &* 2 &+ 1] != 0 {
                let home = Int(truncatingIfNeeded: words[next &* 2 &+ 1]) & mask
                if (next &- home) & mask >= (next &- gap) & mask {
                    words[gap &* 2] = words[next &* 2]
                    words[gap &* 2 &+ 1] = words[next &* 2 &+ 1]
                    gap = next
                }
                next = (next &+ 1) & mask
            }
            words[gap &* 2] = 0
            words[gap &* 2 &+ 1] = 0
            return true
        }
        if removed { count &-= 1 }
    }

    /// Calls `body` with each identity, in no particular order.
    package func forEach(_ body: (EventIdentity) -> Void) {
        for slot in 0...mask where words[slot * 2] | words[slot * 2 + 1] != 0 {
            body(EventIdentity(high: words[slot * 2], low: words[slot * 2 + 1]))
        }
    }

    /// The slot that holds the identity, or the free one where it belongs.
    @inline(__always)
    private static func slot(
        of identity: EventIdentity, in words: UnsafeBufferPointer<UInt64>, mask: Int
    ) -> Int {
        let high = identity.high
        let low = stored(identity)
        var slot = Int(truncatingIfNeeded: low) & mask
        while true {
            let ownHigh = words[slot &* 2]
            let ownLow = words[slot &* 2 &+ 1]
            if ownHigh == high && ownLow == low { return slot }
            if ownHigh | ownLow == 0 { return slot }
            slot = (slot &+ 1) & mask
        }
    }

    @inline(__always)
    private static func stored(_ identity: EventIdentity) -> UInt64 {
        identity.high | identity.low == 0 ? 1 : identity.low
    }

    private mutating func grow() {
        var larger = IdentitySet(minimumCapacity: (mask + 1) * 7 / 4)
        forEach { larger.insert($0) }
        self = larger
    }
}
