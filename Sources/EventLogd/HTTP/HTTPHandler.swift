import EventLog
import NIOCore
import NIOHTTP1

/// One HTTP connection on its event loop: collects a request, has it answered, writes the answer.
///
/// NIO's pipelining handler in front lets one request through at a time. A client that hangs up
/// cancels what is being answered.
final class HTTPHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case idle
        case collecting(HTTPRequestHead, ByteBuffer)
        /// Answered before its end came: the rest of the body is passed over.
        case discarding
        case answering(CancellationSignal)
    }

    private let caller: Caller
    private let shared: ConnectionContext
    private let stallGuard: RequestStallGuard
    private var state = State.idle
    private var inputHasEnded = false

    init(caller: Caller, shared: ConnectionContext, stallGuard: RequestStallGuard) {
        self.caller = caller
        self.shared = shared
        self.stallGuard = stallGuard
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), _):
            begin(head, context)
        case (.body(var part), .collecting(let head, var body)):
            state = .idle
            body.writeBuffer(&part)
            state = .collecting(head, body)
            if body.readableBytes > shared.limits.requestBodySizeMax {
                refuseTooLarge(head, context)
            }
        case (.end, .collecting(let head, let body)):
            stallGuard.requestEnded()
            answer(head, body, context)
        case (.end, .discarding):
            state = .idle
        case (.body, _), (.end, _):
            break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            inputHasEnded = true
            if case .answering = state { return }
            context.close(promise: nil)
        case is RequestStallGuard.RequestStalled:
            // NIO's pipelining handler takes an answer only to a request whose head it has seen.
            if case .idle = state {
                context.close(promise: nil)
                return
            }
            let failure = HTTPFailure(
                .requestTimeout, "INVALID_REQUEST", "The request began and nothing followed.")
            refuseIncomplete(failure, context)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .answering(let cancellation) = state { cancellation.cancel(.disconnected) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError {
            refuseIncomplete(.invalid("This is not an HTTP/1.1 request."), context)
        } else {
            // A hang-up.
            context.close(promise: nil)
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let announced = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        if announced > shared.limits.requestBodySizeMax {
            refuseTooLarge(head, context)
            return
        }
        if head.headers[canonicalForm: "expect"].contains(where: {
            $0.lowercased() == "100-continue"
        }) {
            let goOn = HTTPResponseHead(version: head.version, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(goOn)), promise: nil)
        }
        state = .collecting(head, context.channel.allocator.buffer(capacity: announced))
    }

    private func refuseTooLarge(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        state = .discarding
        let failure = HTTPFailure(
            .payloadTooLarge, "INVALID_REQUEST",
            "The body is larger than \(shared.limits.requestBodySizeMax) bytes.")
        // Closed afterwards: the rest of such a body is not worth reading.
        write(Endpoints.refusal(failure), to: head, thenClose: true, context)
    }

    /// Answers a request of which not even the head may be known, and closes.
    private func refuseIncomplete(_ failure: HTTPFailure, _ context: ChannelHandlerContext) {
        switch state {
        case .answering:
            // The one being answered is complete; what is wrong is behind it.
            inputHasEnded = true
        case .discarding:
            context.close(promise: nil)
        case .idle, .collecting:
            state = .discarding
            let unknown = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
            write(Endpoints.refusal(failure), to: unknown, thenClose: true, context)
        }
    }

    private func answer(
        _ head: HTTPRequestHead, _ body: ByteBuffer, _ context: ChannelHandlerContext
    ) {
        guard let target = RequestTarget(head.uri) else {
            state = .idle
            write(
                Endpoints.refusal(
                    HTTPFailure.invalid("The path or the query has a malformed escape.")),
                to: head, thenClose: false, context)
            return
        }
        let cancellation = CancellationSignal()
        state = .answering(cancellation)
        let start = ContinuousClock.now
        let bytes = Array(body.readableBytesView)
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        shared.gatekeeper.admit(caller, key: head.headers.bearerKey, on: eventLoop)
            .flatMap { [shared] access in
                let request = HTTPRequest(
                    method: head.method, target: target, headers: head.headers, body: bytes,
                    access: access)
                return shared.endpoints.answer(
                    request, cancellation: cancellation, on: eventLoop)
            }.flatMapErrorThrowing { Endpoints.refusal($0) }
            .whenSuccess { [shared] answer in
                shared.counters.requestAnswered(
                    Route.named(target.path), answer.status, after: ContinuousClock.now - start)
                let (handler, context) = handler.value
                guard context.channel.isActive else { return }
                handler.state = .idle
                handler.write(answer, to: head, thenClose: handler.inputHasEnded, context)
            }
    }

    private func write(
        _ answer: HTTPAnswer, to head: HTTPRequestHead, thenClose: Bool,
        _ context: ChannelHandlerContext
    ) {
        var headers = HTTPHeaders([
            ("Content-Type", answer.contentType),
            ("Content-Length", String(answer.body.count)),
        ])
        for (name, value) in answer.headers { headers.add(name: name, value: value) }
        let isLast = thenClose || !head.isKeepAlive
        if isLast {
            headers.add(name: "Connection", value: "close")
        } else if head.version == .http1_0 {
            headers.add(name: "Connection", value: "keep-alive")
        }
        let responseHead = HTTPResponseHead(
            version: head.version, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(responseHead)), promise: nil)
        if head.method != .HEAD {
            let body = context.channel.allocator.buffer(bytes: answer.body)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        if isLast {
            let channel = context.channel
            written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }
}
