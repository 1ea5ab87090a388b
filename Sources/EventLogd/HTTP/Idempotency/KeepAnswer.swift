import EventLog
import NIOCore

/// The order to keep the answer to the request that is being answered.
struct KeepAnswer: Sendable {
    let key: RequestKey
    let fingerprint: [UInt8]

    /// Keeps an answer that no event comes with.
    /// - Parameter batch: tells whom it comes from; its rows are not stored.
    /// - Returns: the answer, once it is durable.
    func callAsFunction(
        _ answer: HTTPAnswer, _ batch: EventBatch, _ writer: Writer, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        var empty = EventBatch(
            producer: batch.producer, peer: batch.peer, receivedAt: batch.receivedAt)
        empty.keeping = AnswerKeeping(key) { [fingerprint] _ in answer.kept(fingerprint) }
        return writer.submit(empty, on: eventLoop).map { _ in answer }
    }
}
