package import Columns

/// What is in one journal file, and what is wrong with it.
package struct JournalFileAudit: Sendable, Hashable {
    package enum State: String, Sendable, Codable {
        /// The writer stopped in good order.
        case closed
        /// It ends with a sound record: it is being written, or its writer was killed between two writes.
        case open
        /// It ends with the rest of a write that nobody was told of.
        case interrupted
        /// A newer file takes its place from some number on.
        case superseded
        case damaged
    }

    /// Records of one kind.
    package struct Tally: Sendable, Hashable {
        package var records = 0
        package var events = 0
        /// Bytes of the payloads in the file, and before compression.
        package var storedBytes = 0
        package var rawBytes = 0
        /// Bytes of the whole records.
        package var sizeMin = Int.max
        package var sizeMax = 0
        package var size = 0
    }

    package var path: String
    /// Bytes of the file.
    package var size = 0
    /// Up to the end of the last sound record.
    package var usedBytes = 0
    /// Bytes of an interrupted write behind that.
    package var tornTailBytes = 0
    package var storeID: StoreID?
    package var firstSeq: Int64?
    /// `nil`: no record has a number.
    package var lastSeq: Int64?
    package var isClosed = false
    package var tallies: [JournalRecordKind: Tally] = [:]
    /// From this number on a newer file takes its place.
    package var supersededFrom: Int64?
    /// Events that are in segments already, as the catalog says; `nil` if nobody asked one.
    package var sealedEvents: Int?
    /// Of the events, in µs since 1970 UTC.
    package var timestamps: ClosedRange<Int64>?
    package var receiveTimes: ClosedRange<Int64>?
    /// Byte ranges that are no records, and records that cannot be decoded; numbers that are nowhere.
    package var damage: [Damage] = []

    package init(path: String) { self.path = path }

    package var recordCount: Int { tallies.values.reduce(0) { $0 + $1.records } }
    package var eventCount: Int { tallies.values.reduce(0) { $0 + $1.events } }
    /// Events that damage took, as far as known.
    package var lostEvents: Int { damage.reduce(0) { $0 + ($1.rowCount ?? 0) } }

    package var state: State {
        if !damage.isEmpty { return .damaged }
        if supersededFrom != nil { return .superseded }
        if tornTailBytes > 0 { return .interrupted }
        return isClosed ? .closed : .open
    }

    mutating func take(_ findings: JournalFindings) {
        size = findings.fileSize
        usedBytes = findings.validBytes
        tornTailBytes = findings.tornTailBytes
        storeID = findings.storeID
        firstSeq = findings.firstSeq
        if let first = findings.firstSeq, findings.lastSeq >= first { lastSeq = findings.lastSeq }
        isClosed = findings.endedCleanly
        damage = findings.damage + damage
    }

    mutating func count(_ place: JournalPlace, _ kind: JournalRecordKind) {
        var tally = tallies[kind] ?? Tally()
        tally.records += 1
        tally.storedBytes += place.storedSize
        tally.rawBytes += place.rawSize
        tally.sizeMin = min(tally.sizeMin, place.size)
        tally.sizeMax = max(tally.sizeMax, place.size)
        tally.size += place.size
        if kind == .events || kind == .answered { tally.events += place.count }
        tallies[kind] = tally
    }

    mutating func add(_ facts: JournalRecordFacts) {
        timestamps = Self.union(timestamps, facts.timestamps)
        receiveTimes = Self.union(receiveTimes, facts.receivedAt.map { $0...$0 })
    }

    private static func union(
        _ a: ClosedRange<Int64>?, _ b: ClosedRange<Int64>?
    ) -> ClosedRange<Int64>? {
        guard let a, let b else { return a ?? b }
        return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
    }
}
