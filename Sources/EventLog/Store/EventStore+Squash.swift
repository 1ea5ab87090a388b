import Columns
import Parquet
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

/// A segment that is about to take the place of another.
struct SegmentSuccession {
    let segment: SegmentFile
    let successor: SegmentEntry
}

extension EventStore {
    /// Gives each segment a column with the persons of its events, so that questions need not work them
    /// out (specification, section 4.5). Changes no answer. Segments that have one that holds stay.
    ///
    /// A commit of its own puts each new file in the place of the old one: a crash at any point leaves one
    /// of the two. Seals wait for the segment that is being written.
    /// - Parameter isDryRun: only counts.
    package func squash(isDryRun: Bool = false) throws(StoreError) -> SquashReport {
        do {
            let (events, position) = view.withLock { view in
                (
                    EventsTable(schema: view.schema, segments: view.segments, tail: []),
                    view.catalogState.journalPosition
                )
            }
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
                } catch is ParquetError {
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
        let rewrite = SegmentRewrite(
            segment: segment,
            added: (PersonSquash.columnName, try squasher.persons(of: segment)),
            keyValues: squasher.squash.keyValues)
        let bytes = try rewrite.bytes()
        try sealing.withLock { sealing in
            try settleSuccession(&sealing)
            guard !view.withLock({ $0.isSealing }) else {
                throw StoreError.io("a seal has failed and comes first")
            }
            var successor = segment.entry
            successor.path = SegmentName.successor(of: segment.entry.path)
            successor.size = bytes.count
            successor.modificationTime = options.now() / 1000
            let state = view.withLock { $0.catalogState }
            guard state.segments.contains(where: { $0.path == segment.entry.path }) else { return }
            try disk.writeFile("events/" + successor.path, bytes, .replacing)
            // Whether a commit that fails happened all the same, only the catalog can tell.
            let succession = SegmentSuccession(segment: segment, successor: successor)
            sealing.succession = succession
            let new = try catalog.commit(
                CatalogChange(.compact, add: [successor], remove: [segment.entry.path]),
                to: state, now: options.now() / 1000)
            sealing.succession = nil
            succeed(succession, new)
        }
        return bytes.count
    }

    /// Finds out what became of a commit that failed.
    func settleSuccession(_ sealing: inout Sealing) throws {
        guard let succession = sealing.succession else { return }
        let state = try catalogAfterFailure()
        if state.segments.contains(where: { $0.path == succession.successor.path }) {
            succeed(succession, state)
        } else {
            view.withLock { $0.catalogState = state }
            try? disk.unlink("events/" + succession.successor.path)
        }
        sealing.succession = nil
    }

    private func succeed(_ succession: SegmentSuccession, _ state: CatalogState) {
        let old = succession.segment
        let new = SegmentFile(
            entry: succession.successor, path: "events/" + succession.successor.path, disk: disk,
            cache: cache)
        writer.withLock { writer in
            writer.dedup.replace(old, by: new)
            view.withLock { view in
                view.catalogState = state
                guard let place = view.segments.firstIndex(where: { $0 === old }) else { return }
                view.segments[place] = new
            }
        }
        // Questions that are under way read it to their end.
        old.markObsolete()
    }

    /// What changed before the oldest squash is nobody's concern any more.
    private func forgetOldChanges() {
        let segments = view.withLock { $0.segments }
        var oldest = Int64.max
        for segment in segments {
            guard let squash = try? segment.open().squash else { continue }
            oldest = min(oldest, squash.position)
        }
        if oldest < .max { identity.forgetChanges(through: oldest) }
    }
}
