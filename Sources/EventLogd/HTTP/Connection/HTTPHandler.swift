import EventLog
import NIOCore
import NIOHTTP1

/// One HTTP connection on its event loop: takes requests off the bytes that come, one at a time, has each
/// answered, writes the answer.
///
/// What is behind the request being answered stays in `inbound` as bytes, and the socket is not read any
/// further. A client that hangs up cancels what is being answered.
final class HTTPHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum State {
        /// Between requests, or within the head of one.
        case idle
        case receiving(HTTPExchange)
        case answering(HTTPExchange, CancellationSignal)
        /// A file goes out behind the head of its answer.
        case sending(FileSending)
        /// A body goes out while it is made.
        case streaming(BodyStreaming)
        /// The last answer is written; what comes is passed over, so that the client can read it.
        case lingering
    }

    private let caller: Caller
    let shared: ConnectionContext
    var decoder: RequestDecoder
    var pace: RequestPace
    var paceCheck: Scheduled<Void>?
    var state = State.idle
    var inbound = ByteBuffer()
    var inputHasEnded = false
    var isStopping = false
    private var isReadHeldBack = false
    private var isPumping = false
    var mustFlush = false
    var outputCheck: Scheduled<Void>?
    /// Bytes of all answers so far.
    var outputSize = 0

    init(caller: Caller, shared: ConnectionContext) {
        self.caller = caller
        self.shared = shared
        decoder = RequestDecoder(limits: shared.limits)
        pace = RequestPace(limits: shared.limits)
    }

    // MARK: Events

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .lingering = state { return }
        var bytes = unwrapInboundIn(data)
        pace.received(bytes.readableBytes)
        if inbound.readableBytes == 0 {
            inbound = bytes
        } else {
            inbound.writeBuffer(&bytes)
        }
        pump(context)
    }

    func read(context: ChannelHandlerContext) {
        if mayRead(context) {
            context.read()
        } else {
            isReadHeldBack = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            sendMore(context)
            streamMore(context)
            pump(context)
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            inputHasEnded = true
            if case .lingering = state {
                context.close(promise: nil)
            } else {
                pump(context)
            }
        case is ChannelShouldQuiesceEvent:
            isStopping = true
            switch state {
            case .idle: closeWhenWritten(context)
            case .receiving(let exchange): fail(Self.stopping, exchange, context)
            case .streaming(let streaming): endStreaming(streaming, .shutdown, context)
            case .answering, .sending, .lingering: break
            }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        switch state {
        case .receiving(let exchange): exchange.release()
        case .answering(_, let cancellation): cancellation.cancel(.disconnected)
        case .streaming(let streaming): _ = streaming.body.close(.disconnected)
        case .idle, .sending, .lingering: break
        }
        state = .lingering
        paceCheck?.cancel()
        paceCheck = nil
        outputCheck?.cancel()
        outputCheck = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Hang-ups of clients: nothing is wrong here, and nobody is left to be told.
        context.close(promise: nil)
    }

    // MARK: Requests

    /// Goes on as far as the bytes, the state and the client's reading allow.
    func pump(_ context: ChannelHandlerContext) {
        guard !isPumping, context.channel.isActive else { return }
        isPumping = true
        do throws(HTTPFailure) {
            while try step(context) {}
        } catch {
            if case .receiving(let exchange) = state {
                fail(error, exchange, context)
            } else {
                fail(error, nil, context)
            }
        }
        isPumping = false
        if inbound.readableBytes == 0 { inbound = ByteBuffer() }
        watchPace(context)
        flush(context)
        if isReadHeldBack, mayRead(context) {
            isReadHeldBack = false
            context.read()
        }
    }

    /// - Returns: whether there may be more to do.
    private func step(_ context: ChannelHandlerContext) throws(HTTPFailure) -> Bool {
        switch state {
        case .answering, .sending, .streaming, .lingering:
            return false
        case .idle:
            // Who does not read answers gets no further ones.
            guard context.channel.isWritable else { return false }
            guard case .head(let head)? = try decoder.next(&inbound) else {
                // The client may still be taking the last answer.
                if inputHasEnded { closeWhenWritten(context) }
                return false
            }
            try begin(HTTPExchange(head, caller: caller, shared), context)
        case .receiving(let exchange):
            if case .uploading(let upload) = exchange.receiver, upload.isHeldBack() { return false }
            if let piece = try exchange.inflateNext(context.channel.allocator) {
                try exchange.receive(piece)
                return true
            }
            switch try decoder.next(&inbound) {
            case .body(let bytes):
                if exchange.inflater != nil {
                    exchange.compressed = bytes
                } else {
                    try exchange.receive(bytes)
                }
            case .end: try end(exchange, context)
            case .head, nil:
                // The rest of the request will not come.
                if inputHasEnded { context.close(promise: nil) }
                return false
            }
        }
        return true
    }

    private func begin(
        _ exchange: HTTPExchange, _ context: ChannelHandlerContext
    ) throws(HTTPFailure) {
        state = .receiving(exchange)
        let head = exchange.head
        do throws(HTTPFailure) {
            let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            try exchange.admit(on: context.eventLoop) { handler.value.0.pump(handler.value.1) }
        } catch {
            // Who asks before sending a body is answered before, and need not send it.
            let isAsking = head.expectsContinue && head.framing != .none
            if error.endsConnection || (isAsking && exchange.answerDelay == .zero) {
                throw error
            }
            exchange.receiver = .refusing(error, passedOver: 0)
            return
        }
        if head.expectsContinue, head.framing != .none {
            context.write(
                wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
            mustFlush = true
        }
    }

    private func end(
        _ exchange: HTTPExchange, _ context: ChannelHandlerContext
    ) throws(HTTPFailure) {
        let cancellation = CancellationSignal()
        state = .answering(exchange, cancellation)
        let answer: EventLoopFuture<HTTPAnswer>
        switch exchange.receiver {
        case .refusing(let failure, _):
            answer =
                exchange.answerDelay == .zero
                ? context.eventLoop.makeFailedFuture(failure)
                : context.eventLoop.scheduleTask(in: exchange.answerDelay) { throw failure }
                    .futureResult
        case _ where exchange.inflater?.isComplete == false:
            answer = context.eventLoop.makeFailedFuture(exchange.failure(Inflater.damaged))
        case .uploading(let upload):
            answer = upload.finish()
        case .collecting(let body, _):
            guard let route = exchange.route, let target = exchange.target,
                let access = exchange.access
            else {
                preconditionFailure("a request that is collected was admitted")
            }
            let request = HTTPRequest(
                id: exchange.id, route: route, method: exchange.head.method, target: target,
                headers: exchange.head.headers, body: body, access: access)
            exchange.receiver = .collecting(ByteBuffer(), sizeMax: 0)
            answer = shared.endpoints.answer(
                request, key: exchange.key, cancellation: cancellation, on: context.eventLoop)
        }
        let handler = NIOLoopBound((self, context, exchange), eventLoop: context.eventLoop)
        answer.whenComplete { result in
            let (handler, context, exchange) = handler.value
            handler.finish(exchange, result, context)
        }
    }

    private func finish(
        _ exchange: HTTPExchange, _ result: Result<HTTPAnswer, any Error>,
        _ context: ChannelHandlerContext
    ) {
        exchange.release()
        guard case .answering(let current, _) = state, current === exchange else {
            if case .success(let answer) = result { _ = answer.stream?.close(.disconnected) }
            return
        }
        state = .idle
        switch result {
        case .success(let answer):
            if let stream = answer.stream {
                self.stream(stream, behind: answer, exchange, context)
            } else if let file = answer.file, exchange.head.method != .HEAD {
                send(file, behind: answer, exchange, context)
            } else {
                write(answer, exchange, endsConnection: false, context)
            }
        case .failure(let error):
            let failure = Endpoints.failure(error)
            write(
                .failure(failure, requestID: exchange.id), exchange,
                endsConnection: failure.endsConnection, context)
        }
        pump(context)
    }

    /// Answers a request before its end, or bytes that are none, and ends the connection.
    func fail(
        _ failure: HTTPFailure, _ exchange: HTTPExchange?, _ context: ChannelHandlerContext
    ) {
        let failure = exchange?.failure(failure) ?? failure
        exchange?.release()
        let id = exchange?.id ?? HTTPRequest.makeID()
        write(.failure(failure, requestID: id), exchange, endsConnection: true, context)
        if !isPumping { flush(context) }
    }

    private static let stopping = HTTPFailure(
        .serviceUnavailable, "SERVICE_UNAVAILABLE",
        "The daemon is stopping; send the request again later.", reason: "shutdown")

    // MARK: Holding back

    private func mayRead(_ context: ChannelHandlerContext) -> Bool {
        switch state {
        case .idle: context.channel.isWritable
        // A client waits for its answer before it sends on: to stop reading for that time would be two calls for nothing.
        case .answering: inbound.readableBytes == 0
        case .sending, .streaming: false
        case .lingering: true
        case .receiving(let exchange):
            if case .uploading(let upload) = exchange.receiver {
                !upload.isHeldBack()
            } else {
                true
            }
        }
    }
}
