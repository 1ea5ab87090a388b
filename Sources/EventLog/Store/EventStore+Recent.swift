package import Columns
import Synchronization

/// What came since an earlier moment.
package struct RecentEvents: Sendable {
    /// When it was asked for; those who follow ask again with this.
    package let moment: StoreMoment
    /// The new events alone. `nil`: events went, or what came is not kept (at first, or after a pause), and
    /// `EventStore.tables` must be looked through.
    package let events: EventsTable?
}

extension EventStore {
    /// What came since an earlier moment, from where it was appended: the tail need not be looked through. It
    /// is handed over once, so that one may follow in this way.
    /// - Parameter earlier: of the answer before; `nil`: there is none.
    package func recent(since earlier: StoreMoment?) throws -> RecentEvents {
        let taken = view.withLock { takeRecent(&$0, since: earlier) }
        guard let new = taken.new else { return RecentEvents(moment: taken.moment, events: nil) }
        var schema = new.schema
        var builder = TailBlockBuilder(
            seed: identityKey, expectedCount: new.parts.reduce(0) { $0 + $1.count })
        for part in new.parts {
            var seq = part.firstSeq
            for run in part.runs {
                defer { seq += Int64(run.count) }
                // The front of it may have filled the block before.
                let known = Int(min(max(0, new.closed - seq + 1), Int64(run.count)))
                guard known < run.count else { continue }
                try builder.append(
                    part.batch, rows: run.lowerBound + known..<run.upperBound,
                    firstSeq: seq + Int64(known), generatedIDs: generatedIDs, schema: &schema)
            }
        }
        let blocks = new.blocks + (builder.rowCount > 0 ? [builder.build(schema)] : [])
        return RecentEvents(
            moment: taken.moment,
            events: EventsTable(schema: schema, segments: [], tail: blocks))
    }

    private struct TakenRecent {
        /// Closed blocks, of which the first may have earlier events too; the last number in any, and what
        /// came after it.
        struct New {
            var blocks: [TailBlock]
            var closed: Int64
            var parts: [PendingAppend.Part]
            var schema: EventSchema
        }
        var moment: StoreMoment
        var new: New?
    }

    private func takeRecent(_ view: inout View, since earlier: StoreMoment?) -> TakenRecent {
        let now = moment(of: view)
        let since = view.recent.since
        let parts = view.recent.take(last: now.lastSeq)
        guard let earlier, let since, earlier.goneCount == now.goneCount,
            earlier.hidden.isEmpty, now.hidden.isEmpty, earlier.lastSeq >= since,
            // Else some of it is in a segment already.
            earlier.lastSeq >= view.catalogState.journalPosition
        else { return TakenRecent(moment: now) }
        let blocks = (view.sealingBlocks + view.tail.blocks).filter {
            $0.sequenceRange.map { $0.upperBound > earlier.lastSeq } ?? false
        }
        return TakenRecent(
            moment: now,
            new: .init(
                blocks: blocks, closed: max(closedSeq(of: view), earlier.lastSeq), parts: parts,
                schema: view.schema))
    }

    /// The last number in a block that grows no more.
    func closedSeq(of view: View) -> Int64 {
        max(view.sealingLastSeq, view.tail.blocks.last?.sequenceRange?.upperBound ?? 0)
    }

    /// Who is who with new events, and whose events became others' since an earlier attribution.
    /// - Parameters:
    ///   - recent: all events that came since.
    ///   - position: `Attribution.position` of the earlier one.
    ///   - observer: is told what could not be read.
    /// - Returns: `nil` if the tables must be looked through.
    package func attribution(
        of recent: EventsTable, since position: Int64, _ observer: ScanObserver
    ) throws -> Attribution? {
        try identity.attribution(of: recent, following: position, observer) { tables().events }
    }
}
