import Columns
import Synchronization

/// What squashing did.
package struct SquashReport: Sendable, Hashable, Codable {
    /// Live segments.
    package var segments = 0
    /// Of these, those that were written anew, or would be.
    package var squashed = 0
    /// Their events, and the bytes of their files before and after.
    package var events = 0
    package var bytesBefore = 0
    package var bytesAfter = 0
    /// Segments that stay as they are, since they, or others that say who is who, are damaged.
    package var damaged = 0

    package init() {}
}

extension EventStore {
    /// Gives each segment a column with the persons of its events, so that questions need not work them
    /// out (specification, section 4.5). Changes no answer. Segments that have one that holds stay.
    ///
    /// A commit of its own puts each new file in the place of the old one: a crash at any point leaves one
    /// of the two.
    /// - Parameter isDryRun: only counts.
    package func squash(isDryRun: Bool = false) throws(StoreError) -> SquashReport {
        do {
            let (events, position) = sealedEvents()
            var report = SquashReport()
            guard let squasher = try identity.squasher(events, position: position) else {
                report.segments = events.segments.count
                report.damaged = events.segments.count
                return report
            }
            for segment in events.segments {
                report.segments += 1
                if squasher.resolvers.squash(of: segment) != nil { continue }
                var size = 0
                do {
                    if !isDryRun { size = try squash(segment, squasher) }
                } catch is SegmentMergeError {
                    report.damaged += 1
                    continue
                }
                report.squashed += 1
                report.events += segment.entry.rowCount
                report.bytesBefore += segment.entry.size
                report.bytesAfter += size
            }
            if !isDryRun { forgetOldChanges() }
            return report
        } catch {
            throw StoreError(error)
        }
    }

    /// - Returns: bytes of the new file.
    private func squash(_ segment: SegmentFile, _ squasher: IdentityIndex.Squasher) throws -> Int {
        try rewriting.withLock { _ in
            try checkDigests(of: [segment])
            let outputs = try merge([segment], squasher).run(
                keyValues: footer(squasher)
            ) { RowDivision(keeping: [Bool](repeating: true, count: $0.count)) }
            _ = try replace([segment], by: outputs, because: ChangeCause(reason: "squash"))
            return outputs.reduce(0) { $0 + $1.bytes.count }
        }
    }

    /// - Parameter squasher: of segments that are to have persons in them.
    func merge(_ inputs: [SegmentFile], _ squasher: IdentityIndex.Squasher?) -> SegmentMerge {
        let leaves = view.withLock { $0.catalogState.leaves }
        var merge = SegmentMerge(
            inputs: inputs, schema: EventSchema(leaves), seed: identityKey,
            persons: squasher.map { squasher in
                { squasher.resolvers.persons(users: $0, devices: $1, times: $2) }
            })
        merge.options = SegmentWriter.options(generation: SegmentName.generation(after: inputs))
        return merge
    }

    /// What a segment's footer says.
    func footer(
        _ squasher: IdentityIndex.Squasher?
    ) -> (SegmentBounds) -> [(String, String)] {
        { [storeID] bounds in
            [
                ("eventlog.format", "1"), ("eventlog.store", "\(storeID)"),
                ("eventlog.seq.first", "\(bounds.seq.lowerBound)"),
                ("eventlog.seq.last", "\(bounds.seq.upperBound)"),
            ] + (squasher?.squash.keyValues ?? [])
        }
    }

    /// What changed before the oldest squash is nobody's concern any more.
    func forgetOldChanges() {
        let segments = view.withLock { $0.segments }
        var oldest = Int64.max
        for segment in segments {
            guard let squash = try? segment.open().squash else { continue }
            oldest = min(oldest, squash.position)
        }
        if oldest < .max { identity.forgetChanges(through: oldest) }
    }
}
