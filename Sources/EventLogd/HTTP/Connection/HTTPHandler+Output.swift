import NIOCore
import NIOHTTP1

extension HTTPHandler {
    func write(
        _ answer: HTTPAnswer, _ exchange: HTTPExchange?, endsConnection: Bool,
        _ context: ChannelHandlerContext
    ) {
        let isLast = isLast(exchange, endsConnection: endsConnection)
        let buffer = buffer(of: answer, exchange, isLast: isLast, context)
        mustFlush = true
        guard isLast else {
            context.write(wrapOutboundOut(buffer), promise: nil)
            state = .idle
            return
        }
        writeLast(buffer, context)
    }

    /// Whether the connection ends behind the answer to this request.
    func isLast(_ exchange: HTTPExchange?, endsConnection: Bool) -> Bool {
        endsConnection || isStopping || exchange?.head.keepsAlive != true
            || inputHasEnded && inbound.readableBytes == 0
    }

    /// The bytes of an answer, which counts as given.
    func buffer(
        of answer: HTTPAnswer, _ exchange: HTTPExchange?, isLast: Bool,
        _ context: ChannelHandlerContext
    ) -> ByteBuffer {
        let head = exchange?.head
        shared.counters.requestAnswered(
            exchange?.route, answer.status,
            after: exchange.map { ContinuousClock.now - $0.start } ?? .zero)
        var buffer = context.channel.allocator.buffer(capacity: 256 + answer.body.count)
        answer.write(
            to: &buffer, requestID: exchange?.id ?? HTTPRequest.makeID(),
            hasBody: head?.method != .HEAD, isLast: isLast, isHTTP10: head?.isHTTP10 == true)
        outputSize += buffer.readableBytes
        return buffer
    }

    /// Writes the end of the last answer, and ends the connection behind it.
    func writeLast(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        let hasReadAll = decoder.isBetweenRequests && inbound.readableBytes == 0
        state = .lingering
        inbound = ByteBuffer()
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.whenComplete { _ in
            let (handler, context) = handler.value
            handler.linger(context, hasReadAll: hasReadAll)
        }
        context.write(wrapOutboundOut(buffer), promise: written)
    }

    /// Ends the answers, and reads on for a while: closing at once would throw away what the client
    /// has not read yet if it is still sending.
    private func linger(_ context: ChannelHandlerContext, hasReadAll: Bool) {
        guard context.channel.isActive else { return }
        if inputHasEnded || hasReadAll {
            context.close(promise: nil)
            return
        }
        let channel = context.channel
        context.close(mode: .output, promise: nil)
        context.eventLoop.scheduleTask(in: shared.limits.lingerAge) {
            channel.close(promise: nil)
        }
    }

    /// Ends the connection once the client has taken what is on its way to it.
    func closeWhenWritten(_ context: ChannelHandlerContext) {
        state = .lingering
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
            channel.close(promise: nil)
        }
    }

    func flush(_ context: ChannelHandlerContext) {
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
        let taken = outputSize - unreadSize(context)
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        outputCheck = context.eventLoop.scheduleTask(in: shared.limits.unreadAnswerAge) {
            let (handler, context) = handler.value
            handler.outputCheck = nil
            let left = handler.unreadSize(context)
            guard left > 0, context.channel.isActive else { return }
            if handler.outputSize - left > taken {
                handler.watchOutput(context)
            } else {
                context.close(promise: nil)
            }
        }
    }
}
