import EventLog
import NIOCore
import NIOPosix

/// A file on its way to a client.
final class FileSending {
    let file: FileReader
    let endsConnection: Bool
    /// Bytes that are on their way already.
    var offset = 0
    /// A piece is being read.
    var isReading = false

    init(_ file: FileReader, endsConnection: Bool) {
        self.file = file
        self.endsConnection = endsConnection
    }
}

extension HTTPHandler {
    /// Answers with a file: its head now, its content as fast as the client takes it. There is never
    /// more of it in memory than a piece beyond what the channel holds.
    func send(
        _ file: FileReader, behind answer: HTTPAnswer, _ exchange: HTTPExchange,
        _ context: ChannelHandlerContext
    ) {
        let isLast = isLast(exchange, endsConnection: false)
        let head = buffer(of: answer, exchange, isLast: isLast, context)
        context.write(wrapOutboundOut(head), promise: nil)
        mustFlush = true
        state = .sending(FileSending(file, endsConnection: isLast))
        flush(context)
        sendMore(context)
    }

    /// Reads the next piece, unless one is being read or the client has not taken the last ones.
    func sendMore(_ context: ChannelHandlerContext) {
        guard case .sending(let sending) = state, !sending.isReading, context.channel.isWritable
        else { return }
        guard sending.offset < sending.file.size else { return endSending(sending, context) }
        sending.isReading = true
        let size = shared.limits.downloadPieceSize
        let piece = NIOThreadPool.singleton.runIfActive(eventLoop: context.eventLoop) {
            [file = sending.file, offset = sending.offset] in
            try file.read(at: offset, count: size)
        }
        let handler = NIOLoopBound((self, context, sending), eventLoop: context.eventLoop)
        piece.whenComplete { result in
            let (handler, context, sending) = handler.value
            handler.take(result, sending, context)
        }
    }

    private func take(
        _ result: Result<[UInt8], any Error>, _ sending: FileSending,
        _ context: ChannelHandlerContext
    ) {
        sending.isReading = false
        guard case .sending(let current) = state, current === sending else { return }
        guard case .success(let bytes) = result, !bytes.isEmpty else {
            // The length was promised already: only an early end can say that something is wrong.
            context.close(promise: nil)
            return
        }
        sending.offset += bytes.count
        outputSize += bytes.count
        context.write(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        mustFlush = true
        flush(context)
        sendMore(context)
    }

    private func endSending(_ sending: FileSending, _ context: ChannelHandlerContext) {
        if sending.endsConnection || isStopping || inputHasEnded && inbound.readableBytes == 0 {
            mustFlush = true
            writeLast(ByteBuffer(), context)
            flush(context)
        } else {
            state = .idle
            pump(context)
        }
    }
}
