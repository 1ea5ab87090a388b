/// Says "new" for nearly every new identity, in one or a few cache misses: a blocked Bloom filter.
///
/// A block is one cache line of 512 bits, of which an identity sets eight, one in each 64-bit word.
/// At 12 bits an identity, about 1 in 200 new ones is taken for known and is then looked up exactly.
/// The filter grows by layers, each as large as all before it together, and never forgets.
package struct IdentityFilter: Sendable {
    private struct Layer: Sendable {
        /// Eight words a block.
        var words: [UInt64]
        let blockMask: Int
        let capacity: Int
        var count = 0

        init(capacity wanted: Int) {
            var blocks = 1024
            while blocks * 512 < wanted * 12 { blocks *= 2 }
            words = [UInt64](repeating: 0, count: blocks * 8)
            blockMask = blocks - 1
            capacity = blocks * 512 / 12
        }
    }

    private var layers: [Layer]

    /// - Parameter expectedCount: identities that the first layer should hold.
    package init(expectedCount: Int) {
        layers = [Layer(capacity: max(expectedCount, 1 << 17))]
    }

    package var memorySize: Int { layers.reduce(0) { $0 + $1.words.count * 8 } }
    package var count: Int { layers.reduce(0) { $0 + $1.count } }

    /// `false`: certainly never inserted.
    package func mightContain(_ identity: EventIdentity) -> Bool {
        for layer in layers where Self.contains(identity, in: layer) { return true }
        return false
    }

    package mutating func insert(_ identity: EventIdentity) {
        var last = layers.count - 1
        if layers[last].count >= layers[last].capacity {
            layers.append(Layer(capacity: layers.reduce(0) { $0 + $1.capacity }))
            last += 1
        }
        layers[last].count &+= 1
        let base = (Int(truncatingIfNeeded: identity.low) & layers[last].blockMask) &* 8
        layers[last].words.withUnsafeMutableBufferPointer { words in
            var bits = identity.high
            for word in 0..<8 {
                words[base &+ word] |= 1 &<< (bits & 63)
                bits &>>= 6
            }
        }
    }

    private static func contains(_ identity: EventIdentity, in layer: Layer) -> Bool {
        let base = (Int(truncatingIfNeeded: identity.low) & layer.blockMask) &* 8
        return layer.words.withUnsafeBufferPointer { words in
            var bits = identity.high
            for word in 0..<8 {
                if words[base &+ word] & (1 &<< (bits & 63)) == 0 { return false }
                bits &>>= 6
            }
            return true
        }
    }
}
