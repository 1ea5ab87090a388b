import Columns
import Synchronization

/// Segments that are about to take the place of others.
struct SegmentSuccession {
    let old: [SegmentFile]
    let new: [SegmentEntry]
    /// What the ledger moves with it.
    var moves: EventStore.JournaledMoves?
}

/// Why segments are replaced, as far as the operation's name leaves it open.
struct ChangeCause {
    /// `squash`, `age`, `bytes`.
    var reason: String?
    /// Of an erasure.
    var receipt: String?
    /// What the old files hold, by path, where somebody has read them for it.
    var digests: [String: Digest256] = [:]
}

/// A file that another has taken the place of.
struct ReplacedFile {
    /// Relative to the store's directory.
    let path: String
    /// Bytes.
    let size: Int
    /// µs since 1970 UTC.
    let at: Int64
    /// Who may be reading it; `nil`: nobody since the start.
    var segment: SegmentFile?

    /// Whether readers outside may still need it. A clock that was put back makes it stay.
    func isKept(at now: Int64) -> Bool { now - at < Limits.replacedFileAge }

    /// Nobody outside needs it any more; who reads it here keeps it until the end.
    func remove(from disk: any Disk) {
        // What cannot be removed today only takes room; the next start tries again.
        if let segment { segment.markObsolete() } else { try? disk.unlink(path) }
    }
}

extension CatalogState {
    /// Files that are not the table any more, and that somebody may have begun to read as such.
    /// - Parameter directory: the table's.
    func replacedFiles(in directory: String = "events", at now: Int64) -> [ReplacedFile] {
        removed.map {
            ReplacedFile(
                path: joinPath(directory, $0.path), size: $0.size,
                at: $0.deletionTimestamp.multipliedReportingOverflow(by: 1000).partialValue)
        }.filter { $0.isKept(at: now) }
    }
}

extension EventStore {
    /// Puts new files in the place of segments, or none, with one commit: a crash at any point leaves the
    /// old ones or the new ones.
    ///
    /// Only the commit holds up seals.
    /// - Precondition: `rewriting` is held.
    /// - Parameters:
    ///   - cause: for those who read the chain one day.
    ///   - moves: the events that are in the old ones and in none of the new ones. The same commit moves them in
    ///     the ledger.
    ///   - isExpiry: whether what the new files lack has expired, and `prepareForExpiry` has counted it: once
    ///     the old ones are gone, their rollups are all that is left of it.
    /// - Returns: the new entries; `nil` if a segment is not live any more.
    func replace(
        _ old: [SegmentFile], by outputs: [SegmentMerge.Output],
        _ operation: CatalogChange.Operation = .compact, because cause: ChangeCause = ChangeCause(),
        moving moves: LedgerMoves? = nil, isExpiry: Bool = false, generation: Int? = nil
    ) throws -> [SegmentEntry]? {
        if !isExpiry { try withdrawExpiry(of: old) }
        // Files of an earlier attempt have the names of those that are written now: if it turns out to have
        // succeeded, they must not be touched.
        let areLive = try sealing.withLock { sealing in
            try settleSuccession(&sealing)
            let live = Set(view.withLock { $0.catalogState.segments.map(\.path) })
            return old.allSatisfy { live.contains($0.entry.path) }
        }
        guard areLive else { return nil }
        var written: [SegmentEntry] = []
        do {
            for (number, output) in outputs.enumerated() {
                written.append(
                    try write(
                        output, number: number,
                        generation: generation ?? SegmentName.generation(after: old)))
            }
            return try sealing.withLock { sealing in
                guard !view.withLock({ $0.isSealing }) else {
                    throw StoreError.io("a seal has failed and comes first")
                }
                let state = view.withLock { $0.catalogState }
                let journaled = try moves.map { try journal($0, previous: state.movesPosition) }
                try commit(
                    SegmentSuccession(old: old, new: written, moves: journaled), operation, cause,
                    to: state, &sealing)
                return written
            }
        } catch {
            let isOpen = sealing.withLock { $0.succession != nil }
            // Whether a commit that failed happened all the same, only the catalog can tell.
            if !isOpen { for entry in written { try? disk.unlink("events/" + entry.path) } }
            throw error
        }
    }

    private func write(
        _ output: SegmentMerge.Output, number: Int, generation: Int
    ) throws -> SegmentEntry {
        let name = SegmentName(
            firstSeq: output.bounds.seq.lowerBound, lastSeq: output.bounds.seq.upperBound,
            day: output.bounds.timestamp.lowerBound, generation: generation,
            number: number)
        try disk.createDirectory("events/" + name.directory)
        try disk.writeFile("events/" + name.path, output.bytes, .replacing)
        return SegmentEntry(
            path: name.path, size: output.bytes.count, modificationTime: options.now() / 1000,
            rowCount: output.rowCount, output.bounds, sha256: Digest256(of: output.bytes))
    }

    private func commit(
        _ succession: SegmentSuccession, _ operation: CatalogChange.Operation,
        _ cause: ChangeCause, to state: CatalogState, _ sealing: inout Sealing
    ) throws {
        if sealing.mustPrepareCatalog {
            try catalog.prepare()
            sealing.mustPrepareCatalog = false
        }
        sealing.succession = succession
        var change = CatalogChange(
            operation, add: succession.new, remove: succession.old.map(\.entry.path),
            movesPosition: succession.moves?.position)
        change.reason = cause.reason
        change.receipt = cause.receipt
        change.removedDigests = cause.digests
        let new = try catalog.commit(change, to: state, now: options.now() / 1000)
        sealing.succession = nil
        succeed(succession, new)
    }

    /// Finds out what became of a commit that failed.
    func settleSuccession(_ sealing: inout Sealing) throws {
        guard let succession = sealing.succession else { return }
        let state = try catalogAfterFailure()
        let live = Set(state.segments.map(\.path))
        let old = succession.old.map(\.entry.path)
        if live.isDisjoint(with: old) {
            succeed(succession, state)
        } else {
            view.withLock { $0.catalogState = state }
            for entry in succession.new { try? disk.unlink("events/" + entry.path) }
        }
        sealing.succession = nil
    }

    private func succeed(_ succession: SegmentSuccession, _ state: CatalogState) {
        let files = succession.new.map {
            SegmentFile(entry: $0, path: "events/" + $0.path, disk: disk, cache: cache)
        }
        let old = Set(succession.old.map(ObjectIdentifier.init))
        let now = options.now()
        writer.withLock { writer in
            writer.dedup.replace(succession.old, by: files)
            view.withLock { view in
                view.catalogState = state
                if let moves = succession.moves {
                    view.books.apply(moves.records, now: now)
                }
                view.segments.removeAll { old.contains(ObjectIdentifier($0)) }
                view.segments += files
                view.segments.sort {
                    ($0.entry.seqMin, $0.entry.path) < ($1.entry.seqMin, $1.entry.path)
                }
            }
        }
        replaced.withLock { replaced in
            replaced += succession.old.map {
                ReplacedFile(path: $0.path, size: $0.entry.size, at: now, segment: $0)
            }
        }
    }

    /// Lets go of replaced files that nobody outside should be reading any more. Those that a query here
    /// still reads go when it ends.
    package func releaseReplaced() {
        let now = options.now()
        let released = replaced.withLock { replaced in
            let split = replaced.partition { !$0.isKept(at: now) }
            defer { replaced.removeSubrange(split...) }
            return Array(replaced[split...])
        }
        for file in released { file.remove(from: disk) }
    }
}
