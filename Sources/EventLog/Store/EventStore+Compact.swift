import Columns
import Synchronization

/// What one step of compaction did.
package struct CompactionStep: Sendable, Hashable, Codable {
    /// Segments that were put together, their events, and bytes of their files.
    package var inputs = 0
    package var events = 0
    package var bytesRead = 0
    /// Segments that took their place, and bytes of their files.
    package var outputs = 0
    package var bytesWritten = 0

    package init() {}
}

/// What compaction has done and met since the start.
struct CompactionState {
    var status = CompactionStatus()
    /// Segments that are damaged, by path, and why they are left as they are.
    var setAside: [String: String] = [:]
}

/// What compaction would do.
package struct CompactionPlan: Sendable, Hashable, Codable {
    /// Live segments, and bytes of their files.
    package var segments = 0
    package var bytes = 0
    /// Steps that can be told beforehand; what they make may be put together again.
    package var steps = 0
    package var inputs = 0
    package var events = 0
    package var bytesRead = 0
    /// Segments that stay as they are because of damage.
    package var damaged = 0

    package init() {}
}

extension EventStore {
    /// Whether segments are to be put together. Reads nothing.
    package func isCompactionDue() -> Bool {
        nextJob(isForced: false, without: setAside()) != nil
    }

    /// Puts some segments together, if that is due (DESIGN, section 9).
    ///
    /// Queries and ingest go on. A crash at any point leaves the old segments or the new ones. A segment
    /// that turns out to be damaged is set aside: it stays as it is, and the next step does without it.
    /// - Parameters:
    ///   - isForced: nothing is waited for.
    ///   - isCancelled: asked now and then; a step that is cancelled has changed nothing.
    /// - Returns: `nil` if nothing is to be done, or it was cancelled.
    /// - Throws: `StoreError.diskFull` before anything is written if that might fill the disk.
    package func compact(
        isForced: Bool = false, isCancelled: @escaping () -> Bool = { false }
    ) throws(StoreError) -> CompactionStep? {
        do {
            return try rewriting.withLock { _ in
                while let (job, inputs) = nextJob(isForced: isForced, without: setAside()) {
                    do {
                        if let step = try compact(job, inputs, isCancelled) { return step }
                    } catch SegmentMergeError.damaged(let segment, let message) {
                        compaction.withLock { $0.setAside[segment.entry.path] = message }
                    } catch SegmentMergeError.cancelled {
                        return nil
                    } catch let error as SegmentMergeError {
                        // Whatever is wrong with them, the next attempt would end like this one.
                        compaction.withLock { compaction in
                            for input in inputs {
                                compaction.setAside[input.entry.path] = "\(error)"
                            }
                        }
                    }
                }
                return nil
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// What `compact` would do, step after step, as far as that can be told without doing it.
    package func compactionPlan(isForced: Bool) -> CompactionPlan {
        let setAside = setAside()
        var plan = CompactionPlan()
        var left = view.withLock { $0.segments }
        plan.segments = left.count
        plan.bytes = left.reduce(0) { $0 + $1.entry.size }
        plan.damaged = left.count { setAside.contains($0.entry.path) }
        while let (_, inputs) = nextJob(left, isForced: isForced, without: setAside) {
            plan.steps += 1
            plan.inputs += inputs.count
            plan.events += inputs.reduce(0) { $0 + $1.entry.rowCount }
            plan.bytesRead += inputs.reduce(0) { $0 + $1.entry.size }
            let taken = Set(inputs.map { $0.entry.path })
            left.removeAll { taken.contains($0.entry.path) }
        }
        return plan
    }

    private func setAside() -> Set<String> { compaction.withLock { Set($0.setAside.keys) } }

    /// What `status` shows.
    func compactionStatus() -> CompactionStatus {
        var status = compaction.withLock { compaction in
            var status = compaction.status
            status.setAside = compaction.setAside.sorted { $0.key < $1.key }
                .map { "\($0.key): \($0.value)" }
            return status
        }
        replaced.withLock { replaced in
            status.replacedFiles = replaced.count
            status.replacedBytes = replaced.reduce(0) { $0 + $1.size }
        }
        return status
    }

    private func nextJob(
        isForced: Bool, without setAside: Set<String>
    ) -> (job: CompactionPolicy.Job, inputs: [SegmentFile])? {
        nextJob(view.withLock { $0.segments }, isForced: isForced, without: setAside)
    }

    private func nextJob(
        _ segments: [SegmentFile], isForced: Bool, without setAside: Set<String>
    ) -> (job: CompactionPolicy.Job, inputs: [SegmentFile])? {
        let files = Dictionary(uniqueKeysWithValues: segments.map { ($0.entry.path, $0) })
        let candidates = segments.map(\.entry).filter { !setAside.contains($0.path) }
            .map(CompactionPolicy.Segment.init)
        guard
            let job = options.compaction.next(
                candidates, now: options.now(), isForced: isForced)
        else { return nil }
        return (job, job.inputs.compactMap { files[$0] })
    }

    /// - Returns: `nil` if a segment is not live any more.
    private func compact(
        _ job: CompactionPolicy.Job, _ inputs: [SegmentFile], _ isCancelled: @escaping () -> Bool
    ) throws -> CompactionStep? {
        var step = CompactionStep()
        step.inputs = inputs.count
        step.events = inputs.reduce(0) { $0 + $1.entry.rowCount }
        step.bytesRead = inputs.reduce(0) { $0 + $1.entry.size }
        try requireRoom(for: step.bytesRead)
        try checkDigests(of: inputs)
        let squasher = try squasher(of: inputs)
        var merge = merge(inputs, squasher)
        merge.isCancelled = isCancelled
        let generation = job.generation(after: SegmentName.newestGeneration(of: inputs))
        merge.options = SegmentWriter.options(generation: generation)
        let outputs = try merge.run(keyValues: footer(squasher)) {
            RowDivision(job, options.compaction, times: $0)
        }
        guard let written = try replace(inputs, by: outputs, generation: generation)
        else { return nil }
        if squasher != nil { forgetOldChanges() }
        step.outputs = written.count
        step.bytesWritten = written.reduce(0) { $0 + $1.size }
        compaction.withLock { $0.status.count(step) }
        return step
    }

    /// Old and new files are there at once, and the old ones for some time.
    func requireRoom(for size: Int) throws {
        let available = try disk.availableSize()
        let needed = 2 * size + Limits.compactRoomMin
        guard available >= needed else {
            throw StoreError.diskFull(
                "compaction needs \(needed) bytes and leaves \(available) to the events")
        }
    }

    /// Nothing is made of a file that is not the one that was written, however sound it is by itself: who verified
    /// the new one would find nothing.
    /// - Throws: `SegmentMergeError.damaged`, what the disk throws.
    func checkDigests(of inputs: [SegmentFile]) throws {
        for input in inputs {
            guard let expected = input.entry.sha256 else { continue }
            guard try Digest256(ofFile: input.path, on: disk) == expected else {
                throw SegmentMergeError.damaged(
                    input,
                    message:
                        "it is not the file that was written: its SHA-256 is not the catalog's "
                        + "(eventlog catalog verify)")
            }
        }
    }

    /// What is made of segments that all have their persons in them has them, too.
    func squasher(of inputs: [SegmentFile]) throws -> IdentityIndex.Squasher? {
        guard inputs.allSatisfy({ (try? $0.open())?.squash != nil }) else { return nil }
        let (events, position) = sealedEvents()
        return try identity.squasher(events, position: position)
    }
}

extension CompactionPolicy.Segment {
    init(_ entry: SegmentEntry) {
        self.init(
            path: entry.path, rowCount: entry.rowCount, size: entry.size,
            times: entry.timestampMin...max(entry.timestampMin, entry.timestampMax),
            writtenAt: entry.modificationTime.multipliedReportingOverflow(by: 1000).partialValue,
            generation: SegmentName.generation(of: entry))
    }
}
