import EventLog
import NIOCore

/// Waits for a connection's first byte and gives the connection to the protocol it belongs to.
///
/// A capital letter begins an HTTP method; no line of NDJSON begins with one. Everything else is a
/// stream: whatever is wrong with it is answered there, with a line number.
final class ProtocolDetector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    enum Choice: Equatable { case stream, http }

    private let peer: PeerCredentials
    private let shared: ConnectionContext

    init(peer: PeerCredentials, shared: ConnectionContext) {
        self.peer = peer
        self.shared = shared
    }

    static func choose(firstByte: UInt8) -> Choice {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(firstByte) ? .http : .stream
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard let first = buffer.readableBytesView.first else { return }
        let pipeline = context.pipeline.syncOperations
        do {
            switch Self.choose(firstByte: first) {
            case .stream:
                try pipeline.addHandler(
                    StreamHandler(peer: peer, shared: shared), position: .after(self))
            case .http:
                try pipeline.addHandler(
                    HTTPHandler(peer: peer, shared: shared), position: .after(self))
            }
        } catch {
            context.close(promise: nil)
            return
        }
        context.fireChannelRead(data)
        pipeline.removeHandler(self, promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed, is ChannelShouldQuiesceEvent:
            // Nothing was said, so there is nothing to answer.
            context.close(promise: nil)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
