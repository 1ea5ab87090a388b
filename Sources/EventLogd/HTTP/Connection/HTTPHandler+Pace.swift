import NIOCore
import NIOHTTP1

extension HTTPHandler {
    func watchPace(_ context: ChannelHandlerContext) {
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
        case .answering, .sending, .streaming, .lingering: .none
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
