import Columns
import Parquet
import Synchronization

/// What retention has done and met since the start.
struct RetentionState {
    /// `nil`: nobody has asked yet.
    var clock: ClockGuard?
    var status = RetentionStatus()
    /// Segments that should go and are damaged, by path, and why they stay.
    var setAside: [String: String] = [:]
    /// When the identity log was read last, in µs since 1970 UTC.
    var mendedAt: Int64?
    /// Whether the next start knows that the clock is in doubt.
    var isDoubtKept = false
}

/// What a start found, for the first look at the clock.
struct ClockStart {
    let reading: ClockGuard.Reading
    /// Of the events in the journal, in µs since 1970 UTC; 0 if it has none.
    let receivedAt: Int64
    /// The segment with the newest events: looked at if it is still there when somebody asks, and not kept from going.
    weak let newest: SegmentFile?
    /// When that was written, in µs since 1970 UTC.
    let writtenAt: Int64?

    init(reading: ClockGuard.Reading, receivedAt: Int64, newest: SegmentFile?) {
        self.reading = reading
        self.receivedAt = receivedAt
        self.newest = newest
        writtenAt =
            newest?.entry.modificationTime.multipliedReportingOverflow(by: 1000).partialValue
    }

    /// When the newest event was received; `nil` if there is none.
    func newestReceivedAt() -> Int64? {
        if receivedAt > 0 { return receivedAt }
        guard let newest else { return writtenAt }
        var last: Int64?
        if let opened = try? newest.open(),
            let leaf = newest.leaf(EventColumn.receivedAt.definition, in: opened)
        {
            for group in opened.file.rowGroups.indices {
                guard let read = try? opened.file.readColumn(rowGroup: group, leaf: leaf),
                    case .int64(let times) = read.column.values
                else { continue }
                last = max(last ?? .min, times.max() ?? .min)
            }
        }
        // A segment that cannot be read was written when it was.
        return last ?? writtenAt
    }
}

extension EventStore {
    /// Lets some events go that are too old, or that there is no room for (specification, section 7).
    ///
    /// Queries and ingest go on. What the events say about persons is kept first; the ledger counts them as
    /// expired with the commit that removes them. A crash at any point leaves them, or has removed them. A
    /// segment that turns out to be damaged stays, and the others go.
    /// - Parameters:
    ///   - trustsClock: somebody says that the wall clock is right.
    ///   - isCancelled: asked now and then; a step that is cancelled has changed nothing.
    /// - Returns: `nil` if nothing is to go, or it was cancelled.
    package func expire(
        trustsClock: Bool = false, isCancelled: @escaping () -> Bool = { false }
    ) throws(StoreError) -> ExpirationStep? {
        do {
            return try rewriting.withLock { _ in
                while let (job, inputs) = try nextExpiration(clockIsRight: trustsClock) {
                    guard !isCancelled() else { return nil }
                    do {
                        return try expire(job, inputs, isCancelled)
                    } catch SegmentMergeError.damaged(let segment, let message) {
                        retention.withLock { $0.setAside[segment.entry.path] = message }
                    } catch SegmentMergeError.cancelled {
                        return nil
                    } catch let error as SegmentMergeError {
                        retention.withLock { retention in
                            for input in inputs {
                                retention.setAside[input.entry.path] = "\(error)"
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

    /// What `expire` would do, step after step.
    package func expirationPlan(trustsClock: Bool = false) -> ExpirationPlan {
        var plan = ExpirationPlan()
        let now = expirationTime(clockIsRight: trustsClock, isDryRun: true)
        var left = candidates()
        let setAside = retention.withLock { Set($0.setAside.keys) }
        plan.damaged = left.count { setAside.contains($0.path) }
        var rewritten: Set<String> = []
        while let job = options.retention.next(
            left.filter { !setAside.contains($0.path) && !rewritten.contains($0.path) }, now: now)
        {
            // Whether a record cannot be read or does not say so: what is not archived stays.
            let taken = Set(job.segments.prefix { (try? mayExpire($0)) ?? false })
            guard !taken.isEmpty else { break }
            if let cutoff = job.cutoff {
                plan.rewritten += taken.count
                rewritten.formUnion(taken)
                for place in left.indices where taken.contains(left[place].path) {
                    left[place].times = cutoff...max(cutoff, left[place].times.upperBound)
                }
                continue
            }
            for segment in left where taken.contains(segment.path) {
                plan.segments += 1
                plan.events += segment.rowCount
                plan.bytes += segment.size
            }
            left.removeAll { taken.contains($0.path) }
        }
        plan.oldestKept = left.map(\.times.lowerBound).min()
        plan.clock = retentionStatus().clock
        return plan
    }

    /// What `status` shows.
    package func retentionStatus() -> RetentionStatus {
        let oldest = view.withLock { $0.segments.map(\.entry.timestampMin).min() }
        let reading = clockReading()
        return retention.withLock { retention in
            var status = retention.status
            status.oldestKept = oldest
            status.cutoff = options.retention.cutoff(now: reading.wall)
            status.clock = ClockStatus(retention.clock, at: reading)
            status.setAside = retention.setAside.sorted { $0.key < $1.key }
                .map { "\($0.key): \($0.value)" }
            return status
        }
    }

    private func clockReading() -> ClockGuard.Reading {
        ClockGuard.Reading(wall: options.now(), uptime: options.uptime())
    }

    /// The time by which age is judged.
    /// - Returns: `nil` while nobody knows what time it is.
    private func expirationTime(clockIsRight: Bool, isDryRun: Bool = false) -> Int64? {
        if retention.withLock({ $0.clock == nil }) {
            let wasDoubted = (try? disk.exists(Self.clockDoubtPath)) ?? false
            let clock = ClockGuard(
                clockStart.reading, newestReceivedAt: clockStart.newestReceivedAt(),
                wasDoubted: wasDoubted)
            retention.withLock { retention in
                if retention.clock == nil {
                    retention.clock = clock
                    retention.isDoubtKept = wasDoubted
                }
            }
        }
        let reading = clockReading()
        let (isTrusted, isDoubtKept) = retention.withLock { retention in
            retention.clock?.check(reading)
            if clockIsRight, !isDryRun { retention.clock?.trust(reading) }
            return (retention.clock?.isTrusted == true, retention.isDoubtKept)
        }
        if isTrusted == isDoubtKept { keepClockDoubt(!isTrusted) }
        return clockIsRight || isTrusted ? reading.wall : nil
    }

    /// There while the wall clock is in doubt.
    static let clockDoubtPath = "clock-doubt"

    /// For the next start. What cannot be written now is tried again at the next look.
    private func keepClockDoubt(_ isDoubted: Bool) {
        do {
            if isDoubted {
                try disk.writeFile(Self.clockDoubtPath, [], .replacing)
            } else {
                try disk.unlink(Self.clockDoubtPath)
                try disk.synchronizeDirectory("")
            }
        } catch {
            return
        }
        retention.withLock { $0.isDoubtKept = isDoubted }
    }

    private func candidates() -> [RetentionPolicy.Segment] {
        view.withLock { $0.segments }.map { RetentionPolicy.Segment($0.entry) }
    }

    private func nextExpiration(
        clockIsRight: Bool
    ) throws -> (job: RetentionPolicy.Job, inputs: [SegmentFile])? {
        guard options.retention.maxAge != nil || options.retention.maxBytes != nil else {
            return nil
        }
        let now = expirationTime(clockIsRight: clockIsRight)
        let setAside = retention.withLock { Set($0.setAside.keys) }
        let segments = view.withLock { $0.segments }
        let files = Dictionary(uniqueKeysWithValues: segments.map { ($0.entry.path, $0) })
        let candidates = segments.map(\.entry).filter { !setAside.contains($0.path) }
            .map(RetentionPolicy.Segment.init)
        guard var job = options.retention.next(candidates, now: now) else { return nil }
        // In order: what stands behind one that is not archived waits with it.
        job.segments = Array(try job.segments.prefix { try mayExpire($0) })
        guard !job.segments.isEmpty else { return nil }
        return (job, job.segments.compactMap { files[$0] })
    }

    /// - Returns: `nil` if a segment is not live any more.
    private func expire(
        _ job: RetentionPolicy.Job, _ inputs: [SegmentFile], _ isCancelled: @escaping () -> Bool
    ) throws -> ExpirationStep? {
        var step = ExpirationStep(job.reason)
        let size = inputs.reduce(0) { $0 + $1.entry.size }
        var outputs: [SegmentMerge.Output] = []
        var isKept: [Bool]?
        if let cutoff = job.cutoff {
            try requireRoom(for: size)
            try checkDigests(of: inputs)
            let squasher = try squasher(of: inputs)
            var merge = merge(inputs, squasher)
            merge.isCancelled = isCancelled
            outputs = try merge.run(keyValues: footer(squasher)) { times in
                let kept = times.map { $0 >= cutoff }
                isKept = kept
                return RowDivision(keeping: kept)
            }
            guard isKept?.contains(false) == true else {
                throw SegmentMergeError.damaged(
                    inputs[0], message: "it has no event as old as the catalog says")
            }
            step.rewritten = inputs.count
        } else {
            step.segments = inputs.count
        }
        try prepareRemoval(of: inputs, except: isKept, before: job.cutoff ?? .max)
        let moves = try moves(of: inputs, except: isKept, to: .expired)
        guard
            let written = try replace(
                inputs, by: outputs, .expire,
                because: ChangeCause(reason: job.reason.rawValue), moving: moves, isExpiry: true)
        else {
            return nil
        }
        step.events =
            inputs.reduce(0) { $0 + $1.entry.rowCount }
            - written.reduce(0) { $0 + $1.rowCount }
        step.bytes = size - written.reduce(0) { $0 + $1.size }
        step.oldestKept = view.withLock { $0.segments.map(\.entry.timestampMin).min() }
        retention.withLock { $0.status.count(step) }
        return step
    }

    /// Everything that must be durable before events go. Whatever else is made of raw events and outlives them is
    /// brought up to date here: `inputs` are still live, and are so until this has returned.
    /// - Parameters:
    ///   - isKept: by row of the inputs: those that stay; `nil`: none does.
    ///   - cutoff: what happened before it goes, µs since 1970 UTC.
    private func prepareRemoval(
        of inputs: [SegmentFile], except isKept: [Bool]?, before cutoff: Int64
    ) throws {
        let now = options.now()
        let isMended =
            retention.withLock { $0.mendedAt.map { abs(now - $0) } }
            .map { $0 < Limits.identityLogMendAge } ?? false
        if !isMended {
            try mendIdentityLog()
            retention.withLock { $0.mendedAt = now }
        }
        try keepIdentity(of: inputs, except: isKept)
        if let damaged = try prepareForExpiry(inputs, rowsBefore: cutoff).first {
            throw SegmentMergeError.damaged(damaged, message: "its events cannot be counted")
        }
    }
}
