import EventLog
import FoundationEssentials
import NIOCore

/// Stands in front of a stream where keys are required: reads the first line, which must be
/// `{"op":"hello","key":"pk_…"}`, and lets the stream begin, or says why not and closes.
///
/// The line is then passed on with the key blotted out: whatever becomes of it, nobody keeps the key.
final class StreamKeyHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Bytes of the first line with its line feed: a `hello` and nothing more.
    static let lineSizeMax = 4_096
    /// How long what still comes after a refusal is passed over, so that the client gets to read it: to
    /// close while bytes wait would be a reset.
    static let lingerAge = TimeAmount.seconds(2)

    private let caller: Caller
    private let shared: ConnectionContext
    private var received = ByteBuffer()
    private var state = State.reading
    private var isReadHeldBack = false
    private var inputHasEnded = false
    private var mustEnd = false
    private var stallCheck: Scheduled<Void>?

    private enum State { case reading, deciding, closing }

    private struct Hello: Decodable {
        var op: String
        var key: String?
    }

    init(caller: Caller, shared: ConnectionContext) {
        self.caller = caller
        self.shared = shared
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        stallCheck = context.eventLoop.scheduleTask(in: shared.limits.stalledLineAge) {
            let (handler, context) = handler.value
            guard case .reading = handler.state else { return }
            handler.refuse(
                AccessRefusal(.invalidRequest, "The line began and nothing followed."), context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stallCheck?.cancel()
        stallCheck = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        guard state != .closing else { return }
        received.writeBuffer(&part)
        if state == .reading { readLine(context) }
    }

    func read(context: ChannelHandlerContext) {
        if state == .deciding { isReadHeldBack = true } else { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            inputHasEnded = true
            if state != .deciding { context.close(promise: nil) }
        case is ChannelShouldQuiesceEvent:
            mustEnd = true
            if state != .deciding { context.close(promise: nil) }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func readLine(_ context: ChannelHandlerContext) {
        let bytes = received.readableBytesView.prefix(Self.lineSizeMax)
        guard let end = bytes.firstIndex(of: 0x0A) else {
            if bytes.count == Self.lineSizeMax { refuse(Self.missing, context) }
            return
        }
        let line = Array(bytes[..<end])
        guard let hello = try? JSONDecoder().decode(Hello.self, from: Data(line)),
            hello.op == "hello", let key = hello.key, case let places = line.places(of: key),
            !places.isEmpty
        else {
            refuse(Self.missing, context)
            return
        }
        let blot = [UInt8](repeating: UInt8(ascii: "x"), count: key.utf8.count)
        for place in places { received.setBytes(blot, at: received.readerIndex + place) }
        state = .deciding
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        shared.gatekeeper.admit(caller, key: key, on: context.eventLoop)
            .flatMapThrowing { access in
                try access.require(.ingest)
                return access
            }.whenComplete { result in
                let (handler, context) = handler.value
                guard context.channel.isActive else { return }
                switch result {
                case .success(let access): handler.begin(access, context)
                case .failure(let error):
                    let refusal = error as? AccessRefusal
                    handler.refuse(refusal ?? Self.missing, context)
                }
            }
    }

    private func begin(_ access: Access, _ context: ChannelHandlerContext) {
        let pipeline = context.pipeline
        do {
            try pipeline.syncOperations.addHandler(
                StreamHandler(access: access, shared: shared), position: .after(self))
        } catch {
            context.close(promise: nil)
            return
        }
        if let id = access.keyID {
            shared.connections.note(context.channel, keyID: id, until: access.expires)
        }
        context.fireChannelRead(wrapInboundOut(received))
        context.fireChannelReadComplete()
        if inputHasEnded { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        if mustEnd { context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        let mustRead = isReadHeldBack
        pipeline.syncOperations.removeHandler(self, promise: nil)
        if mustRead { pipeline.read() }
    }

    private func refuse(_ refusal: AccessRefusal, _ context: ChannelHandlerContext) {
        state = .closing
        var counts = AckCounts()
        counts.lines = 1
        counts.failed = 1
        shared.counters.count(counts)
        shared.counters.countRefusal(refusal.code)
        let failure = StreamFailure(
            Refusal(line: 1, code: refusal.code, message: refusal.message))
        let answer =
            StreamAnswer.error(failure)
            + StreamAnswer.ack(counts, isDurable: true, isFinal: true)
        context.writeAndFlush(
            wrapOutboundOut(context.channel.allocator.buffer(bytes: answer)), promise: nil)
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        if inputHasEnded { return channel.close(promise: nil) }
        let end = context.eventLoop.scheduleTask(in: Self.lingerAge) {
            channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in end.cancel() }
    }

    private static let missing = AccessRefusal(
        .unauthorized,
        #"A key is needed here: begin with {"op":"hello","key":"pk_…"}, the key as it was printed."#
    )
}

extension [UInt8] {
    /// Where the bytes of a text begin, each time that they stand here; never if they are written with
    /// escapes.
    fileprivate func places(of text: String) -> [Int] {
        let pattern = Array(text.utf8)
        guard !pattern.isEmpty, pattern.count <= count else { return [] }
        return (0...(count - pattern.count)).filter { self[$0...].starts(with: pattern) }
    }
}
