import Columns

/// A 128-bit fingerprint of (producer, eventId): what deduplication compares.
///
/// It lives in memory only and is keyed per process, so nobody can prepare two ids that meet, and the
/// chance that two of a billion ids meet by accident is below 10⁻²⁰.
package struct EventIdentity: Sendable, Hashable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(low) }
}

/// Makes the identities of one producer.
package struct EventIdentityHasher: Sendable {
    private let seed: UInt64

    /// - Parameter key: the process's secret; the same for all hashers whose results are compared.
    package init(producer: String, key: UInt64) {
        var producer = producer
        seed = producer.withUTF8 { ByteHash.hash64(UnsafeRawBufferPointer($0), seed: key) }
    }

    package func identity(of eventId: UnsafeRawBufferPointer) -> EventIdentity {
        let hash = ByteHash.hash128(eventId, seed: seed)
        return EventIdentity(high: hash.high, low: hash.low)
    }
    /// That of an entry of a dictionary.
    func identity(ofText strings: StringDictionary, _ code: Int) -> EventIdentity {
        strings.bytes.withUnsafeBytes { bytes in
            identity(of: UnsafeRawBufferPointer(rebasing: bytes[strings.range(at: code)]))
        }
    }
}
