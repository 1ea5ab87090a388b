/// Counts every event that was ever offered, by hour, producer and what became of it.
///
/// ```
/// base      rows as of the newest seal, sorted; never changed in place
/// sealing   what came until the seal that is under way
/// recent    what came since
/// ```
///
/// A pure function of the records applied, in their order and whatever seals came between, so that a
/// restart changes no number.
package struct Ledger: Sendable {
    package typealias Row = (key: LedgerKey, amount: LedgerAmount)

    /// All events ever offered, by bucket.
    package struct Totals: Sendable, Hashable, Codable {
        /// Those that are still there.
        package var stored: Int64 = 0
        package var duplicate: Int64 = 0
        package var refused: Int64 = 0
        /// Of the refused ones, those that the quarantine took.
        package var quarantined: Int64 = 0
        package var erased: Int64 = 0
        package var expired: Int64 = 0
    }

    private var base: [Row]
    private var sealing: [LedgerKey: LedgerAmount] = [:]
    private var recent: [LedgerKey: LedgerAmount] = [:]
    package private(set) var totals = Totals()
    /// The hour that was counted last, and the producers told apart in it.
    private var openHour: (start: Int64, producers: Set<String>)?

    /// - Parameter rows: as of a seal, sorted.
    package init(_ rows: [Row] = []) {
        base = rows
        for row in rows { addToTotals(row.key.bucket, row.amount) }
    }

    package mutating func add(_ key: LedgerKey, _ amount: LedgerAmount) {
        recent[admitted(key), default: LedgerAmount(events: 0)] += amount
        addToTotals(key.bucket, amount)
    }

    /// Moves events that were stored to another bucket.
    /// - Parameters:
    ///   - counts: by `located` keys.
    ///   - isCounted: whether they are counted as stored. They are not where stored events were counted
    ///     again (`LedgerRecount`) after they had gone.
    mutating func move(
        _ counts: [LedgerKey: Int64], to bucket: LedgerBucket, isCounted: Bool = true
    ) {
        for (key, count) in counts {
            if isCounted {
                recent[key, default: LedgerAmount(events: 0)] += LedgerAmount(events: -count)
                addToTotals(key.bucket, LedgerAmount(events: -count))
            }
            var gone = key
            gone.bucket = bucket
            recent[gone, default: LedgerAmount(events: 0)] += LedgerAmount(events: count)
            addToTotals(bucket, LedgerAmount(events: count))
        }
    }

    /// Events that the row of this key counts.
    func events(of key: LedgerKey) -> Int64 {
        var (low, high) = (0, base.count)
        while low < high {
            let middle = (low + high) / 2
            if base[middle].key < key { low = middle + 1 } else { high = middle }
        }
        let there = low < base.count && base[low].key == key ? base[low].amount.events : 0
        return there + (sealing[key]?.events ?? 0) + (recent[key]?.events ?? 0)
    }

    /// From here on what comes is not part of the seal.
    mutating func beginSeal() {
        precondition(sealing.isEmpty)
        sealing = recent
        recent = [:]
    }

    /// What a seal that was begun is to write.
    var sealedRows: [Row] { Self.coarsened(Self.merged(base, [sealing])) }

    /// - Parameter rows: `sealedRows` as they were written.
    mutating func endSeal(_ rows: [Row]) {
        base = rows
        sealing = [:]
    }

    /// All rows, sorted.
    package var rows: [Row] { Self.merged(base, [sealing, recent]) }

    // MARK: Helpers

    /// The key under which an event is counted: a user who makes up producers without end is told
    /// apart in so many of them.
    private mutating func admitted(_ key: LedgerKey) -> LedgerKey {
        if openHour?.start != key.hour {
            let keys = [sealing, recent].flatMap(\.keys).filter { $0.hour == key.hour }
            let old = base.lazy.map(\.key).filter { $0.hour == key.hour }
            openHour = (key.hour, Set(keys.map(\.producer)).union(old.map(\.producer)))
        }
        if openHour?.producers.contains(key.producer) == true { return key }
        var key = key
        if openHour?.producers.count ?? 0 >= Limits.ledgerProducersPerHourMax {
            key.producer = "\(key.owner)/*"
        }
        openHour?.producers.insert(key.producer)
        return key
    }

    private mutating func addToTotals(_ bucket: LedgerBucket, _ amount: LedgerAmount) {
        switch bucket {
        case .stored: totals.stored &+= amount.events
        case .duplicate: totals.duplicate &+= amount.events
        case .refused:
            totals.refused &+= amount.events
            totals.quarantined &+= amount.quarantined
        case .erased: totals.erased &+= amount.events
        case .expired: totals.expired &+= amount.events
        }
    }

    private static func merged(
        _ base: [Row], _ others: [[LedgerKey: LedgerAmount]]
    ) -> [Row] {
        if others.allSatisfy(\.isEmpty) { return base }
        return collected(base + others.flatMap { $0.map { ($0.key, $0.value) } })
    }

    /// The rows sorted, those with one key as one; without those of which all events have moved.
    static func collected(_ rows: [Row]) -> [Row] {
        var sums: [LedgerKey: LedgerAmount] = [:]
        for row in rows { sums[row.key, default: LedgerAmount(events: 0)] += row.amount }
        return sums.filter { $0.value != LedgerAmount(events: 0) }
            .map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
    }
}
