import EventLog
package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The one thread that puts segments together, at a low priority: whoever sends or asks comes first.
package final class Compactor: Sendable {
    private enum State { case idle, running, resting(until: ContinuousClock.Instant), stopped }

    /// How long compaction rests after it failed: for want of room, mostly.
    private static let failureRest: Duration = .seconds(60)

    private let sink: any EventSink
    private let logger: Logger
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let state = Mutex(State.idle)
    private let isStopped = Atomic<Bool>(false)

    package init(sink: any EventSink, logger: Logger) {
        self.sink = sink
        self.logger = logger
        thread.start()
        thread.submit { _ in ProcessSetup.lowerThreadPriority() }
    }

    /// What is due now and then.
    func tick(compacting: Bool) {
        sink.releaseReplaced()
        if compacting { compactIfDue() }
    }

    /// Starts on the compactor's thread if something is due and nothing under way. Cheap; never blocks.
    package func compactIfDue() {
        let isIdle = state.withLock {
            switch $0 {
            case .idle: true
            case .running, .stopped: false
            case .resting(let end): end <= .now
            }
        }
        guard isIdle, sink.isCompactionDue() else { return }
        let mayStart = state.withLock {
            switch $0 {
            case .running, .stopped: return false
            case .idle, .resting:
                $0 = .running
                return true
            }
        }
        guard mayStart else { return }
        thread.submit { _ in self.compactOnThread() }
    }

    /// One step, after one that is under way.
    /// - Returns: `nil` if nothing is to be done.
    func compactNow(
        isForced: Bool, on eventLoop: any EventLoop
    ) -> EventLoopFuture<CompactionStep?> {
        thread.runIfActive(eventLoop: eventLoop) { try self.step(isForced: isForced) }
    }

    /// Gives up a step that is under way, which then has changed nothing, and ends the thread.
    package func stop() async {
        isStopped.store(true, ordering: .relaxed)
        state.withLock { $0 = .stopped }
        // Stopping a started pool does not fail.
        try? await thread.shutdownGracefully()
    }

    private func step(isForced: Bool) throws(StoreError) -> CompactionStep? {
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

    private func compactOnThread() {
        var next = State.idle
        do {
            while try step(isForced: false) != nil {}
        } catch {
            logger.error("compaction failed", metadata: ["error": "\(error)"])
            next = .resting(until: .now + Self.failureRest)
        }
        state.withLock {
            if case .running = $0 { $0 = next }
        }
    }
}
