import EventLog
package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The one thread that seals: it turns the unsealed events into segments when they are due.
package final class Sealer: Sendable {
    private enum State { case idle, running, resting(until: ContinuousClock.Instant), stopped }

    /// Unsealed events at the end of a seal below which the daemon is taken to be at rest.
    private static let quietTailRowCountMax = 16_384
    /// Bytes of freed memory that the process keeps while events pour in.
    private static let freedMemoryMax = 48 << 20

    private let sink: any EventSink
    private let retryInterval: Duration
    private let logger: Logger
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let state = Mutex(State.idle)
    private let afterSeal: @Sendable () -> Void

    /// - Parameter afterSeal: called after each seal on the sealer's thread; must not block.
    package init(
        sink: any EventSink, limits: DaemonLimits, logger: Logger,
        afterSeal: @escaping @Sendable () -> Void = {}
    ) {
        self.sink = sink
        self.afterSeal = afterSeal
        self.logger = logger
        retryInterval = .nanoseconds(limits.sealRetryInterval.nanoseconds)
        thread.start()
    }

    /// Starts sealing on the sealer's thread if it is due and not under way. Cheap; never blocks.
    package func sealIfDue() {
        let isIdle = state.withLock {
            switch $0 {
            case .idle: true
            case .running, .stopped: false
            case .resting(let end): end <= .now
            }
        }
        guard isIdle, sink.isSealDue() else { return }
        let mayStart = state.withLock {
            switch $0 {
            case .running, .stopped: return false
            case .idle, .resting:
                $0 = .running
                return true
            }
        }
        guard mayStart else { return }
        thread.submit { _ in self.sealOnThread() }
    }

    /// Seals what there is, due or not, after a sealing that is under way, and lets other engines
    /// know the persons of it, if they can.
    /// - Returns: the number of events sealed.
    func sealNow(on eventLoop: any EventLoop) -> EventLoopFuture<Int> {
        thread.runIfActive(eventLoop: eventLoop) {
            let count = try self.sealAndTrim()
            do {
                _ = try self.sink.publishIdentity(onlyIfUsed: true)
            } catch {
                self.logger.error(
                    "publishing the identity table failed", metadata: ["error": "\(error)"])
            }
            return count
        }
    }

    /// The same, only that it must succeed, and that there is a table in any case.
    /// - Returns: what is published.
    func publishNow(on eventLoop: any EventLoop) -> EventLoopFuture<IdentityTableStatus> {
        thread.runIfActive(eventLoop: eventLoop) {
            _ = try self.sealAndTrim()
            return try self.sink.publishIdentity(onlyIfUsed: false) ?? IdentityTableStatus()
        }
    }

    /// Waits for a sealing that is under way, then ends the thread.
    package func stop() async {
        state.withLock { $0 = .stopped }
        // The pool runs what it has begun to its end. Stopping a started pool does not fail.
        try? await thread.shutdownGracefully()
    }

    private func sealAndTrim() throws(StoreError) -> Int {
        let count = try sink.seal()
        afterSeal()
        // While events pour in, what was freed is needed again soon.
        let isQuiet = sink.status().tailRows < Self.quietTailRowCountMax
        ProcessSetup.trimHeaps(over: isQuiet ? 0 : Self.freedMemoryMax)
        return count
    }

    private func sealOnThread() {
        var next = State.idle
        do {
            let start = ContinuousClock.now
            let count = try sealAndTrim()
            logger.info(
                "sealed",
                metadata: ["events": "\(count)", "took": "\(ContinuousClock.now - start)"])
        } catch {
            logger.error("sealing failed", metadata: ["error": "\(error)"])
            next = .resting(until: .now + retryInterval)
        }
        state.withLock {
            if case .running = $0 { $0 = next }
        }
    }
}
