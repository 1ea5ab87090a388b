/// What one commit says besides the events that it stores: a journal record of kind `ledger`.
///
/// Stored events need no such record, for their own records tell their number.
struct LedgerRecord: Sendable {
    var counts: [LedgerKey: LedgerAmount] = [:]
    /// Events that the quarantine takes. One that has no number yet gets the record's own, by position.
    var kept: [QuarantinedEvent] = []
    /// Numbers of those that leave it.
    var left: [Int64] = []
    /// Bytes of the payload, near enough to end a record in time.
    private(set) var size = 0

    var isEmpty: Bool { counts.isEmpty && kept.isEmpty && left.isEmpty }

    /// Sequence numbers that the record takes: one for each quarantined event, which is its number
    /// there, and one at least, which gives the record its place among the others.
    var seqCount: Int { max(1, kept.count) }

    mutating func count(_ key: LedgerKey, _ amount: LedgerAmount) {
        if counts[key] == nil { size += 32 + key.producer.utf8.count + key.code.utf8.count }
        counts[key, default: LedgerAmount(events: 0)] += amount
    }

    mutating func keep(_ event: QuarantinedEvent) {
        kept.append(event)
        size += event.size
    }

    mutating func leave(_ id: Int64) {
        left.append(id)
        size += 8
    }

    /// The same with a number for each quarantined event.
    func numbered(from firstSeq: Int64) -> LedgerRecord {
        var record = self
        for (position, event) in kept.enumerated() where event.id == 0 {
            record.kept[position] = event.numbered(firstSeq + Int64(position))
        }
        return record
    }
}
