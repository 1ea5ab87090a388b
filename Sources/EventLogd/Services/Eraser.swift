import EventLog
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Erases persons, one after the other, whoever asked: what was accepted is carried out, also after a start, and
/// tried again until it is done. It has a thread that lets others go first, and one for those who wait for it.
final class Eraser: Sendable {
    private enum State { case idle, running, resting(until: ContinuousClock.Instant), stopped }

    /// How long it rests after an erasure failed: for want of room, or while a query reads an old file.
    private static let failureRest: Duration = .seconds(60)

    private let sink: any EventSink
    private let exporter: Exporter?
    private let logger: Logger
    private let thread = NIOThreadPool(numberOfThreads: 1)
    /// Beside a busy machine's other work, an erasure at low priority can take minutes.
    private let promptThread = NIOThreadPool(numberOfThreads: 1)
    private let turn = Mutex(())
    private let state = Mutex(State.idle)
    private let isStopped = Atomic<Bool>(false)

    init(sink: any EventSink, exporter: Exporter?, logger: Logger) {
        self.sink = sink
        self.exporter = exporter
        self.logger = logger
        thread.start()
        promptThread.start()
        thread.submit { _ in ProcessSetup.lowerThreadPriority() }
    }

    /// Hides a person; the rest follows by itself.
    /// - Parameter waits: answers when all of it is done.
    func erase(
        _ user: String, waits: Bool, on eventLoop: any EventLoop
    ) -> EventLoopFuture<ErasureReceipt> {
        let request = NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { [sink] in
            try sink.requestErasure(of: user)
        }
        return request.flatMap { receipt in
            guard waits else {
                self.eraseIfPending()
                return eventLoop.makeSucceededFuture(receipt)
            }
            // It may have been done meanwhile, with another.
            return self.promptThread.runIfActive(eventLoop: eventLoop) {
                if let done = try self.eraseOnThread(receipt.id) { return done }
                guard let known = try self.sink.erasureReceipt(receipt.id) else {
                    throw StoreError.io("the receipt \(receipt.id) is gone")
                }
                return known
            }
        }
    }

    /// Starts on the eraser's thread if somebody is to be erased and nothing under way. Cheap; never blocks.
    func eraseIfPending() {
        guard !sink.pendingErasures().isEmpty else { return }
        let mayStart = state.withLock { state in
            switch state {
            case .running, .stopped: return false
            case .resting(let end) where end > .now: return false
            case .idle, .resting:
                state = .running
                return true
            }
        }
        guard mayStart else { return }
        thread.submit { _ in self.erasePending() }
    }

    /// Gives up what is under way, which goes on after the next start, and ends the threads.
    func stop() async {
        isStopped.store(true, ordering: .relaxed)
        state.withLock { $0 = .stopped }
        // Stopping a started pool does not fail.
        try? await promptThread.shutdownGracefully()
        try? await thread.shutdownGracefully()
    }

    private func erasePending() {
        var next = State.idle
        for id in sink.pendingErasures() {
            do {
                _ = try eraseOnThread(id)
            } catch {
                next = .resting(until: .now + Self.failureRest)
            }
        }
        state.withLock {
            if case .running = $0 { $0 = next }
        }
    }

    private func eraseOnThread(_ id: String) throws(StoreError) -> ErasureReceipt? {
        try turn.withLock { _ throws(StoreError) in try eraseInTurn(id) }
    }

    private func eraseInTurn(_ id: String) throws(StoreError) -> ErasureReceipt? {
        let start = ContinuousClock.now
        defer { ProcessSetup.trimHeaps(over: 0) }
        do {
            let receipt = try sink.erase(
                id,
                removeExports: { scope in
                    try exporter?.erase(users: Set(scope.users), times: scope.times) ?? []
                }, progress: { _, _ in },
                isCancelled: { isStopped.load(ordering: .relaxed) })
            guard let receipt else { return nil }
            // No id: the receipt's tells whoever needs to know.
            logger.info(
                "erased",
                metadata: [
                    "receipt": "\(id)", "events": "\(receipt.events)",
                    "segments": "\(receipt.segments.count)",
                    "took": "\(ContinuousClock.now - start)",
                ])
            return receipt
        } catch {
            logger.error(
                "an erasure is not done yet",
                metadata: ["receipt": "\(id)", "error": "\(error)"])
            throw error
        }
    }
}
