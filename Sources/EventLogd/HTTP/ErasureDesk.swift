import EventLog
import NIOCore
import NIOHTTP1
import NIOPosix

/// Erasing persons over HTTP: `DELETE /v1/users/{id}`, receipts, and the look for what is left
/// (specification, 1.4, 4.7; docs/Erasure.md).
struct ErasureDesk: Sendable {
    let sink: any EventSink
    let eraser: Eraser

    func answer(
        _ request: HTTPRequest, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        switch request.route {
        case .user: erase(request, on: eventLoop)
        case .userTraces:
            NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { [sink] in
                let report = try sink.findTraces(of: [
                    try request.target.user(Route.userTracesSuffix)
                ])
                return .success(try Endpoints.encode(report), requestID: request.id)
            }
        default:
            NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { [sink] in
                let id = String(request.target.path.dropFirst(Route.erasurePrefix.count))
                guard let receipt = try sink.erasureReceipt(id) else {
                    throw HTTPFailure(.notFound, "NOT_FOUND", "There is no such receipt.")
                }
                return .success(try Endpoints.encode(receipt), requestID: request.id)
            }
        }
    }

    private func erase(
        _ request: HTTPRequest, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        do {
            let user = try request.target.user("")
            return eraser.erase(user, waits: request.target.isNow, on: eventLoop)
                .flatMapThrowing { receipt in
                    var answer = HTTPAnswer.success(
                        try Endpoints.encode(receipt), requestID: request.id)
                    if receipt.status == .accepted { answer.status = .accepted }
                    answer.headers.append(
                        (name: "Location", value: Route.erasurePrefix + receipt.id))
                    return answer
                }
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
    }
}

extension RequestTarget {
    /// The id between the prefix and a suffix; it may have slashes of its own.
    /// - Throws: if it stands for nobody, or cannot be the id of a user.
    fileprivate func user(_ suffix: String) throws(HTTPFailure) -> String {
        let user = String(path.dropFirst(Route.userPrefix.count).dropLast(suffix.count))
        do throws(IdentityRecordError) {
            try IdentityRecord.check(user, .user)
        } catch {
            throw HTTPFailure.wrong(
                "userId",
                UserPlaceholder.matches(user)
                    ? "This id stands for nobody: it is what clients send without a user."
                    : "A user id has at most \(Limits.idSizeMax) bytes and no control characters.")
        }
        return user
    }
}
