import NIOCore

/// Notices an HTTP request that began and stands still, also within its head, which the HTTP decoder
/// keeps to itself (A13). Says so to the handlers behind it with a `RequestStalled`.
final class RequestStallGuard: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    struct RequestStalled {}

    private let age: TimeAmount
    private var isInsideRequest = false
    private var lastArrival = NIODeadline.now()
    private var check: Scheduled<Void>?

    init(age: TimeAmount) {
        self.age = age
    }

    /// The request is complete: what takes time from here on is not the client's fault.
    func requestEnded() {
        isInsideRequest = false
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isInsideRequest = true
        lastArrival = .now()
        context.fireChannelRead(data)
        if isInsideRequest { watch(context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        check?.cancel()
        check = nil
        context.fireChannelInactive()
    }

    private func watch(_ context: ChannelHandlerContext) {
        guard check == nil else { return }
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        check = context.eventLoop.scheduleTask(deadline: lastArrival + age) {
            let (handler, context) = handler.value
            handler.check = nil
            guard handler.isInsideRequest, context.channel.isActive else { return }
            if handler.lastArrival + handler.age <= .now() {
                handler.lastArrival = .now()
                context.fireUserInboundEventTriggered(RequestStalled())
            }
            handler.watch(context)
        }
    }
}
