import Columns
import Synchronization

package enum Durability: Sendable, Hashable {
    /// Survives a power failure once answered.
    case synced
    /// Survives the death of the process once answered.
    case buffered
}

package struct AppendResult: Sendable, Hashable {
    package var stored: Int
    package var duplicates: Int
    /// Rows of persons who were erased, ascending: they were not stored.
    package var erasedRows: [Int]
    /// Of the stored ones, those whose timestamp was replaced.
    package var adjusted: Int
    /// Set if the batch asked for it.
    package var placement: RowPlacement?
    /// What became of the batch's content item, if it has one.
    package var content: ContentOutcome?

    package init(
        stored: Int, duplicates: Int, adjusted: Int, erasedRows: [Int] = [],
        placement: RowPlacement? = nil, content: ContentOutcome? = nil
    ) {
        self.stored = stored
        self.duplicates = duplicates
        self.adjusted = adjusted
        self.erasedRows = erasedRows
        self.placement = placement
        self.content = content
    }
}

extension EventStore {
    /// Deduplicates, numbers, journals and makes the batches queryable, all with one sync.
    ///
    /// When it returns, the events of all batches survive as `durability` says, and so do the first
    /// copies of those that were duplicates, and the ledger counts each event offered, refused ones
    /// included, once. If it throws, none of them was acknowledged, counted or is queryable; the
    /// journal file is given up, and the next call begins a new one.
    /// - Returns: one result per batch, in order.
    package func append(
        _ batches: [EventBatch], durability: Durability
    ) throws(StoreError) -> [AppendResult] {
        do {
            if batches.contains(where: \.needsRoom) { try requireSpace() }
            while true {
                try prepare(for: durability)
                guard let results = try appendPrepared(batches, durability) else { continue }
                writerGauges.withLock { $0.error = nil }
                return results
            }
        } catch {
            let error = StoreError(error)
            writerGauges.withLock { $0.error = error }
            throw error
        }
    }

    /// - Returns: `nil` if a seal is needed first: one that ran meanwhile could not sync the journal.
    private func appendPrepared(
        _ batches: [EventBatch], _ durability: Durability
    ) throws -> [AppendResult]? {
        try writer.withLock { writer in
            precondition(!writer.isClosed, "the store is closed")
            if durability == .synced, writer.mustSeal { return nil }
            var pending = PendingAppend(firstSeq: writer.nextSeq)
            defer { showGauges(of: &writer) }
            do {
                if durability == .synced, writer.mustKeepAnswers {
                    if answers.withLock({ $0.count > 0 }) { try beginJournalIfNeeded(&writer) }
                    writer.mustKeepAnswers = false
                }
                for batch in batches { try accept(batch, &writer, &pending) }
                try endRecord(&writer, &pending)
                try commit(pending, &writer, durability)
            } catch {
                abandon(pending, &writer)
                throw error
            }
            return pending.results
        }
    }

    /// Seals first where an append could not keep its promise otherwise. If that fails, so does the
    /// append.
    private func prepare(for durability: Durability) throws(StoreError) {
        // Where callers did not heed `isCrowded`, or nobody seals, the append itself waits or seals.
        let rowCount = view.withLock { $0.tail.rowCount }
        let isFull = rowCount >= options.sealRowCount * StoreOptions.tailSealsMax
        guard isFull || durability == .synced && writer.withLock({ $0.mustSeal }) else { return }
        try refuseAfterSealFailure()
        if isFull { _ = try sealOnce() }
        if durability == .synced, writer.withLock({ $0.mustSeal }) {
            try sealAll()
            writer.withLock { $0.mustSeal = false }
        }
    }

    /// Refuses events before the disk is full, and takes them again when there is some more room than that:
    /// what was taken can then be sealed, and nothing is left half written.
    private func requireSpace() throws {
        guard options.spaceReserve > 0 else { return }
        let available = try disk.availableSize()
        let needed =
            isSpaceLow.load(ordering: .relaxed)
            ? options.spaceReserve + options.spaceReserve / 8 : options.spaceReserve
        isSpaceLow.store(available < needed, ordering: .relaxed)
        guard available < needed else { return }
        throw StoreError.diskFull(
            "\(available) bytes are free; events are taken again from \(needed) on")
    }

    /// Building a segment costs a second of a core: on a full disk not for each refused append.
    private func refuseAfterSealFailure() throws(StoreError) {
        let failure = sealing.withLock { $0.failure }
        guard let failure else { return }
        let age = options.now() - failure.at
        if 0 <= age, age < StoreOptions.sealFailureRest { throw failure.error }
    }

    /// What one call adds, before it is durable.
    struct PendingAppend {
        struct Part {
            var batch: EventBatch
            /// The rows that are new, as runs of neighbours.
            var runs: [Range<Int>]
            var firstSeq: Int64
            var count: Int
        }
        let firstSeq: Int64
        var parts: [Part] = []
        /// What there is to say besides the events, and the part that has its record already.
        var record = LedgerRecord()
        var records: [(record: LedgerRecord, firstSeq: Int64)] = []
        /// Bytes that the quarantine may still take; `nil` until somebody asks.
        var quarantineRoom: Int?
        var contentRecords: [ContentRecord] = []
        /// The content items with these applied; `nil` until somebody asks.
        var content: ContentItems?
        var identities: [EventIdentity] = []
        var answers: [(key: RequestKey, answer: KeptAnswer)] = []
        var results: [AppendResult] = []
    }

    private func accept(
        _ offered: EventBatch, _ writer: inout Writer, _ pending: inout PendingAppend
    ) throws {
        let (runs, erasedRows) = try newRows(of: offered, &writer, &pending)
        let count = runs.reduce(0) { $0 + $1.count }
        let duplicates = offered.count - count - erasedRows.count
        var batch = offered
        writer.lastReceivedAt = max(writer.lastReceivedAt, batch.receivedAt)
        batch.receivedAt = writer.lastReceivedAt
        // May take numbers for itself, so the events' come afterwards.
        try account(
            for: batch, duplicates: duplicates, erased: erasedRows.count, &writer, &pending)
        let content = try offered.content.map {
            try take($0, at: batch.receivedAt, &writer, &pending)
        }
        var result = AppendResult(
            stored: count, duplicates: duplicates,
            adjusted: offered.count(in: runs) { $0.contains(.adjusted) },
            erasedRows: erasedRows, content: content)
        if offered.wantsPlacement || offered.keeping != nil {
            result.placement = RowPlacement(
                newRows: runs, firstSeq: writer.nextSeq, generatedIDs: generatedIDs)
        }
        pending.results.append(result)
        let answer = offered.keeping.flatMap { makeAnswer($0, result) }
        guard count > 0 || answer != nil else { return }
        try beginJournalIfNeeded(&writer)
        if count > 0 {
            pending.parts.append(
                PendingAppend.Part(
                    batch: batch, runs: runs, firstSeq: writer.nextSeq, count: count))
        }
        journal(batch, runs, answer, &writer)
        if let answer { pending.answers.append(answer) }
    }

    /// - Returns: `nil` if the answer is too large to be kept.
    private func makeAnswer(
        _ keeping: AnswerKeeping, _ result: AppendResult
    ) -> (key: RequestKey, answer: KeptAnswer)? {
        var answer = keeping.answer(result)
        answer.keptAt = options.now()
        guard AnsweredPayload.size(of: keeping.key, answer) <= Limits.keptAnswerSizeMax else {
            return nil
        }
        return (key: keeping.key, answer: answer)
    }

    /// The rows with events that neither the store nor this call nor the batch itself already has, and those
    /// of persons who were erased.
    private func newRows(
        of batch: EventBatch, _ writer: inout Writer, _ pending: inout PendingAppend
    ) throws -> (runs: [Range<Int>], erasedRows: [Int]) {
        var runs: [Range<Int>] = []
        var erased: [Int] = []
        var start = 0
        /// Leaves a row out.
        func skip(_ row: Int) {
            if start < row { runs.append(start..<row) }
            start = row + 1
        }
        // Not the batch itself in the closure: each row would make a copy of it, with all its references.
        let (identities, offsets) = (batch.identities, batch.rowOffsets)
        let erasureKey = writer.tombstones.newest > .min ? writer.erasureKey : nil
        try batch.rows.withUnsafeBytes { rows in
            for row in 0..<batch.count {
                if row % DedupIndex.preparedCount == 0 {
                    let end = min(row + DedupIndex.preparedCount, batch.count)
                    writer.dedup.prepare(identities[row..<end])
                }
                if let erasureKey,
                    writer.tombstones.refuse(rows, at: Int(offsets[row]), erasureKey)
                {
                    erased.append(row)
                    skip(row)
                    continue
                }
                guard let identity = identities[row] else { continue }
                let isNew = try writer.dedup.insert(identity) {
                    OfferedEvent(identity, in: rows, at: Int(offsets[row]))
                }
                if isNew {
                    pending.identities.append(identity)
                } else {
                    if writer.dedup.isErased(identity) { erased.append(row) }
                    skip(row)
                }
            }
        }
        skip(batch.count)
        return (runs, erased)
    }

    private func commit(
        _ pending: PendingAppend, _ writer: inout Writer, _ durability: Durability
    ) throws {
        if writer.journal != nil {
            try writer.journal!.write()
            // A duplicate is an acknowledgement too: its first copy may have been buffered only.
            if durability == .synced { try writer.journal!.synchronize() }
            writer.hasUnsynced = durability == .buffered
        }
        if !pending.answers.isEmpty {
            let now = options.now()
            answers.withLock {
                for (key, answer) in pending.answers { $0.keep(answer, for: key, now: now) }
            }
        }
        let receivedAt = writer.lastReceivedAt
        try view.withLock { view in
            // In the journal's order, as a restart will see them.
            var records = pending.records[...]
            for part in pending.parts {
                while let next = records.first, next.firstSeq < part.firstSeq {
                    view.books.apply(next.record, firstSeq: next.firstSeq, receivedAt: receivedAt)
                    records.removeFirst()
                }
                var seq = part.firstSeq
                for run in part.runs {
                    try view.tail.append(
                        part.batch, rows: run, firstSeq: seq, generatedIDs: generatedIDs,
                        schema: &view.schema)
                    seq += Int64(run.count)
                }
                view.recent.append(part, closed: closedSeq(of: view))
                view.lastSeq = seq - 1
                view.books.store(part.count, of: part.batch)
            }
            for next in records {
                view.books.apply(next.record, firstSeq: next.firstSeq, receivedAt: receivedAt)
            }
            for record in pending.contentRecords { view.books.apply(record) }
            if durability == .synced { view.durableSeq = writer.nextSeq - 1 }
        }
    }

    /// After a failed write or sync nobody knows what the file holds. It takes no further record, and
    /// the next file begins with the first refused number: at recovery it takes the place of whatever
    /// the failed file holds from there on.
    func abandon(
        _ pending: PendingAppend, _ writer: inout Writer
    ) {
        writer.dedup.remove(pending.identities)
        writer.nextSeq = pending.firstSeq
        if let journal = writer.journal.take() {
            let isWithoutEvents = writer.journalFirstSeq == writer.nextSeq
            // Not `journal.path`: the optimizer of Swift 6.3 frees a string that was read from a value
            // which is consumed afterwards.
            let path = JournalDirectory.path(ofFile: writer.journalFirstSeq)
            try? journal.close()
            // The next file has the same name and takes its place. Until then it may be all that has the
            // answers kept so far.
            if isWithoutEvents, answers.withLock({ $0.count == 0 }) { try? disk.unlink(path) }
        }
        writer.mustSeal = writer.mustSeal || writer.hasUnsynced
        writer.hasUnsynced = false
    }
}

extension EventBatch {
    /// How many rows of these runs have flags that satisfy the predicate.
    fileprivate func count(in runs: [Range<Int>], _ predicate: (EventFlags) -> Bool) -> Int {
        rows.withUnsafeBytes { bytes in
            var count = 0
            for run in runs {
                for row in run {
                    let flags = bytes.loadUnaligned(
                        fromByteOffset: Int(rowOffsets[row]) + 12, as: UInt16.self)
                    if predicate(EventFlags(rawValue: UInt16(littleEndian: flags))) { count += 1 }
                }
            }
            return count
        }
    }
}

extension OfferedEvent {
    /// Reads what helps to find an event out of its row.
    fileprivate init(_ identity: EventIdentity, in rows: UnsafeRawBufferPointer, at offset: Int) {
        self.init(identity: identity, eventId: UnsafeRawBufferPointer(start: nil, count: 0))
        var reader = EventRowReader(rows, at: offset)
        guard (try? reader.nextRow()) != nil else { return }
        while let field = try? reader.nextField() {
            switch field {
            case .string(.eventId, let bytes): eventId = bytes
            case .string(.event, let bytes): event = bytes
            case .string(.contentId, let bytes): contentId = bytes
            default: break
            }
        }
    }
}
