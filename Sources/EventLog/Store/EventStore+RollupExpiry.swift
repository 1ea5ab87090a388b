import Columns
import Synchronization

/// What is counted of events before they go for good, and what is erased of it.
extension EventStore {
    /// Counts the events that are about to expire, so that they can be asked for once they are gone.
    ///
    /// ```
    /// rewriting.withLock { prepareForExpiry(segments, rowsBefore: t); replace(segments, by: …, isExpiry: true) }
    /// ```
    /// Until the segments are not live any more nothing counts twice: their rollups are not looked at.
    /// - Precondition: `rewriting` is held, and stays so until the segments are replaced.
    /// - Parameters:
    ///   - segments: live ones.
    ///   - cutoff: what happened before it goes, µs since 1970 UTC. `.max`: all of them.
    /// - Returns: segments that are damaged: of those nothing is counted, and nothing will be left.
    func prepareForExpiry(
        _ segments: [SegmentFile], rowsBefore cutoff: Int64
    ) throws -> [SegmentFile] {
        guard options.makesRollups else { return [] }
        let now = options.now()
        var damaged: [SegmentFile] = []
        for segment in segments {
            let events: RollupRows.Events
            do {
                events = try rollupEvents(of: segment)
            } catch is SegmentMergeError {
                damaged.append(segment)
                continue
            }
            let expired = view.withLock { $0.rollups.expired[segment.entry.path] } ?? [:]
            for grain in RollupGrain.allCases {
                let rows = RollupRows(events, grain) { $0 < cutoff }
                // Of what would be too old at once nothing is written. Else all of it is, so that the one by
                // hours says no less than the one by days.
                var drafts: [(source: SegmentEntry, file: RollupDraft)] = []
                if rows.count > 0, now - rows.lastTime <= options.retention(of: grain) {
                    let file = try draft(segment.entry.path, .expired, rows, grain)
                    drafts.append((segment.entry, file))
                }
                // Left by an attempt after which the segments stayed.
                let old = expired[grain].map { [$0] } ?? []
                try change(grain, add: drafts, remove: old, .append)
            }
        }
        return damaged
    }

    /// The segments go on to live, if in other files: what was counted of them for an expiry that did not come
    /// is taken back.
    func withdrawExpiry(of segments: [SegmentFile]) throws {
        let sources = Set(segments.map(\.entry.path))
        let files = view.withLock { $0.rollupFiles }.filter {
            $0.name.kind == .expired && sources.contains($0.name.source)
        }
        for grain in RollupGrain.allCases {
            let old = files.filter { $0.grain == grain }
            if !old.isEmpty { try change(grain, add: [], remove: old, .delete) }
        }
    }

    /// Takes rows out of the rollups of events that are not stored any more, and takes all rollups away whose
    /// segments are not live: to be called once the segments themselves lack the events.
    ///
    /// The old files are left where they are, for the caller to overwrite and remove; questions that began
    /// earlier may be reading them.
    /// - Precondition: `rewriting` is held.
    /// - Parameter isErased: is given who did a row, and when the first and the last of its events happened, in
    ///   µs since 1970 UTC. A row is of one person.
    /// - Returns: what was taken out, and paths of files that no table has any more, relative to the store.
    /// - Throws: `SegmentMergeError.damaged` for one that cannot be read: nobody knows who is in it.
    func eraseRollupRows(
        where isErased: (_ user: String?, _ device: String?, _ times: ClosedRange<Int64>) -> Bool
    ) throws -> RollupErasure {
        var erasure = RollupErasure()
        let (files, live) = view.withLock {
            ($0.rollupFiles, Set($0.segments.map(\.entry.path)))
        }
        for rollup in files where rollup.name.kind == .live && !live.contains(rollup.name.source) {
            try change(rollup.grain, add: [], remove: [rollup], .delete)
        }
        for rollup in files where rollup.name.kind == .expired {
            let columns = try RollupWriter.columns(of: rollup)
            let kept = Self.rows(of: columns, without: isErased)
            let rowCount = columns[0].count
            guard kept.count < rowCount else { continue }
            let rows = RollupRows(columns: columns, keeping: kept)
            erasure.rows += rowCount - kept.count
            erasure.events += Self.events(in: columns) - Self.events(in: rows.columns)
            var drafts: [(source: SegmentEntry, file: RollupDraft)] = []
            if rows.count > 0 {
                let file = try draft(rollup.name.source, .expired, rows, rollup.grain)
                drafts.append((rollup.file.entry, file))
            }
            try change(rollup.grain, add: drafts, remove: [rollup], .delete)
        }
        // Also those that were taken out before and still wait for their readers.
        erasure.files = replaced.withLock { replaced in
            let isRollup = { (file: ReplacedFile) in file.path.hasPrefix("rollups/") }
            defer { replaced.removeAll(where: isRollup) }
            return replaced.filter(isRollup).map(\.path)
        }
        return erasure
    }

    private static func rows(
        of columns: [Column],
        without isErased: (_ user: String?, _ device: String?, _ times: ClosedRange<Int64>) -> Bool
    ) -> [UInt32] {
        let (users, userNames) = columns[RollupColumn.userId.rawValue].codesOrNulls
        let (devices, deviceNames) = columns[RollupColumn.deviceId.rawValue].codesOrNulls
        guard case .int64(let times) = columns[RollupColumn.timestamp.rawValue].values,
            case .int64(let spans) = columns[RollupColumn.timeSpan.rawValue].values
        else { return [] }
        return times.indices.compactMap { row in
            let user = users[row] < 0 ? nil : userNames[Int(users[row])]
            let device = devices[row] < 0 ? nil : deviceNames[Int(devices[row])]
            let last = max(times[row], times[row] &+ spans[row])
            return isErased(user, device, times[row]...last) ? nil : UInt32(row)
        }
    }

    private static func events(in columns: [Column]) -> Int {
        guard case .int64(let counts) = columns[RollupColumn.eventCount.rawValue].values else {
            return 0
        }
        return Int(counts.reduce(0, &+))
    }
}

/// What was taken out of rollups.
struct RollupErasure: Sendable, Hashable {
    var rows = 0
    var events = 0
    /// Paths of files that may still hold it, relative to the store's directory.
    var files: [String] = []
}
