import Synchronization

extension EventStore {
    /// Notes what became of the events of a batch that are not stored, for the record that the commit
    /// ends with. Costs nothing where there are none.
    func account(
        for batch: EventBatch, duplicates: Int, erased: Int, _ writer: inout Writer,
        _ pending: inout PendingAppend
    ) throws {
        for (bucket, count) in [(LedgerBucket.duplicate, duplicates), (.erased, erased)]
        where count > 0 {
            let key = LedgerKey(
                receivedAt: batch.receivedAt, producer: batch.producer, bucket: bucket)
            pending.record.count(key, LedgerAmount(events: Int64(count)))
            try endFullRecord(&writer, &pending)
        }
        if !batch.refused.isEmpty { try accountForRefused(in: batch, &writer, &pending) }
        for id in batch.leavingQuarantine {
            pending.record.leave(id)
            try endFullRecord(&writer, &pending)
        }
    }

    private func accountForRefused(
        in batch: EventBatch, _ writer: inout Writer, _ pending: inout PendingAppend
    ) throws {
        let owner = LedgerKey.owner(of: batch.producer)
        // Counted here first, because a flood is many events of few codes.
        var counts: [Refusal.Code: LedgerAmount] = [:]
        func settle(_ record: inout LedgerRecord) {
            for (code, amount) in counts {
                let key = LedgerKey(
                    receivedAt: batch.receivedAt, producer: batch.producer, bucket: .refused,
                    code: code.rawValue)
                record.count(key, amount)
            }
            counts = [:]
        }
        for event in batch.refused {
            let isKept = keep(event, of: batch, owner, &writer, &pending)
            counts[event.refusal.code, default: LedgerAmount(events: 0)] += LedgerAmount(
                events: 1, quarantined: isKept ? 1 : 0)
            if pending.record.size >= Limits.journalRecordSizeMax {
                settle(&pending.record)
                try endRecord(&writer, &pending)
            }
        }
        settle(&pending.record)
        try endFullRecord(&writer, &pending)
    }

    /// - Returns: whether the quarantine has the event afterwards.
    private func keep(
        _ event: RefusedEvent, of batch: EventBatch, _ owner: String, _ writer: inout Writer,
        _ pending: inout PendingAppend
    ) -> Bool {
        let room =
            pending.quarantineRoom
            ?? Limits.quarantineUnsealedSizeMax - view.withLock { $0.books.quarantine.unsealedSize }
        pending.quarantineRoom = room
        switch event.origin {
        case .replayed(_, _, hasNewReason: false): return true
        case .replayed(_, _, hasNewReason: true): break
        case .sent:
            // In a flood this is the end of nearly every line, before anything is made of it.
            guard room >= Limits.quarantineEventSizeMin,
                writer.quarantineAllowance.has(
                    Limits.quarantineEventSizeMin, owner: owner, now: batch.receivedAt)
            else { return false }
        }
        let kept = QuarantinedEvent(event, of: batch)
        let hasRoom = kept.size <= room && kept.size <= options.quarantineSize
        if event.origin == .sent {
            guard hasRoom,
                writer.quarantineAllowance.take(
                    kept.size, owner: owner, now: batch.receivedAt)
            else { return false }
        } else if !hasRoom {
            // Its old copy stays, with the old reason.
            return true
        }
        pending.quarantineRoom = room - kept.size
        pending.record.keep(kept)
        return true
    }

    /// A flood of refusals makes several records, each of which tells the whole story of its events.
    private func endFullRecord(
        _ writer: inout Writer, _ pending: inout PendingAppend
    ) throws {
        if pending.record.size >= Limits.journalRecordSizeMax { try endRecord(&writer, &pending) }
    }

    /// Hands the record, if it says anything, to the journal.
    func endRecord(_ writer: inout Writer, _ pending: inout PendingAppend) throws {
        guard !pending.record.isEmpty else { return }
        let record = pending.record
        pending.record = LedgerRecord()
        try beginJournalIfNeeded(&writer)
        let firstSeq = writer.nextSeq
        record.payload.withUnsafeBytes {
            writer.journal!.append(
                .ledger, firstSeq: firstSeq, count: record.seqCount, payload: $0)
        }
        pending.records.append((record, firstSeq))
        writer.nextSeq += Int64(record.seqCount)
    }
}
