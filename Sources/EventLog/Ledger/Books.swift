/// What the journal tells besides events: ledger, quarantine and content items. They are sealed together.
struct Books: Sendable {
    private(set) var ledger: Ledger
    private(set) var quarantine: Quarantine
    private(set) var content: ContentItems
    /// Bytes of their records since the newest seal, and the receive time of the oldest of them.
    private(set) var unsealedSize = 0
    private(set) var oldestUnsealed: Int64?

    init(
        ledger: Ledger = Ledger(), quarantine: Quarantine = Quarantine(),
        content: ContentItems = ContentItems()
    ) {
        self.ledger = ledger
        self.quarantine = quarantine
        self.content = content
    }

    /// Counts events of one journal record.
    mutating func store(_ count: Int, of batch: EventBatch) {
        guard count > 0 else { return }
        let key = LedgerKey(
            receivedAt: batch.receivedAt, producer: batch.producer, bucket: .stored)
        ledger.add(key, LedgerAmount(events: Int64(count)))
    }

    /// - Parameters:
    ///   - firstSeq: the record's first sequence number.
    ///   - receivedAt: µs since 1970 UTC, as near as is known.
    mutating func apply(_ record: LedgerRecord, firstSeq: Int64, receivedAt: Int64) {
        // In one order, whether the counts come from memory or from the journal: which producers are
        // told apart depends on who came first.
        for (key, amount) in record.counts.sorted(by: { $0.key < $1.key }) {
            ledger.add(key, amount)
        }
        quarantine.apply(record.numbered(from: firstSeq))
        noteUnsealed(record.size, receivedAt)
    }

    /// Takes in what left the table.
    /// - Parameter isCounted: as in `Ledger.move`.
    mutating func apply(_ moves: [LedgerMoveRecord], isCounted: Bool = true, now: Int64) {
        for record in moves {
            ledger.move(record.counts, to: record.bucket, isCounted: isCounted)
            noteUnsealed(record.size, now)
        }
    }

    mutating func apply(_ record: ContentRecord) {
        content.apply(record)
        noteUnsealed(record.size, record.updatedAt)
    }

    private mutating func noteUnsealed(_ size: Int, _ receivedAt: Int64) {
        unsealedSize += size
        if oldestUnsealed == nil { oldestUnsealed = receivedAt }
    }

    /// Whether there are records that only the journal has.
    var hasUnsealed: Bool { oldestUnsealed != nil }

    /// What a seal is to write.
    struct Sealing {
        var rows: [Ledger.Row]
        var quarantine: Quarantine.Sealing
        var content: ContentItems.Sealing
    }

    /// What a seal has written.
    struct Sealed {
        /// The journal position that it covers.
        var position: Int64
        var rows: [Ledger.Row]
        var files: [QuarantineFile]
        var evictedCount: Int64
        /// The file of content items that counts from now on; `nil` if there is none.
        var contentFile: String?
    }

    mutating func beginSeal() {
        ledger.beginSeal()
        quarantine.beginSeal()
        content.beginSeal()
        unsealedSize = 0
        oldestUnsealed = nil
    }

    /// The ledger's rows are merged here, so not to be called while a lock is held that others wait for.
    var begunSeal: Sealing {
        Sealing(
            rows: ledger.sealedRows, quarantine: quarantine.begunSeal, content: content.begunSeal)
    }

    /// - Returns: files that are not needed any more once their last holder is gone.
    mutating func endSeal(_ sealed: Sealed) -> [QuarantineFile] {
        let kept = Set(sealed.files.map(ObjectIdentifier.init))
        let obsolete = quarantine.files.filter { !kept.contains(ObjectIdentifier($0)) }
        ledger.endSeal(sealed.rows)
        quarantine.endSeal(sealed.files, evictedCount: sealed.evictedCount)
        content.endSeal(sealed.contentFile)
        return obsolete
    }
}
