import EventLog
import NIOCore
import NIOHTTP1
import Synchronization

/// Sees to it that a request with an Idempotency-Key runs once: repeats are given the first answer.
///
/// A repeat that comes while the first still runs is told so (409, `in_progress`) rather than kept
/// waiting: it would hold its body in memory, and its client a connection.
final class IdempotencyDesk: Sendable {
    private let sink: any EventSink
    private let keySizeMax: Int
    private let running = Mutex<Set<RequestKey>>([])

    init(sink: any EventSink, limits: DaemonLimits) {
        self.sink = sink
        keySizeMax = limits.idempotencyKeySizeMax
    }

    /// The key of a request; `nil` if it has none, or needs none.
    func key(
        _ headers: HTTPHeaders, _ route: Route, _ method: HTTPMethod, producer: String
    ) throws(HTTPFailure) -> RequestKey? {
        let keys = headers["idempotency-key"]
        guard method == .POST, route.isRepeatable, !keys.isEmpty else { return nil }
        guard keys.count == 1, (1...keySizeMax).contains(keys[0].utf8.count),
            keys[0].utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else {
            throw HTTPFailure(
                .badRequest, "INVALID_PARAMETER",
                "Idempotency-Key is 1 to \(keySizeMax) printable ASCII characters, once.",
                details: [.init(field: "Idempotency-Key", reason: "malformed")])
        }
        return RequestKey(
            producer: producer, request: "\(method.rawValue) \(route.path)", key: keys[0])
    }

    /// Begins a request; `end` follows whatever comes of it.
    /// - Returns: the answer that it has had already.
    func begin(_ key: RequestKey) throws(HTTPFailure) -> KeptAnswer? {
        // First into the set, then the look: in the other order the first could end in between.
        guard running.withLock({ $0.insert(key).inserted }) else {
            throw HTTPFailure(
                .conflict, "CONFLICT",
                "A request with this Idempotency-Key is being answered; ask again in a moment.",
                reason: "in_progress")
        }
        return sink.keptAnswer(to: key)
    }

    func end(_ key: RequestKey) {
        running.withLock { _ = $0.remove(key) }
    }

    /// The kept answer as an answer to a repeat.
    static func replay(
        _ kept: KeptAnswer, fingerprint: [UInt8]
    ) throws(HTTPFailure) -> HTTPAnswer {
        guard kept.fingerprint == fingerprint else {
            throw HTTPFailure(
                .conflict, "CONFLICT",
                "This Idempotency-Key was used for a request with another body; use a new one.",
                details: [.init(field: "Idempotency-Key", reason: "used for another request")])
        }
        var answer = HTTPAnswer(
            status: HTTPResponseStatus(statusCode: Int(kept.status)), body: kept.body)
        answer.contentType = kept.contentType
        answer.headers = [(name: "Idempotent-Replayed", value: "true")]
        return answer
    }
}

extension HTTPAnswer {
    /// What is kept of the answer: all but headers that belong to one exchange.
    func kept(_ fingerprint: [UInt8]) -> KeptAnswer {
        KeptAnswer(
            fingerprint: fingerprint, status: UInt16(clamping: status.code),
            contentType: contentType, body: body)
    }
}
