import Columns
import Synchronization

/// What making rollups has done and met since the start.
struct RollupBuilding {
    var built = 0
    var events = 0
    /// Segments of which none could be made, by path, and why.
    var failed: [String: String] = [:]
}

/// What building a rollup did.
package struct RollupStep: Sendable, Hashable, Codable {
    /// Path of the segment.
    package var source = ""
    package var events = 0
    package var rows = 0
    /// Bytes of the new file.
    package var bytes = 0

    package init() {}
}

extension EventStore {
    /// The segment that is to get a rollup next: a large one, or one that will not be put together soon. The
    /// largest first.
    private func nextRollupSource() -> SegmentFile? {
        guard options.makesRollups else { return nil }
        let now = options.now()
        let failed = rollupBuilding.withLock { $0.failed }
        return view.withLock { view in
            view.segments.filter { segment in
                let path = segment.entry.path
                guard
                    SegmentName.generation(of: segment.entry) > 1
                        || segment.entry.rowCount >= options.rollupRowCountMin,
                    failed[path] == nil
                else { return false }
                return view.rollups.live[path].map {
                    $0.isToBeMadeAnew(at: now, rest: options.rollupRest)
                } ?? true
            }.max { $0.entry.rowCount < $1.entry.rowCount }
        }
    }

    /// Whether a segment is to get a rollup, or rollups are to go. Reads nothing.
    package func isRollupDue() -> Bool {
        nextRollupSource() != nil || !obsoleteRollups().isEmpty
    }

    /// Makes the rollup of one segment, if one is due, and takes those away that nobody needs any more.
    ///
    /// Queries, ingest and seals go on. A crash at any point leaves the tables as they were or as they are to
    /// be: a rollup counts once its commit is there.
    /// - Parameter isCancelled: asked before the file is written; what is cancelled has changed nothing.
    /// - Returns: `nil` if nothing was to be made.
    package func buildRollup(
        isCancelled: @escaping () -> Bool = { false }
    ) throws(StoreError) -> RollupStep? {
        do {
            return try rewriting.withLock { _ in
                try removeObsoleteRollups()
                while let source = nextRollupSource() {
                    do {
                        return try build(source, isCancelled)
                    } catch let error as SegmentMergeError {
                        if case .cancelled = error { return nil }
                        // The segment is damaged: its events are read as far as they can be.
                        rollupBuilding.withLock { $0.failed[source.entry.path] = "\(error)" }
                    }
                }
                return nil
            }
        } catch {
            throw StoreError(error)
        }
    }

    private func build(_ source: SegmentFile, _ isCancelled: () -> Bool) throws -> RollupStep? {
        let available = try disk.availableSize()
        guard available >= 2 * source.entry.size + Limits.compactRoomMin else {
            throw StoreError.diskFull(
                "a rollup needs \(source.entry.size) bytes and leaves \(available) to the events")
        }
        let events = try rollupEvents(of: source)
        guard !isCancelled() else { throw SegmentMergeError.cancelled }
        let draft = try draft(source.entry.path, .live, RollupRows(events, .hourly), .hourly)
        guard !isCancelled() else { throw SegmentMergeError.cancelled }
        let old = view.withLock { $0.rollups.live[source.entry.path] }
        try change(
            .hourly, add: [(source.entry, draft)],
            remove: old.map { [$0] } ?? [], .append)
        var step = RollupStep()
        step.source = source.entry.path
        step.events = source.entry.rowCount
        step.rows = draft.rows.count
        step.bytes = draft.bytes.count
        rollupBuilding.withLock {
            $0.built += 1
            $0.events += step.events
        }
        return step
    }

    func rollupEvents(of source: SegmentFile) throws -> RollupRows.Events {
        let (events, position) = sealedEvents()
        let schema = view.withLock { $0.schema }
        let map = try identity.sealedMap(events, position: position)?.map
        return try RollupWriter.events(
            of: source, schema: schema, seed: identityKey,
            map ?? IdentityMap(options: identity.options))
    }

    func draft(
        _ source: String, _ kind: RollupName.Kind, _ rows: RollupRows, _ grain: RollupGrain
    ) throws -> RollupDraft {
        let writer = RollupWriter(grain: grain, storeID: storeID, seed: identityKey)
        return RollupDraft(
            source: source, kind: kind, rows: rows,
            bytes: try writer.bytes(rows, source: source))
    }

    /// What `status` shows.
    func rollupStatus() -> RollupStatus {
        var status = rollupBuilding.withLock { building in
            var status = RollupStatus()
            status.built = building.built
            status.events = building.events
            status.failed = building.failed.sorted { $0.key < $1.key }
                .map { "\($0.key): \($0.value)" }
            return status
        }
        for rollup in view.withLock({ $0.rollupFiles }) {
            switch rollup.name.kind {
            case .live: status.segments += 1
            case .expired: status.expired += 1
            }
            status.rows += rollup.file.entry.rowCount
            status.bytes += rollup.file.entry.size
        }
        return status
    }

    // MARK: - What goes

    /// Rollups of segments that are no more, though not for good, and those of events that are too old for
    /// rollups as well.
    private func obsoleteRollups() -> [RollupFile] {
        let now = options.now()
        return view.withLock { view in
            let live = Set(view.segments.map(\.entry.path))
            return view.rollupFiles.filter { rollup in
                switch rollup.name.kind {
                case .live: !live.contains(rollup.name.source)
                case .expired:
                    !live.contains(rollup.name.source)
                        && now - rollup.file.entry.timestampMax
                            > options.retention(of: rollup.grain)
                }
            }
        }
    }

    private func removeObsoleteRollups() throws {
        let obsolete = obsoleteRollups()
        for grain in RollupGrain.allCases {
            let files = obsolete.filter { $0.grain == grain }
            if !files.isEmpty { try change(grain, add: [], remove: files, .delete) }
        }
    }
}
