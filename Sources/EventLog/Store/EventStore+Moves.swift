import Columns
import Synchronization

extension EventStore {
    /// What the ledger has to move if rows of these segments go.
    /// - Parameter isKept: by row, in the order of the inputs; `nil`: all go.
    /// - Throws: `SegmentMergeError.damaged`.
    func moves(
        of segments: [SegmentFile], except isKept: [Bool]? = nil, to bucket: LedgerBucket
    ) throws -> LedgerMoves {
        let leaves = view.withLock { $0.catalogState.leaves }
        let reader = try MergeReader(
            inputs: segments, schema: EventSchema(leaves), seed: identityKey)
        var moves = LedgerMoves(to: bucket)
        try moves.count(reader, except: isKept)
        return moves
    }

    /// What a commit of the catalog says of the ledger, and the number of its last record.
    struct JournaledMoves {
        var records: [LedgerMoveRecord]
        var position: Int64
    }

    /// Makes durable what the ledger is to move once the catalog's next commit is. Nothing has moved yet.
    /// - Precondition: `sealing` is held, and no seal has begun.
    func journal(_ moves: LedgerMoves, previous: Int64) throws -> JournaledMoves {
        let ledger = view.withLock { $0.books.ledger }
        // No seal can make other rows of these until they have moved.
        let counts = ledger.located(moves)
        return try writer.withLock { writer in
            precondition(!writer.isClosed, "the store is closed")
            defer { showGauges(of: &writer) }
            let firstSeq = writer.nextSeq
            do {
                let records = LedgerMoveRecord.records(
                    of: counts, to: moves.bucket, previous: previous, firstSeq: firstSeq)
                try beginJournalIfNeeded(&writer)
                for record in records {
                    record.payload.withUnsafeBytes {
                        writer.journal!.append(
                            .moved, firstSeq: writer.nextSeq, count: 1, payload: $0)
                    }
                    writer.nextSeq += 1
                }
                try writer.journal!.write()
                try writer.journal!.synchronize()
                writer.hasUnsynced = false
                return JournaledMoves(records: records, position: writer.nextSeq - 1)
            } catch {
                abandon(PendingAppend(firstSeq: firstSeq), &writer)
                throw error
            }
        }
    }
}
