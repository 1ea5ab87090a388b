package import EventLog
import Glibc
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The one thread that appends to the store.
///
/// Whatever arrives while a sync is under way forms the next group: one `append`, one sync, for all
/// connections. There is no artificial delay, since a lone event should wait for one sync and no
/// more. Batches of one connection are appended, and completed, in the order in which they came; only
/// `buffered` ones overtake `synced` ones of the same group, which would otherwise make them wait for a
/// sync. Between connections the order is fair: each has its share of a group.
package final class Writer: Sendable {
    package typealias Completion = @Sendable (Result<AppendResult, StoreError>) -> Void

    private struct Submission: Sendable {
        let batch: EventBatch
        let durability: Durability
        /// The connection it came from, or `nil` if nothing else comes from there meanwhile.
        let source: ObjectIdentifier?
        let size: Int
        let completion: Completion
    }

    private struct State {
        var queue: [Submission] = []
        var isRunning = false
        var isStopped = false
        var stopWaiters: [@Sendable () -> Void] = []
    }

    private let sink: any EventSink
    private let limits: DaemonLimits
    private let budget: IngestBudget
    private let counters: DaemonCounters
    /// One thread, so that only one drain runs at a time and always on the same thread.
    private let thread: NIOThreadPool
    private let state = Mutex(State())
    private let afterAppend: @Sendable () -> Void

    /// - Parameter afterAppend: called on the writer's thread after each group; must not block.
    package init(
        sink: any EventSink, limits: DaemonLimits, counters: DaemonCounters,
        afterAppend: @escaping @Sendable () -> Void = {}
    ) {
        self.sink = sink
        self.limits = limits
        self.counters = counters
        self.afterAppend = afterAppend
        budget = IngestBudget(sizeMax: limits.ingestInFlightSizeMax)
        thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
    }

    /// Bytes of events that wait or are being appended.
    package var queueSize: Int { budget.size }
    /// Batches that wait.
    package var queueCount: Int { state.withLock { $0.queue.count } }

    /// Queues a batch. `completion` is called once, on the writer's thread, with the batch's
    /// result.
    /// - Parameter source: the connection, if it may send on before this batch is completed.
    package func submit(
        _ batch: EventBatch, durability: Durability, from source: ObjectIdentifier? = nil,
        completion: @escaping Completion
    ) {
        let submission = Submission(
            batch: batch, durability: durability, source: source, size: batch.size,
            completion: completion)
        budget.take(submission.size)
        let (mustStart, isStopped) = state.withLock { state in
            guard !state.isStopped else { return (false, true) }
            state.queue.append(submission)
            defer { state.isRunning = true }
            return (!state.isRunning, false)
        }
        if isStopped {
            finish([submission], .failure(.io("the daemon is stopping")))
        } else if mustStart {
            thread.submit { _ in self.drain() }
        }
    }

    /// Whether readers should stop; see `IngestBudget.mustWait`.
    func mustWait(_ resume: @escaping @Sendable () -> Void) -> Bool {
        budget.mustWait(resume)
    }

    /// Appends what is queued, refuses what comes later and ends the thread.
    package func stop() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                state.isStopped = true
                if state.isRunning { state.stopWaiters.append { continuation.resume() } }
                return !state.isRunning
            }
            if isIdle { continuation.resume() }
        }
        // A thread pool that was started stops without error.
        try? await thread.shutdownGracefully()
    }

    // MARK: On the thread

    private func drain() {
        while true {
            switch next() {
            case .group(let group):
                append(group.filter { $0.durability == .buffered }, .buffered)
                append(group.filter { $0.durability == .synced }, .synced)
                afterAppend()
            case .wait:
                usleep(UInt32(limits.crowdedCheckInterval.nanoseconds / 1_000))
            case .idle(let stopWaiters):
                for waiter in stopWaiters { waiter() }
                return
            }
        }
    }

    private enum Next {
        case group([Submission])
        /// Only clients who send a lot have something, and the store cannot take it yet.
        case wait
        case idle(stopWaiters: [@Sendable () -> Void])
    }

    private func next() -> Next {
        let isCrowded = sink.isCrowded()
        return state.withLock { state in
            guard !state.queue.isEmpty else {
                state.isRunning = false
                defer { state.stopWaiters = [] }
                return .idle(stopWaiters: state.stopWaiters)
            }
            // Whoever stops the daemon waits for everything.
            let group =
                isCrowded && !state.isStopped ? takeLight(&state.queue) : takeShares(&state.queue)
            return group.isEmpty ? .wait : .group(group)
        }
    }

    /// Everything of those who have little in the queue.
    private func takeLight(_ queue: inout [Submission]) -> [Submission] {
        var sizes: [ObjectIdentifier: Int] = [:]
        for submission in queue {
            if let source = submission.source { sizes[source, default: 0] += submission.size }
        }
        func isLight(_ submission: Submission) -> Bool {
            let size = submission.source.map { sizes[$0, default: 0] } ?? submission.size
            return size <= limits.lightSourceSizeMax
        }
        let light = queue.filter(isLight)
        queue.removeAll(where: isLight)
        return light
    }

    /// The oldest batches up to the size of a group, and of each source up to its share if there are
    /// several; at least one.
    private func takeShares(_ queue: inout [Submission]) -> [Submission] {
        let first = queue.first?.source
        let isShared = queue.contains { $0.source == nil || $0.source != first }
        let shareMax = isShared ? limits.groupShareSizeMax : limits.groupSizeMax
        var group: [Submission] = []
        var rest: [Submission] = []
        var size = 0
        var shares: [ObjectIdentifier: Int] = [:]
        for submission in queue {
            let share = submission.source.map { shares[$0, default: 0] } ?? 0
            let fits =
                group.isEmpty
                || (size + submission.size <= limits.groupSizeMax
                    && (share == 0 || share + submission.size <= shareMax))
            if fits {
                group.append(submission)
                size += submission.size
            } else {
                rest.append(submission)
            }
            // What follows from the same source must not overtake.
            if let source = submission.source {
                shares[source] = fits ? max(share + submission.size, 1) : shareMax
            }
        }
        queue = rest
        return group
    }

    private func append(_ group: [Submission], _ durability: Durability) {
        guard !group.isEmpty else { return }
        counters.groups.add(1, ordering: .relaxed)
        let start = ContinuousClock.now
        do {
            let results = try sink.append(group.map(\.batch), durability: durability)
            precondition(results.count == group.count, "the store answers for every batch")
            if durability == .synced {
                counters.commitDuration.observe(ContinuousClock.now - start)
            }
            counters.logStoreSuccess()
            for (submission, result) in zip(group, results) {
                counters.count(submission.batch.warnings)
                finish([submission], .success(result))
            }
        } catch {
            counters.failedGroups.add(1, ordering: .relaxed)
            counters.logStoreFailure(error)
            finish(group, .failure(error))
        }
    }

    private func finish(_ group: [Submission], _ outcome: Result<AppendResult, StoreError>) {
        for submission in group {
            submission.completion(outcome)
            budget.giveBack(submission.size)
        }
    }
}
