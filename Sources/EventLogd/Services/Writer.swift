package import EventLog
import Logging
import NIOPosix
import Synchronization

/// The one thread that appends to the store.
///
/// Whatever arrives while a sync is under way forms the next group: one `append`, one sync, for all
/// connections. There is no artificial delay, since a lone event should wait for one sync and no
/// more. Batches are appended, and completed, in the order in which they came; only `buffered` ones
/// overtake `synced` ones of the same group, which would otherwise make them wait for a sync.
package final class Writer: Sendable {
    package typealias Completion = @Sendable (Result<AppendResult, StoreError>) -> Void

    private struct Submission: Sendable {
        let batch: EventBatch
        let durability: Durability
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

    /// Bytes of rows that wait or are being appended.
    package var queueSize: Int { budget.size }

    /// Queues a batch. `completion` is called once, on the writer's thread, with the batch's
    /// result.
    package func submit(
        _ batch: EventBatch, durability: Durability, completion: @escaping Completion
    ) {
        let submission = Submission(
            batch: batch, durability: durability, size: batch.rows.count, completion: completion)
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
            let (group, waiters) = takeGroup()
            guard !group.isEmpty else {
                for waiter in waiters { waiter() }
                return
            }
            append(group.filter { $0.durability == .buffered }, .buffered)
            append(group.filter { $0.durability == .synced }, .synced)
            afterAppend()
        }
    }

    /// The oldest batches up to the size of a group; at least one if there is any.
    private func takeGroup() -> (group: [Submission], waiters: [@Sendable () -> Void]) {
        state.withLock { state in
            var size = 0
            let count =
                state.queue.firstIndex {
                    size += $0.size
                    return size > limits.groupSizeMax
                }.map { max($0, 1) } ?? state.queue.count
            guard count > 0 else {
                state.isRunning = false
                defer { state.stopWaiters = [] }
                return ([], state.stopWaiters)
            }
            let group = Array(state.queue[..<count])
            state.queue.removeSubrange(..<count)
            return (group, [])
        }
    }

    private func append(_ group: [Submission], _ durability: Durability) {
        guard !group.isEmpty else { return }
        counters.groups.add(1, ordering: .relaxed)
        do {
            let results = try sink.append(group.map(\.batch), durability: durability)
            precondition(results.count == group.count, "the store answers for every batch")
            counters.logStoreSuccess()
            for submission in group { counters.count(submission.batch.warnings) }
            for (submission, result) in zip(group, results) {
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
