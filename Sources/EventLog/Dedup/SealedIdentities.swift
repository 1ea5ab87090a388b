/// The identities of a segment, for looking some of them up.
///
/// Of a large segment only 64 of the 128 bits are kept, in order, 8 bytes an event: they are asked about
/// repeats and little else, and of a thousand billion questions about a segment of two million events, one
/// is answered wrongly every ten thousand times.
enum SealedIdentities: Sendable {
    case table(IdentitySet)
    case sorted([UInt64])

    init(_ identities: [EventIdentity]) {
        self = .sorted(identities.map(\.high).sorted())
    }

    /// Bytes.
    var memorySize: Int {
        switch self {
        case .table(let set): set.memorySize
        case .sorted(let words): words.count * 8
        }
    }

    func contains(_ identity: EventIdentity) -> Bool {
        switch self {
        case .table(let set): return set.contains(identity)
        case .sorted(let words):
            var range = words.startIndex..<words.endIndex
            while !range.isEmpty {
                let middle = range.lowerBound + range.count / 2
                if words[middle] == identity.high { return true }
                range =
                    words[middle] < identity.high
                    ? middle + 1..<range.upperBound : range.lowerBound..<middle
            }
            return false
        }
    }
}
