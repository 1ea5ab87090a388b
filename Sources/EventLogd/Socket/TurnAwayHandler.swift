import EventLog
import NIOCore

/// Tells a client that there is no room for it, and closes. The answer fits into any socket buffer,
/// so nobody waits for the client to read it.
final class TurnAwayHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        let refusal = Refusal(
            line: 0, code: .serviceUnavailable,
            message: "The daemon has as many connections as it may have; try again later.")
        let answer = StreamAnswer.error(StreamFailure(refusal))
        context.writeAndFlush(
            wrapOutboundOut(context.channel.allocator.buffer(bytes: answer)), promise: nil)
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
