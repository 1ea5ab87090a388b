import EventLog
import NIOCore

/// A body on its way to a client while it is made.
final class BodyStreaming {
    let body: any StreamedBody
    /// Each piece with its size in front; without, the end of the connection is the end of the body.
    let isChunked: Bool
    /// A piece was asked for and has not come.
    var isWaiting = false

    init(_ body: any StreamedBody, isChunked: Bool) {
        self.body = body
        self.isChunked = isChunked
    }

    func framed(_ piece: ByteBuffer, _ allocator: ByteBufferAllocator) -> ByteBuffer {
        guard isChunked else { return piece }
        var framed = allocator.buffer(capacity: piece.readableBytes + 20)
        framed.writeString(String(piece.readableBytes, radix: 16) + "\r\n")
        framed.writeImmutableBuffer(piece)
        framed.writeString("\r\n")
        return framed
    }
}

extension HTTPHandler {
    /// Answers with a body that is made while it is sent. The connection ends behind it.
    func stream(
        _ body: any StreamedBody, behind answer: HTTPAnswer, _ exchange: HTTPExchange,
        _ context: ChannelHandlerContext
    ) {
        let head = buffer(of: answer, exchange, isLast: true, context)
        context.write(wrapOutboundOut(head), promise: nil)
        mustFlush = true
        if let access = exchange.access, let keyID = access.keyID {
            shared.connections.note(context.channel, keyID: keyID, until: access.expires)
        }
        let streaming = BodyStreaming(body, isChunked: !exchange.head.isHTTP10)
        state = .streaming(streaming)
        if isStopping {
            endStreaming(streaming, .shutdown, context)
        } else {
            flush(context)
            streamMore(context)
        }
    }

    /// Asks for the next piece, unless one is on its way or the client has not taken the last ones.
    func streamMore(_ context: ChannelHandlerContext) {
        guard case .streaming(let streaming) = state, !streaming.isWaiting,
            context.channel.isWritable
        else { return }
        streaming.isWaiting = true
        let handler = NIOLoopBound((self, context, streaming), eventLoop: context.eventLoop)
        streaming.body.next().whenComplete { result in
            let (handler, context, streaming) = handler.value
            handler.take(result, streaming, context)
        }
    }

    private func take(
        _ result: Result<ByteBuffer?, any Error>, _ streaming: BodyStreaming,
        _ context: ChannelHandlerContext
    ) {
        streaming.isWaiting = false
        guard case .streaming(let current) = state, current === streaming else { return }
        switch result {
        case .success(let piece?):
            let framed = streaming.framed(piece, context.channel.allocator)
            outputSize += framed.readableBytes
            context.write(wrapOutboundOut(framed), promise: nil)
            mustFlush = true
            flush(context)
            streamMore(context)
        case .success(nil):
            endStreaming(streaming, nil, context)
        case .failure:
            // Only an end without the last chunk can say that something is wrong.
            _ = streaming.body.close(.disconnected)
            context.close(promise: nil)
        }
    }

    /// Writes the end behind what the client has not taken yet.
    /// - Parameter reason: why the body ends before its own end.
    func endStreaming(
        _ streaming: BodyStreaming, _ reason: CancellationSignal.Reason?,
        _ context: ChannelHandlerContext
    ) {
        // What still waits is completed by the closing, and must not be sent behind it.
        state = .lingering
        var end = ByteBuffer()
        if let last = streaming.body.close(reason ?? .disconnected), reason != nil {
            end.writeImmutableBuffer(streaming.framed(last, context.channel.allocator))
        }
        if streaming.isChunked { end.writeString("0\r\n\r\n") }
        mustFlush = true
        writeLast(end, context)
        flush(context)
    }
}
