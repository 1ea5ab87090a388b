/// Names one request that may be sent again: who sends it, what it asks for and its
/// Idempotency-Key.
package struct RequestKey: Sendable, Hashable {
    package let producer: String
    /// Method and path: `POST /v1/events`.
    package let request: String
    package let key: String

    package init(producer: String, request: String, key: String) {
        self.producer = producer
        self.request = request
        self.key = key
    }
}

/// The first answer to a request, to be given again to its repeats.
package struct KeptAnswer: Sendable, Hashable {
    /// Stands for the request's content: the same key with another is a mistake of the sender.
    package let fingerprint: [UInt8]
    package let status: UInt16
    package let contentType: String
    package let body: [UInt8]
    /// µs since 1970 UTC.
    package internal(set) var keptAt: Int64 = 0

    package init(fingerprint: [UInt8], status: UInt16, contentType: String, body: [UInt8]) {
        self.fingerprint = fingerprint
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// Asks `EventStore.append` to keep the answer to the request that a batch came with: in the same
/// journal record as the batch's last events, so that either both survive a crash or neither does.
package struct AnswerKeeping: Sendable {
    package let key: RequestKey
    /// Makes the answer from what became of the batch; called where the batch is committed.
    package let answer: @Sendable (AppendResult) -> KeptAnswer

    package init(
        _ key: RequestKey, answer: @escaping @Sendable (AppendResult) -> KeptAnswer
    ) {
        self.key = key
        self.answer = answer
    }
}
