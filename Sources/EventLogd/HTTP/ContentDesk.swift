import EventLog
import NIOCore
import NIOHTTP1

/// `/v1/content/{id}`: what is known of a content item, put, shown and deleted. A change is durable when
/// it is answered.
struct ContentDesk: Sendable {
    let sink: any EventSink
    let writer: Writer
    let clock: ReceiveClock

    func answer(
        _ request: HTTPRequest, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        let id = String(request.target.path.dropFirst(Route.contentPrefix.count))
        do {
            switch request.method {
            case .PUT:
                let document = try document(of: request, id)
                return change(ContentChange(id: id, document: document), request, on: eventLoop)
            case .DELETE:
                return change(ContentChange(id: id, document: nil), request, on: eventLoop)
            default:
                return eventLoop.makeSucceededFuture(try show(id, request))
            }
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
    }

    private func document(
        of request: HTTPRequest, _ id: String
    ) throws(HTTPFailure) -> ContentDocument {
        do throws(Refusal) {
            return try ContentDocument(Array(request.body.readableBytesView), id: id)
        } catch {
            throw HTTPFailure(error)
        }
    }

    private func change(
        _ change: ContentChange, _ request: HTTPRequest, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        var batch = EventBatch(
            producer: request.producer, peer: request.peer, receivedAt: clock.now())
        batch.content = change
        return writer.submit(batch, on: eventLoop).flatMapThrowing { result in
            let word: StaticString
            switch result.content {
            case .created: word = "created"
            case .replaced: word = "replaced"
            case .unchanged: word = "unchanged"
            case .deleted: word = "deleted"
            case .missing: throw Self.notFound
            case .refused: throw Self.tooMany
            case nil: preconditionFailure("the store answers for every content item")
            }
            var text = JSONText()
            text.raw("{\"contentId\":")
            text.string(change.id)
            text.raw(",\"status\":\"")
            text.raw(word)
            text.raw("\"}")
            return .success(text.bytes, requestID: request.id)
        }
    }

    private func show(_ id: String, _ request: HTTPRequest) throws(HTTPFailure) -> HTTPAnswer {
        guard let item = sink.contentItem(id) else { throw Self.notFound }
        return .success(item.json, requestID: request.id)
    }

    private static var notFound: HTTPFailure {
        HTTPFailure(.notFound, "NOT_FOUND", "Nothing is known of this content item.")
    }

    private static var tooMany: HTTPFailure {
        HTTPFailure(
            .unprocessableEntity, "QUOTA_EXCEEDED",
            "There are \(Limits.contentItemCountMax) content items already, or "
                + "\(Limits.contentItemsSizeMax >> 20) MiB of them.", reason: "limit")
    }
}
