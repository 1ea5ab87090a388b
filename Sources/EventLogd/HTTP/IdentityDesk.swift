import EventLog
import NIOCore
import NIOHTTP1
import NIOPosix

/// `/v1/identity/alias`, `unalias` and `unlink`: what administrators say about who is who, with what it
/// changes; `dryRun` only asks. A change is durable when it is answered.
struct IdentityDesk: Sendable {
    let sink: any EventSink
    let writer: Writer
    let decoders: any LineDecoderFactory
    let clock: ReceiveClock

    func answer(
        _ request: HTTPRequest, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        let (batch, admin): (EventBatch, AdministrativeRequest)
        do {
            (batch, admin) = try read(request)
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
        // It reads as much as a query.
        let effect = NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { [sink] in
            try sink.identityEffect(of: admin.record)
        }
        return effect.flatMap { effect in
            switch effect.outcome {
            case .changes where !admin.isDryRun: break
            case .changes, .nothing:
                let status = effect.outcome == .nothing ? "unchanged" : "dryRun"
                return eventLoop.makeSucceededFuture(Self.answer(status, effect, request))
            case .loop, .noAlias, .notLinked:
                return eventLoop.makeFailedFuture(Self.failure(effect.outcome, admin.record))
            }
            return writer.submit(batch, on: eventLoop).map { result in
                Self.answer(result.stored > 0 ? "stored" : "duplicate", effect, request)
            }
        }
    }

    private func read(
        _ request: HTTPRequest
    ) throws(HTTPFailure) -> (EventBatch, AdministrativeRequest) {
        let body = request.body.namingEvent(request.route.identityEvent ?? "")
        let document = body.withUnsafeReadableBytes {
            decoders.makeDocumentDecoder(for: request.access).decode($0, now: clock.now())
        }
        if let refusal = document.refusals.first { throw HTTPFailure(refusal) }
        guard document.shape == .event, var admin = AdministrativeRequest(document.batch) else {
            throw .invalid(
                "The body is one object with the ids and, if wanted, dryRun (true or false).")
        }
        if request.target.isDryRun { admin.isDryRun = true }
        return (document.batch, admin)
    }

    private static func answer(
        _ status: String, _ effect: IdentityEffect, _ request: HTTPRequest
    ) -> HTTPAnswer {
        let body =
            #"{"status":"\#(status)","events":\#(effect.eventCount),"#
            + #""sessions":\#(effect.sessionCount),"persons":\#(effect.personCount)}"#
        return .success(Array(body.utf8), requestID: request.id)
    }

    private static func failure(
        _ outcome: IdentityEffect.Outcome, _ record: IdentityRecord
    ) -> HTTPFailure {
        switch outcome {
        case .loop:
            HTTPFailure(
                .conflict, "CONFLICT",
                "\(record.user) and \(record.toUser) are one person already, by other aliases: "
                    + "this one would close a loop and is refused.", reason: "loop")
        case .noAlias:
            HTTPFailure(
                .notFound, "NOT_FOUND",
                "There is no alias from \(record.user) to \(record.toUser) to take back.")
        default:
            HTTPFailure(
                .notFound, "NOT_FOUND",
                "Up to the time given, the device \(record.device) has no link to the user "
                    + "\(record.user).")
        }
    }
}
