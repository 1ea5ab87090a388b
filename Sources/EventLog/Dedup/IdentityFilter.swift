/// Says "new" for nearly every new identity, in one or a few cache misses: a blocked Bloom filter.
///
/// A block is one cache line of 512 bits, of which an identity sets sixteen, two in each 64-bit word.
/// At 32 bits an identity, about 3 in a million new ones are taken for known. It is that precise because
/// such a one is looked up exactly, which may mean reading whole segments' ids.
/// The filter grows by layers, each as large as all before it together, and never forgets. The first
/// has room for a million, 4 MiB: each layer is a cache miss for every new identity.
package struct IdentityFilter: Sendable {
    private struct Layer: Sendable {
        /// Eight words a block.
        var words: [UInt64]
        let blockMask: Int
        let capacity: Int
        var count = 0

        init(capacity wanted: Int) {
            var blocks = 1024
            while blocks * 512 < wanted * IdentityFilter.bitsPerIdentity { blocks *= 2 }
            words = [UInt64](repeating: 0, count: blocks * 8)
            blockMask = blocks - 1
            capacity = blocks * 512 / IdentityFilter.bitsPerIdentity
        }
    }

    private static let bitsPerIdentity = 32
    private var layers: [Layer]

    /// - Parameter expectedCount: identities that the first layer should hold.
    package init(expectedCount: Int) {
        layers = [Layer(capacity: max(expectedCount, 1 << 20))]
    }

    package var memorySize: Int { layers.reduce(0) { $0 + $1.words.count * 8 } }
    package var count: Int { layers.reduce(0) { $0 + $1.count } }

    /// `false`: certainly never inserted.
    package func mightContain(_ identity: EventIdentity) -> Bool {
        for layer in layers where Self.contains(identity, in: layer) { return true }
        return false
    }

    /// Reads a word of each block that these identities will be looked up in, so that their cache
    /// misses overlap.
    /// - Returns: a value that depends on all that was read.
    package func touch(_ identities: ArraySlice<EventIdentity?>) -> UInt64 {
        var sum: UInt64 = 0
        for layer in layers {
            layer.words.withUnsafeBufferPointer { words in
                for case let identity? in identities {
                    sum &+=
                        words[
                            (Int(truncatingIfNeeded: identity.low) & layer.blockMask) &* 8]
                }
            }
        }
        return sum
    }

    /// Inserts many, some at a time, so that their cache misses overlap.
    package mutating func insert(contentsOf identities: [EventIdentity]) {
        var start = 0
        while start < identities.count {
            let end = min(start &+ Self.stretch, identities.count)
            withExtendedLifetime(touchNewest(identities[start..<end])) {}
            for index in start..<end { insert(identities[index]) }
            start = end
        }
    }

    /// Reads where these will be inserted.
    @inline(never)
    private func touchNewest(_ identities: ArraySlice<EventIdentity>) -> UInt64 {
        guard let layer = layers.last else { return 0 }
        return layer.words.withUnsafeBufferPointer { words in
            var sum: UInt64 = 0
            for identity in identities {
                sum &+= words[(Int(truncatingIfNeeded: identity.low) & layer.blockMask) &* 8]
            }
            return sum
        }
    }

    /// As many as the processor can wait for at a time, and some more.
    private static let stretch = 32

    package mutating func insert(_ identity: EventIdentity) {
        var last = layers.count - 1
        if layers[last].count >= layers[last].capacity {
            layers.append(Layer(capacity: layers.reduce(0) { $0 + $1.capacity }))
            last += 1
        }
        layers[last].count &+= 1
        let base = (Int(truncatingIfNeeded: identity.low) & layers[last].blockMask) &* 8
        layers[last].words.withUnsafeMutableBufferPointer { words in
            for word in 0..<8 { words[base &+ word] |= Self.bits(identity, word) }
        }
    }

    private static func contains(_ identity: EventIdentity, in layer: Layer) -> Bool {
        let base = (Int(truncatingIfNeeded: identity.low) & layer.blockMask) &* 8
        return layer.words.withUnsafeBufferPointer { words in
            for word in 0..<8 {
                let bits = Self.bits(identity, word)
                if words[base &+ word] & bits != bits { return false }
            }
            return true
        }
    }

    /// The two bits of an identity in a word: six bits of `high` tell the one, six of a mix of both
    /// halves the other. The block is told by the low bits of `low`.
    @inline(__always)
    private static func bits(_ identity: EventIdentity, _ word: Int) -> UInt64 {
        let shift = UInt64(truncatingIfNeeded: word &* 6)
        let mixed = (identity.low &>> 16) ^ (identity.high &>> 13)
        return 1 &<< ((identity.high &>> shift) & 63) | 1 &<< ((mixed &>> shift) & 63)
    }
}
