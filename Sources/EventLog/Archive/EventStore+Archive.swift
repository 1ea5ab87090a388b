import Synchronization

/// What archiving has done, and what it knows.
struct ArchiveState {
    /// Paths of live segments that are archived; `nil`: nobody has asked yet.
    var archived: Set<String>?
    var status = ArchiveStatus()
}

/// What `status` shows of archiving, since the start.
package struct ArchiveStatus: Sendable, Codable {
    /// Segments whose command has ended well, and times that one did not.
    package var archived = 0
    package var failures = 0
    /// Live segments that are not archived; `nil`: none is to be.
    package var pending: Int?
    /// The file that was archived last.
    package var last: String?
    /// What became of the last attempt, if it failed.
    package var error: String?

    package init() {}
}

/// A segment to be archived. While it is held, its file stays, whatever becomes of the segment.
package struct ArchiveTask: Sendable {
    /// Absolute.
    package let path: String
    /// The name of the file, which no other segment has.
    package let name: String
    let segment: SegmentFile
}

extension EventStore {
    /// The oldest commit's live segment that is not archived. One that another took the place of is not
    /// archived any more: the other has its events.
    /// - Returns: `nil` if all are.
    package func nextToArchive() throws(StoreError) -> ArchiveTask? {
        guard options.archives else { return nil }
        do {
            let archived = try archivedPaths()
            let segment = view.withLock { $0.segments }.filter {
                !archived.contains($0.entry.path)
            }.min {
                ($0.entry.modificationTime, $0.entry.seqMin, $0.entry.path)
                    < ($1.entry.modificationTime, $1.entry.seqMin, $1.entry.path)
            }
            guard let segment else { return nil }
            return ArchiveTask(
                path: joinPath(path, segment.path), name: splitPath(segment.path).name,
                segment: segment)
        } catch {
            throw StoreError(error)
        }
    }

    /// The command for a segment has ended well. Durable on return; if that fails, it is archived again.
    package func noteArchived(_ task: ArchiveTask) throws(StoreError) {
        do {
            let live = Set(view.withLock { $0.segments.map(\.entry.path) })
            var archived = try archivedPaths().intersection(live)
            archived.insert(task.segment.entry.path)
            try ArchiveRecord(disk: disk).write(archived)
            archive.withLock {
                $0.archived = archived
                $0.status.archived += 1
                $0.status.last = task.name
                $0.status.error = nil
            }
        } catch {
            throw StoreError(error)
        }
    }

    package func noteArchiveFailure(_ message: String) {
        archive.withLock {
            $0.status.failures += 1
            $0.status.error = message
        }
    }

    /// What `status` shows.
    func archiveStatus() -> ArchiveStatus {
        let live = view.withLock { $0.segments.map(\.entry.path) }
        return archive.withLock { state in
            var status = state.status
            if options.archives {
                let archived = state.archived ?? []
                status.pending = live.count { !archived.contains($0) }
            }
            return status
        }
    }

    /// Whether a segment may go for good. What is to be archived is archived first.
    func mayExpire(_ path: String) throws(DiskError) -> Bool {
        guard options.archives else { return true }
        return try archivedPaths().contains(path)
    }

    private func archivedPaths() throws(DiskError) -> Set<String> {
        if let known = archive.withLock({ $0.archived }) { return known }
        let paths = try ArchiveRecord(disk: disk).load()
        archive.withLock { if $0.archived == nil { $0.archived = paths } }
        return paths
    }
}
