package import EventLog
import Glibc
import Logging
package import NIOCore
import NIOPosix
import Synchronization

/// The one place that appends to the store.
///
/// Whatever arrives while a sync is under way forms the next group: one `append`, one sync, for all
/// connections. There is no artificial delay, since a lone event should wait for one sync and no
/// more. Batches of one connection are appended, and completed, in the order in which they came; only
/// `buffered` ones overtake `synced` ones of the same group, which would otherwise make them wait for a
/// sync. Between connections the order is fair: each has its share of a group.
///
/// One at a time commits: an event loop at the end of its turn, with what all its connections brought in
/// it, or the writer's thread; see `CommitPlacePolicy`. An event loop commits one group. What came
/// meanwhile goes to the thread, which goes on until nothing waits.
package final class Writer: Sendable {
    package typealias Completion = @Sendable (Result<AppendResult, StoreError>) -> Void

    private struct State {
        var queue = SubmissionQueue()
        var policy: CommitPlacePolicy
        /// Somebody commits, or the thread is about to.
        var isRunning = false
        /// The event loops that look after the queue at the end of their turn.
        var loops: Set<ObjectIdentifier> = []
        var isStopped = false
        var stopWaiters: [@Sendable () -> Void] = []

        mutating func start() -> Bool {
            defer { isRunning = true }
            return !isRunning
        }
    }

    private let sink: any EventSink
    private let limits: DaemonLimits
    private let budget: IngestBudget
    private let counters: DaemonCounters
    /// One thread, so that only one drain runs at a time and always on the same thread.
    private let thread: NIOThreadPool
    private let state: Mutex<State>
    private let newest = Atomic<Int64>(0)
    private let afterAppend: @Sendable () -> Void

    /// - Parameter afterAppend: called after each group, where it was committed; must not block.
    package init(
        sink: any EventSink, limits: DaemonLimits, counters: DaemonCounters,
        afterAppend: @escaping @Sendable () -> Void = {}
    ) {
        self.sink = sink
        self.limits = limits
        self.counters = counters
        self.afterAppend = afterAppend
        state = Mutex(State(policy: CommitPlacePolicy(limits: limits)))
        budget = IngestBudget(sizeMax: limits.ingestInFlightSizeMax)
        thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
    }

    /// Bytes of events that wait or are being appended.
    package var queueSize: Int { budget.size }
    /// When the newest event was stored, in µs since 1970 UTC; `nil`: none was since the start.
    var newestAt: Int64? {
        let time = newest.load(ordering: .relaxed)
        return time > 0 ? time : nil
    }
    /// Batches that wait.
    package var queueCount: Int { state.withLock { $0.queue.count } }

    /// Queues a batch. `completion` is called once with the batch's result, on the writer's thread or on
    /// an event loop that commits: nothing there may wait.
    /// - Parameters:
    ///   - source: the connection, if it may send on before this batch is completed.
    ///   - eventLoop: the one that calls, if it may commit.
    package func submit(
        _ batch: EventBatch, durability: Durability, from source: ObjectIdentifier? = nil,
        on eventLoop: (any EventLoop)? = nil, completion: @escaping Completion
    ) {
        let submission = Submission(
            batch: batch, durability: durability, source: source, size: batch.size,
            completion: completion)
        budget.take(submission.size)
        switch state.withLock({ enqueue(submission, on: eventLoop, &$0) }) {
        case .nothing: break
        case .refuse: finish([submission], .failure(.io("the daemon is stopping")))
        case .startThread: startThread()
        case .waitForEndOfTurn(let eventLoop):
            eventLoop.execute { self.commit(atEndOfTurnOf: eventLoop) }
        }
    }

    private enum Step {
        case nothing, refuse, startThread
        case waitForEndOfTurn(any EventLoop)
    }

    private func enqueue(
        _ submission: Submission, on eventLoop: (any EventLoop)?, _ state: inout State
    ) -> Step {
        guard !state.isStopped else { return .refuse }
        state.queue.append(submission)
        if state.isRunning { return .nothing }
        if let eventLoop,
            state.policy.place(size: state.queue.size, isCrowded: false) == .eventLoop
        {
            let isNew = state.loops.insert(ObjectIdentifier(eventLoop)).inserted
            return isNew ? .waitForEndOfTurn(eventLoop) : .nothing
        }
        return state.start() ? .startThread : .nothing
    }

    /// Whether readers should stop; see `IngestBudget.mustWait`.
    func mustWait(_ resume: @escaping @Sendable () -> Void) -> Bool {
        budget.mustWait(resume)
    }

    /// Appends what is queued, refuses what comes later and ends the thread.
    package func stop() async {
        await withCheckedContinuation { continuation in
            let mustStart = state.withLock { state in
                state.isStopped = true
                state.stopWaiters.append { continuation.resume() }
                return state.start()
            }
            if mustStart { startThread() }
        }
        // A thread pool that was started stops without error.
        try? await thread.shutdownGracefully()
    }

    private func startThread() {
        thread.submit { _ in self.drain() }
    }

    // MARK: On an event loop

    /// Commits what waits, unless somebody does already or the thread had better do it.
    private func commit(atEndOfTurnOf eventLoop: any EventLoop) {
        let mayWait = sink.isCrowded() || sink.isSealDue()
        let (group, mustStart): ([Submission], Bool) = state.withLock { state in
            state.loops.remove(ObjectIdentifier(eventLoop))
            guard !state.queue.isEmpty, state.start() else { return ([], false) }
            switch state.policy.place(size: state.queue.size, isCrowded: mayWait) {
            case .thread: return ([], true)
            case .eventLoop: return (state.queue.takeShares(limits), false)
            }
        }
        if mustStart { startThread() }
        guard !group.isEmpty else { return }
        commit(group)
        // Before the thread ends, whoever stops it is told by the thread.
        let mustGoOn = state.withLock { state in
            state.isRunning = !state.queue.isEmpty || state.isStopped
            return state.isRunning
        }
        if mustGoOn { startThread() }
    }

    // MARK: On the thread

    private func drain() {
        while true {
            switch next() {
            case .group(let group): commit(group)
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
                isCrowded && !state.isStopped
                ? state.queue.takeLight(limits) : state.queue.takeShares(limits)
            return group.isEmpty ? .wait : .group(group)
        }
    }

    // MARK: On either

    private func commit(_ group: [Submission]) {
        append(group.filter { $0.durability == .buffered }, .buffered)
        append(group.filter { $0.durability == .synced }, .synced)
        afterAppend()
    }

    private func append(_ group: [Submission], _ durability: Durability) {
        guard !group.isEmpty else { return }
        counters.groups.add(1, ordering: .relaxed)
        let start = ContinuousClock.now
        do {
            let results = try sink.append(group.map(\.batch), durability: durability)
            precondition(results.count == group.count, "the store answers for every batch")
            if durability == .synced {
                let duration = ContinuousClock.now - start
                counters.commitDuration.observe(duration)
                state.withLock { $0.policy.took(duration) }
            }
            counters.logStoreSuccess()
            if results.contains(where: { $0.stored > 0 }) {
                newest.store(ReceiveClock.systemTime(), ordering: .relaxed)
            }
            for (submission, result) in zip(group, results) {
                counters.count(submission.batch.warnings)
                finish([submission], .success(result))
            }
        } catch {
            state.withLock { $0.policy.failed() }
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
