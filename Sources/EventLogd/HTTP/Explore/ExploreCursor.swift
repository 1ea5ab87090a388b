/// A place between the pages of `GET /v1/events/explore`, as a text that clients need not understand: which
/// store, which filters, and the last event that was shown. Events that come meanwhile do not move it.
struct ExploreCursor: Sendable, Hashable {
    let storeTag: UInt64
    /// Of what the events were chosen by.
    let fingerprint: UInt64
    let place: ExploreQuestion.Place

    init(storeTag: UInt64, filters: [String], place: ExploreQuestion.Place) {
        self.storeTag = storeTag
        fingerprint = Self.fingerprint(filters)
        self.place = place
    }

    /// - Throws: if it is none, or is of another store or other filters.
    init(_ text: String, storeTag: UInt64, filters: [String]) throws(HTTPFailure) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, let tag = UInt64(parts[0], radix: 36),
            let fingerprint = UInt64(parts[1], radix: 36),
            let timestamp = Int64(parts[2], radix: 36), let seq = Int64(parts[3], radix: 36)
        else { throw .wrong("cursor", "This is no cursor of a list of events.") }
        guard tag == storeTag else { throw .wrong("cursor", "This cursor is of another store.") }
        guard fingerprint == Self.fingerprint(filters) else {
            throw .wrong("cursor", "This cursor is of a list with other filters.")
        }
        self.storeTag = tag
        self.fingerprint = fingerprint
        place = ExploreQuestion.Place(timestamp: timestamp, seq: seq)
    }

    var text: String {
        "\(String(storeTag, radix: 36)).\(String(fingerprint, radix: 36))."
            + "\(String(place.timestamp, radix: 36)).\(String(place.seq, radix: 36))"
    }

    /// FNV-1a, 64 bits: no secret, only a guard against a mistake.
    private static func fingerprint(_ filters: [String]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for filter in filters {
            for byte in filter.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01B3 }
            // A byte that no text has keeps neighbours apart.
            hash = (hash ^ 0xFF) &* 0x0100_0000_01B3
        }
        return hash
    }
}
