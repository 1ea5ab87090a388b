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

    private enum State {
        /// Between requests, or within the head of one.
        case idle
        case receiving(HTTPExchange)
        case answering(HTTPExchange, CancellationSignal)
        /// The last answer is written; what comes is passed over, so that the client can read it.
        case lingering
    }

    private let caller: Caller
    private let shared: ConnectionContext
    private let documents: ConnectionDecoder
    private var decoder: RequestDecoder
    private var pace: RequestPace
    private var paceCheck: Scheduled<Void>?
    private var state = State.idle
    private var inbound = ByteBuffer()
    private var inputHasEnded = false
    private var isStopping = false
    private var isReadHeldBack = false
    private var isPumping = false
    private var mustFlush = false
    private var outputCheck: Scheduled<Void>?

    init(caller: Caller, shared: ConnectionContext) {
        self.caller = caller
        self.shared = shared
        documents = ConnectionDecoder(factory: shared.decoders, peer: caller.peer)
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
        if context.channel.isWritable { pump(context) }
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
            case .idle: context.close(promise: nil)
            case .receiving(let exchange): fail(Self.stopping(exchange), exchange, context)
            case .answering, .lingering: break
            }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        switch state {
        case .receiving(let exchange): release(exchange)
        case .answering(_, let cancellation): cancellation.cancel(.disconnected)
        case .idle, .lingering: break
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
    private func pump(_ context: ChannelHandlerContext) {
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
        case .answering, .lingering:
            return false
        case .idle:
            // Who does not read answers gets no further ones.
            guard context.channel.isWritable else { return false }
            guard case .head(let head)? = try decoder.next(&inbound) else {
                if inputHasEnded { context.close(promise: nil) }
                return false
            }
            try begin(HTTPExchange(head), context)
        case .receiving(let exchange):
            if case .uploading(let upload) = exchange.receiver, upload.isHeldBack() { return false }
            if let piece = try exchange.inflateNext(context.channel.allocator) {
                try receive(piece, exchange)
                return true
            }
            switch try decoder.next(&inbound) {
            case .body(let bytes):
                if exchange.inflater != nil {
                    exchange.compressed = bytes
                } else {
                    try receive(bytes, exchange)
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
            try admit(exchange, context)
        } catch {
            // Who asks before sending a body is answered before, and need not send it.
            let isAsking = expectsContinue(head) && head.framing != .none
            if error.endsConnection || (isAsking && exchange.answerDelay == .zero) {
                throw error
            }
            exchange.receiver = .refusing(error, passedOver: 0)
            return
        }
        if expectsContinue(head), head.framing != .none {
            context.write(
                wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
            mustFlush = true
        }
    }

    /// Finds out what is asked for and whether it can be had, before a body is read.
    private func admit(
        _ exchange: HTTPExchange, _ context: ChannelHandlerContext
    ) throws(HTTPFailure) {
        let head = exchange.head
        guard let target = RequestTarget(head.uri) else {
            throw .invalid("The path or the query has a malformed escape.")
        }
        exchange.target = target
        let access = try letIn(exchange)
        exchange.route = Route.named(target.path)
        let route = try Route.find(head.method, target.path)
        try Self.require(route.role, of: access)
        try checkExpectation(head)
        let limits = shared.limits
        let type = MediaType(head.headers)
        let isUpload = route == .events && type == .lines
        if route.takesEvents, !isUpload, type != .document {
            throw HTTPFailure(
                .unsupportedMediaType, "INVALID_REQUEST",
                "Events are application/json, or application/x-ndjson to /v1/events.")
        }
        let sizeMax = route.takesEvents ? limits.eventBodySizeMax : limits.requestBodySizeMax
        if !isUpload, case .length(let length) = head.framing, length > sizeMax {
            throw .tooLarge(sizeMax)
        }
        exchange.inflater = try Self.inflater(head, limits)
        let key = try shared.idempotency.key(
            head.headers, route, head.method, producer: access.producer)
        guard isUpload else {
            exchange.key = key
            exchange.receiver = .collecting(ByteBuffer(), sizeMax: sizeMax)
            return
        }
        var kept: KeptAnswer?
        if let key {
            kept = try shared.idempotency.begin(key)
            exchange.key = key
        }
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        exchange.receiver = .uploading(
            EventUpload(
                shared, access: access, requestID: exchange.id, key: key,
                kept: kept, on: context.eventLoop
            ) { handler.value.0.pump(handler.value.1) })
    }

    /// Who asks, or why nobody is told anything. A guessed key is told so after a while.
    private func letIn(_ exchange: HTTPExchange) throws(HTTPFailure) -> Access {
        do throws(AccessRefusal) {
            let access = try shared.gatekeeper.check(caller, key: exchange.head.headers.bearerKey)
            exchange.access = access
            return access
        } catch {
            exchange.answerDelay = TimeAmount(error.delay)
            throw HTTPFailure(error)
        }
    }

    private static func require(_ role: Role, of access: Access) throws(HTTPFailure) {
        do throws(AccessRefusal) {
            try access.require(role)
        } catch {
            throw HTTPFailure(error)
        }
    }

    private func expectsContinue(_ head: RequestHead) -> Bool {
        !head.isHTTP10 && head.headers.contains(name: "expect")
    }

    private func checkExpectation(_ head: RequestHead) throws(HTTPFailure) {
        let expectations = head.headers[canonicalForm: "expect"]
        guard expectsContinue(head),
            expectations.contains(where: { $0.lowercased() != "100-continue" })
        else { return }
        throw HTTPFailure(
            .expectationFailed, "INVALID_REQUEST",
            "The only expectation that is met is 100-continue.")
    }

    private static func inflater(
        _ head: RequestHead, _ limits: DaemonLimits
    ) throws(HTTPFailure) -> Inflater? {
        let codings = head.headers[canonicalForm: "content-encoding"].map { $0.lowercased() }
            .filter { $0 != "identity" }
        if codings.isEmpty || head.framing == .none { return nil }
        guard codings == ["gzip"] || codings == ["x-gzip"] else {
            var failure = HTTPFailure(
                .unsupportedMediaType, "INVALID_REQUEST", "The only Content-Encoding is gzip.")
            failure.headers = [(name: "Accept-Encoding", value: "gzip")]
            throw failure
        }
        return try Inflater(limits: limits)
    }

    private func receive(_ bytes: ByteBuffer, _ exchange: HTTPExchange) throws(HTTPFailure) {
        switch exchange.receiver {
        case .collecting(var body, let sizeMax):
            let count = bytes.readableBytes
            guard body.readableBytes + count <= sizeMax else { throw .tooLarge(sizeMax) }
            guard shared.bodyMemory.take(count, uid: caller.peer.uid) else {
                var failure = HTTPFailure(
                    .serviceUnavailable, "SERVICE_UNAVAILABLE",
                    "Too many large requests are under way; try again later.", reason: "busy")
                failure.endsConnection = true
                throw failure
            }
            exchange.memorySize += count
            exchange.receiver = .refusing(.tooLarge(sizeMax), passedOver: 0)
            if body.readableBytes == 0 {
                body = bytes
            } else {
                body.writeImmutableBuffer(bytes)
            }
            exchange.receiver = .collecting(body, sizeMax: sizeMax)
        case .uploading(let upload):
            upload.take(bytes)
        case .refusing(let failure, let passedOver):
            let count = passedOver + bytes.readableBytes
            if count > shared.limits.requestBodySizeMax {
                var failure = failure
                failure.endsConnection = true
                throw failure
            }
            exchange.receiver = .refusing(failure, passedOver: count)
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
            answer = context.eventLoop.makeFailedFuture(Inflater.damaged)
        case .uploading(let upload):
            answer = upload.finish()
        case .collecting(let body, _):
            guard let route = exchange.route, let target = exchange.target,
                let access = exchange.access
            else { return }
            let request = HTTPRequest(
                id: exchange.id, route: route, method: exchange.head.method, target: target,
                headers: exchange.head.headers, body: body, access: access)
            exchange.receiver = .collecting(ByteBuffer(), sizeMax: 0)
            answer = shared.endpoints.answer(
                request, key: exchange.key, decoder: documents, cancellation: cancellation,
                on: context.eventLoop)
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
        release(exchange)
        guard case .answering(let current, _) = state, current === exchange else { return }
        state = .idle
        switch result {
        case .success(let answer): write(answer, exchange, endsConnection: false, context)
        case .failure(let error):
            let failure = Endpoints.failure(error)
            write(
                .failure(failure, requestID: exchange.id), exchange,
                endsConnection: failure.endsConnection, context)
        }
        pump(context)
    }

    /// Gives back what the request held, whether it was answered or not.
    private func release(_ exchange: HTTPExchange) {
        shared.bodyMemory.giveBack(exchange.memorySize, uid: caller.peer.uid)
        exchange.memorySize = 0
        if let key = exchange.key, exchange.isUploading { shared.idempotency.end(key) }
        exchange.key = nil
    }

    /// Answers a request before its end, or bytes that are none, and ends the connection.
    private func fail(
        _ failure: HTTPFailure, _ exchange: HTTPExchange?, _ context: ChannelHandlerContext
    ) {
        if let exchange { release(exchange) }
        let id = exchange?.id ?? HTTPRequest.makeID()
        write(.failure(failure, requestID: id), exchange, endsConnection: true, context)
        if !isPumping { flush(context) }
    }

    private static func stopping(_ exchange: HTTPExchange) -> HTTPFailure {
        let failure = HTTPFailure(
            .serviceUnavailable, "SERVICE_UNAVAILABLE",
            "The daemon is stopping; send the request again later.", reason: "shutdown")
        if case .uploading(let upload) = exchange.receiver { return upload.partial(failure) }
        return failure
    }

    // MARK: Output

    private func write(
        _ answer: HTTPAnswer, _ exchange: HTTPExchange?, endsConnection: Bool,
        _ context: ChannelHandlerContext
    ) {
        let head = exchange?.head
        shared.counters.requestAnswered(
            exchange?.route, answer.status,
            after: exchange.map { ContinuousClock.now - $0.start } ?? .zero)
        let isLast =
            endsConnection || isStopping || head?.keepsAlive != true
            || inputHasEnded && inbound.readableBytes == 0
        var buffer = context.channel.allocator.buffer(capacity: 256 + answer.body.count)
        answer.write(
            to: &buffer, requestID: exchange?.id ?? HTTPRequest.makeID(),
            hasBody: head?.method != .HEAD, isLast: isLast, isHTTP10: head?.isHTTP10 == true)
        mustFlush = true
        guard isLast else {
            context.write(wrapOutboundOut(buffer), promise: nil)
            state = .idle
            return
        }
        state = .lingering
        inbound = ByteBuffer()
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in
            let (handler, context) = handler.value
            handler.linger(context)
        }
        context.write(wrapOutboundOut(buffer), promise: written)
    }

    /// Ends the answers, and reads on for a while: closing at once would throw away what the client has
    /// not read yet if it is still sending.
    private func linger(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        if inputHasEnded {
            context.close(promise: nil)
            return
        }
        let channel = context.channel
        context.close(mode: .output, promise: nil)
        context.eventLoop.scheduleTask(in: shared.limits.lingerAge) {
            channel.close(promise: nil)
        }
    }

    private func flush(_ context: ChannelHandlerContext) {
        guard mustFlush else { return }
        mustFlush = false
        context.flush()
        if outputCheck == nil, unreadSize(context) > 0 { watchOutput(context) }
    }

    /// Bytes of answers that the client has not taken.
    private func unreadSize(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// Ends a connection whose client has stopped reading: an answer may be large.
    private func watchOutput(_ context: ChannelHandlerContext) {
        let size = unreadSize(context)
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        outputCheck = context.eventLoop.scheduleTask(in: shared.limits.unreadAnswerAge) {
            let (handler, context) = handler.value
            handler.outputCheck = nil
            let left = handler.unreadSize(context)
            guard left > 0, context.channel.isActive else { return }
            if left < size {
                handler.watchOutput(context)
            } else {
                context.close(promise: nil)
            }
        }
    }

    // MARK: Holding back

    private func mayRead(_ context: ChannelHandlerContext) -> Bool {
        switch state {
        case .idle: context.channel.isWritable
        case .answering: false
        case .lingering: true
        case .receiving(let exchange):
            if case .uploading(let upload) = exchange.receiver {
                !upload.isHeldBack()
            } else {
                true
            }
        }
    }

    // MARK: Pace

    private func watchPace(_ context: ChannelHandlerContext) {
        pace.enter(phase(context))
        guard pace.phase != .none, paceCheck == nil, context.channel.isActive else { return }
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        paceCheck = context.eventLoop.scheduleTask(deadline: pace.deadline) {
            let (handler, context) = handler.value
            handler.paceCheck = nil
            handler.checkPace(context)
        }
    }

    private func phase(_ context: ChannelHandlerContext) -> RequestPace.Phase {
        switch state {
        case .idle:
            decoder.isBetweenRequests && inbound.readableBytes == 0
                || !context.channel.isWritable ? .none : .head
        case .receiving(let exchange):
            if case .uploading(let upload) = exchange.receiver,
                upload.isHeldBack() || !upload.isInsideLine
            {
                .none
            } else {
                .body
            }
        case .answering, .lingering: .none
        }
    }

    private func checkPace(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        pace.enter(phase(context))
        if pace.hasStalled() {
            let seconds = shared.limits.stalledLineAge.nanoseconds / 1_000_000_000
            let failure = HTTPFailure(
                .requestTimeout, "INVALID_REQUEST",
                "The request began, and too little followed within \(seconds) s.")
            switch state {
            case .receiving(let exchange): fail(failure, exchange, context)
            default: fail(failure, nil, context)
            }
            return
        }
        watchPace(context)
    }
}
