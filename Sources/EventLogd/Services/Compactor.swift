import EventLog
package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The one thread that writes segments anew, at a low priority: whoever sends or asks comes first. It puts
/// segments together, lets events go that are too old and, when there is nothing to put together, makes
/// rollups.
package final class Compactor: Sendable {
    /// What it is sent for.
    private enum Errand { case expiry, compaction }

    private struct State {
        var isRunning = false
        var isStopped = false
        /// When an errand is looked at next.
        var notBefore: [Errand: ContinuousClock.Instant] = [:]
        /// The doubt about the clock that was told of last.
        var doubt: ClockGuard.Doubt?
    }

    /// How long an errand rests after it failed: for want of room, mostly.
    private static let failureRest: Duration = .seconds(60)

    private let sink: any EventSink
    private let logger: Logger
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let state = Mutex(State())
    private let isStopped = Atomic<Bool>(false)

    package init(sink: any EventSink, logger: Logger) {
        self.sink = sink
        self.logger = logger
        thread.start()
        thread.submit { _ in ProcessSetup.lowerThreadPriority() }
    }

    /// What is due now and then. Cheap; never blocks.
    /// - Parameter interval: how often it is looked whether events are to go.
    func tick(compacting: Bool, expiringEvery interval: Duration) {
        sink.releaseReplaced()
        // The first look may read a segment, so it is for the thread to find out.
        begin(.expiry, every: interval) {
            while try self.expire(trustsClock: false) != nil {}
            self.tellOfClock()
        }
        startIfDue(compacting: compacting)
    }

    /// Starts on the compactor's thread if something is due and nothing under way.
    /// - Parameter compacting: whether segments may be put together.
    package func startIfDue(compacting: Bool) {
        guard compacting && sink.isCompactionDue() || sink.isRollupDue() else { return }
        begin(.compaction) {
            // What is put together later would need a rollup of its own.
            repeat {
                while compacting, try self.compact(isForced: false) != nil {}
            } while try self.rollUp() != nil
        }
    }

    /// One step, after what is under way.
    /// - Returns: `nil` if nothing is to be done.
    func compactNow(
        isForced: Bool, on eventLoop: any EventLoop
    ) -> EventLoopFuture<CompactionStep?> {
        thread.runIfActive(eventLoop: eventLoop) { try self.compact(isForced: isForced) }
    }

    /// One step, after what is under way.
    /// - Returns: `nil` if nothing is to go.
    func expireNow(
        trustsClock: Bool, on eventLoop: any EventLoop
    ) -> EventLoopFuture<ExpirationStep?> {
        thread.runIfActive(eventLoop: eventLoop) {
            try self.expire(trustsClock: trustsClock)
        }
    }

    /// Gives up a step that is under way, which then has changed nothing, and ends the thread.
    package func stop() async {
        isStopped.store(true, ordering: .relaxed)
        state.withLock { $0.isStopped = true }
        // Stopping a started pool does not fail.
        try? await thread.shutdownGracefully()
    }

    // MARK: Errands

    /// Sends the thread, unless it is under way or this errand rests.
    private func begin(
        _ errand: Errand, every interval: Duration = .zero,
        _ work: @escaping @Sendable () throws -> Void
    ) {
        let mayBegin = state.withLock { state in
            guard !state.isRunning, !state.isStopped,
                state.notBefore[errand].map({ $0 <= .now }) ?? true
            else { return false }
            state.isRunning = true
            return true
        }
        guard mayBegin else { return }
        thread.submit { _ in
            var rest = interval
            do {
                try work()
            } catch {
                self.logger.error("\(errand) failed", metadata: ["error": "\(error)"])
                rest = max(interval, Self.failureRest)
            }
            self.state.withLock {
                $0.isRunning = false
                $0.notBefore[errand] = .now + rest
            }
        }
    }

    private func compact(isForced: Bool) throws(StoreError) -> CompactionStep? {
        let start = ContinuousClock.now
        defer { ProcessSetup.trimHeaps(over: 0) }
        guard
            let step = try sink.compact(
                isForced: isForced, isCancelled: { self.isStopped.load(ordering: .relaxed) })
        else { return nil }
        logger.info(
            "compacted",
            metadata: [
                "segments": "\(step.inputs)", "into": "\(step.outputs)",
                "events": "\(step.events)",
                "bytes": "\(step.bytesRead) to \(step.bytesWritten)",
                "took": "\(ContinuousClock.now - start)",
            ])
        return step
    }

    private func rollUp() throws(StoreError) -> RollupStep? {
        let start = ContinuousClock.now
        defer { ProcessSetup.trimHeaps(over: 0) }
        guard
            let step = try sink.buildRollup(
                isCancelled: { self.isStopped.load(ordering: .relaxed) })
        else { return nil }
        logger.info(
            "rolled up",
            metadata: [
                "segment": "\(step.source)", "events": "\(step.events)", "rows": "\(step.rows)",
                "bytes": "\(step.bytes)", "took": "\(ContinuousClock.now - start)",
            ])
        return step
    }

    private func expire(trustsClock: Bool) throws(StoreError) -> ExpirationStep? {
        let start = ContinuousClock.now
        guard
            let step = try sink.expire(
                trustsClock: trustsClock, isCancelled: { self.isStopped.load(ordering: .relaxed) })
        else { return nil }
        ProcessSetup.trimHeaps(over: 0)
        logger.info(
            "expired",
            metadata: [
                "reason": "\(step.reason)", "segments": "\(step.segments)",
                "rewritten": "\(step.rewritten)", "events": "\(step.events)",
                "bytes": "\(step.bytes)", "took": "\(ContinuousClock.now - start)",
            ])
        return step
    }

    /// Says once when the clock is not to be relied on any more, or is again.
    private func tellOfClock() {
        let clock = sink.retentionStatus().clock
        let isNew = state.withLock { state in
            defer { state.doubt = clock.doubt }
            return state.doubt != clock.doubt
        }
        guard isNew else { return }
        guard let doubt = clock.doubt else {
            logger.info("the clock is trusted again; events expire by age")
            return
        }
        logger.warning(
            "nothing expires by age: the clock may be wrong",
            metadata: [
                "why": doubt == .start
                    ? "the newest event was received more than an hour from now"
                    : "it jumped, or runs at another speed than time",
                "liftedInSeconds": "\(Int(clock.liftedIn ?? 0))",
                "or": "eventlog expire --trust-clock",
            ])
    }
}
