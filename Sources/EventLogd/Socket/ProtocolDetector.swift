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

    private let caller: Caller
    private let shared: ConnectionContext

    init(caller: Caller, shared: ConnectionContext) {
        self.caller = caller
        self.shared = shared
    }

    /// TCP speaks HTTP only: what a browser can be made to send must never be taken for a stream.
    static func choose(firstByte: UInt8, _ entrance: Entrance) -> Choice {
        let isMethod = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(firstByte)
        return isMethod || entrance == .tcp ? .http : .stream
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        guard let first = buffer.readableBytesView.first else { return }
        let pipeline = context.pipeline.syncOperations
        do {
            let choice = Self.choose(firstByte: first, caller.entrance)
            shared.counters.count(choice, on: context.channel)
            switch choice {
            case .stream:
                let handler: any ChannelHandler =
                    switch shared.gatekeeper.grant(caller) {
                    case .open(let access): StreamHandler(access: access, shared: shared)
                    case .needsKey: StreamKeyHandler(caller: caller, shared: shared)
                    }
                try pipeline.addHandler(handler, position: .after(self))
            case .http:
                try pipeline.addHandler(
                    HTTPHandler(caller: caller, shared: shared), position: .after(self))
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
