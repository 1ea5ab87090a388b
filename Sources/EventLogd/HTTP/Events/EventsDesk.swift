import EventLog
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Takes the events of requests that are one JSON document: one event, a list, an identity record.
final class EventsDesk: Sendable {
    /// Bytes of a body from which on it is read on a thread of its own: an event loop has other
    /// connections to serve.
    private static let loopSizeMax = 256 << 10

    private let writer: Writer
    private let decoders: any LineDecoderFactory
    private let clock: ReceiveClock
    private let counters: DaemonCounters
    private let limits: DaemonLimits

    init(
        writer: Writer, decoders: any LineDecoderFactory, clock: ReceiveClock,
        counters: DaemonCounters, limits: DaemonLimits
    ) {
        self.writer = writer
        self.decoders = decoders
        self.clock = clock
        self.counters = counters
        self.limits = limits
    }

    /// - Parameter keep: what to do with the answer, if the request has an Idempotency-Key.
    func answer(
        _ request: HTTPRequest, keep: KeepAnswer?, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        var body = request.body
        if let name = request.route.identityEvent { body = body.namingEvent(name) }
        counters.bytesReceived.add(request.body.readableBytes, ordering: .relaxed)
        // A decoder's buffers are as large as what they held: thousands of quiet connections keep
        // none.
        let (decoders, clock, wholeBody) = (decoders, clock, body)
        @Sendable func decode() -> DecodedDocument {
            wholeBody.withUnsafeReadableBytes {
                decoders.makeDocumentDecoder(for: request.access)
                    .decode($0, now: clock.now())
            }
        }
        guard body.readableBytes > Self.loopSizeMax else {
            return store(decode(), of: request, keep, on: eventLoop)
        }
        return NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop, decode)
            .flatMap { self.store($0, of: request, keep, on: eventLoop) }
    }

    private func store(
        _ document: DecodedDocument, of request: HTTPRequest, _ keep: KeepAnswer?,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        var document = document
        if let failure = refusal(of: document, request.route) {
            // What is no document is one refused event. A document that came to the wrong place, or has
            // too many events, is a refused request: none of its events was offered.
            if document.shape != .malformed { document.forget() }
            let answer = HTTPAnswer.failure(failure, requestID: request.id)
            return submit(document, keep, on: eventLoop) { _ in answer }
        }
        document.batch.wantsPlacement = true
        let events = EventsAnswer(
            form: Self.form(of: document, request.route), document: document,
            requestID: request.id, limits: limits)
        return submit(document, keep, on: eventLoop) { events.answer($0) }
    }

    /// Stores what was accepted, accounts for what was not, and answers when both are durable.
    private func submit(
        _ document: DecodedDocument, _ keep: KeepAnswer?, on eventLoop: any EventLoop,
        answer: @escaping @Sendable (AppendResult) -> HTTPAnswer
    ) -> EventLoopFuture<HTTPAnswer> {
        var batch = document.batch
        if let keep {
            batch.keeping = AnswerKeeping(keep.key) { answer($0).kept(keep.fingerprint) }
        } else if batch.isEmpty {
            count(document, nil)
            return eventLoop.makeSucceededFuture(
                answer(AppendResult(stored: 0, duplicates: 0, adjusted: 0)))
        }
        let result = writer.submit(batch, on: eventLoop)
        result.whenFailure { _ in self.count(document, nil) }
        return result.map {
            self.count(document, $0)
            return answer($0)
        }
    }

    /// What is wrong with the document as a whole.
    private func refusal(of document: DecodedDocument, _ route: Route) -> HTTPFailure? {
        switch (document.shape, route) {
        case (.malformed, _):
            return document.refusals.first.map { HTTPFailure($0) }
        case (.list, .resolveIdentity), (.list, .clearIdentity):
            return .invalid("The body is one object with the ids.")
        case (.event, .eventBatch):
            return HTTPFailure(
                .badRequest, "VALIDATION_ERROR",
                "The body is an object with events (an array), or an array of events.",
                details: [Refusal.Detail(field: "events", reason: "missing")])
        case (.list, .eventBatch) where document.eventCount > limits.eventsPerBatchMax:
            return HTTPFailure(
                .payloadTooLarge, "INVALID_REQUEST",
                "A batch has at most \(limits.eventsPerBatchMax) events, this one has "
                    + "\(document.eventCount); nothing of it was stored. Send it in parts, or as "
                    + "NDJSON to /v1/events.",
                details: [Refusal.Detail(field: "events", reason: "too many")])
        default:
            return nil
        }
    }

    private static func form(of document: DecodedDocument, _ route: Route) -> EventsAnswer.Form {
        switch route {
        case .resolveIdentity, .clearIdentity: .identity
        default: document.shape == .event ? .single : .list
        }
    }

    /// - Parameter result: `nil` if nothing was stored.
    private func count(_ document: DecodedDocument, _ result: AppendResult?) {
        counters.count(document.refusals)
        var counts = AckCounts()
        counts.lines = UInt64(document.eventCount)
        counts.stored = UInt64(result?.stored ?? 0)
        counts.duplicates = UInt64(result?.duplicates ?? 0)
        counts.adjusted = UInt64(result?.adjusted ?? 0)
        counts.failed = counts.lines - counts.stored - counts.duplicates
        counters.count(counts)
    }
}
