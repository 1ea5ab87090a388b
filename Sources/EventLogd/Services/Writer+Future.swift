import EventLog
import NIOCore

extension Writer {
    /// Queues a batch to be synced.
    /// - Parameter eventLoop: the one of the connection; it may commit the batch itself.
    /// - Returns: its result, on the event loop.
    func submit(
        _ batch: EventBatch, on eventLoop: any EventLoop
    ) -> EventLoopFuture<AppendResult> {
        let promise = eventLoop.makePromise(of: AppendResult.self)
        submit(batch, durability: .synced, on: eventLoop) { outcome in
            promise.completeWith(outcome.mapError { $0 as any Error })
        }
        return promise.futureResult
    }

    /// Sees to it that all that was accepted before would survive a power failure. Free of cost if
    /// it would already.
    func confirm(
        for producer: String, _ peer: PeerCredentials, on eventLoop: any EventLoop
    ) -> EventLoopFuture<Void> {
        submit(EventBatch(producer: producer, peer: peer, receivedAt: 0), on: eventLoop).map { _ in
        }
    }
}
