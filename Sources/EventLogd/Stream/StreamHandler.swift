import EventLog
import NIOCore
import Synchronization

/// One NDJSON connection on its event loop: moves bytes between the socket, the decoder, the writer
/// and the session, which decides.
///
/// Reading stops (`read` is held back) while this connection, or all together, have too much on the
/// way to the journal. While it is held back nothing is written either: NIO answers a failed write
/// by reading what the client had sent before it hung up, and does so only if a read is pending. So
/// a client that hangs up without having read its answers loses nothing that it sent.
final class StreamHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let shared: ConnectionContext
    private let decoder: any LineDecoder
    private var session: StreamSession
    private var countsReported = AckCounts()

    private var isOverLimit = false
    private var isReadHeldBack = false
    private var isWriting = false
    private var lastArrival = NIODeadline.now()
    private var stallCheck: Scheduled<Void>?

    init(peer: PeerCredentials, shared: ConnectionContext) {
        self.shared = shared
        session = StreamSession(peer: peer, limits: shared.limits)
        decoder = shared.decoders.makeDecoder(producer: session.defaultProducer, peer: peer)
    }

    // MARK: Input

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !session.inputHasEnded else { return }
        let buffer = unwrapInboundIn(data)
        lastArrival = .now()
        shared.counters.bytesReceived.add(buffer.readableBytes, ordering: .relaxed)
        buffer.withUnsafeReadableBytes { bytes in
            decoder.decode(bytes, now: shared.clock.now()) { take($0, context) }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if decoder.startedLine != nil { watchStalledLine(context) }
        flushOutput(context)
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if isReadHeldBack { return }
        if isOverLimit || mustWaitForOthers(context) {
            isReadHeldBack = true
        } else {
            context.read()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            // A hang-up ends the input too. Only a client that half-closed is still there once the
            // loop has asked the kernel again, and only its last line may lack the line feed.
            if decoder.startedLine == nil {
                endInput(context)
            } else {
                let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                context.eventLoop.scheduleTask(in: .milliseconds(1)) {
                    let (handler, context) = handler.value
                    guard context.channel.isActive, !handler.session.inputHasEnded else { return }
                    handler.decoder.finish(now: handler.shared.clock.now()) {
                        handler.take($0, context)
                    }
                    handler.endInput(context)
                }
            }
        case is ChannelShouldQuiesceEvent:
            endInput(context)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        session.endInput()
        stallCheck?.cancel()
        stallCheck = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Hang-ups of clients: nothing is wrong here, and nobody is left to be told.
        context.close(promise: nil)
    }

    private func take(_ lines: DecodedLines, _ context: ChannelHandlerContext) {
        follow(session.take(lines), context)
    }

    private func follow(_ step: StreamSession.Step, _ context: ChannelHandlerContext) {
        if let producer = step.producer { decoder.useProducer(producer) }
        if let submission = step.submission {
            let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            let eventLoop = context.eventLoop
            shared.writer.submit(submission.batch, durability: submission.durability) { outcome in
                eventLoop.execute {
                    let (handler, context) = handler.value
                    handler.complete(submission.ticket, outcome, context)
                }
            }
        }
        reportCounts()
        if session.inFlightSize >= shared.limits.connectionInFlightSizeMax { isOverLimit = true }
    }

    private func complete(
        _ ticket: UInt64, _ outcome: Result<AppendResult, StoreError>,
        _ context: ChannelHandlerContext
    ) {
        session.complete(ticket, outcome)
        reportCounts()
        if isOverLimit, session.inFlightSize <= shared.limits.connectionInFlightSizeMax / 2 {
            isOverLimit = false
            resumeReading(context)
        }
        flushOutput(context)
    }

    private func endInput(_ context: ChannelHandlerContext) {
        session.endInput()
        flushOutput(context)
    }

    // MARK: Holding back

    private func mustWaitForOthers(_ context: ChannelHandlerContext) -> Bool {
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        return shared.writer.mustWait {
            eventLoop.execute {
                let (handler, context) = handler.value
                handler.resumeReading(context)
                handler.flushOutput(context)
            }
        }
    }

    private func resumeReading(_ context: ChannelHandlerContext) {
        guard isReadHeldBack, !isOverLimit, context.channel.isActive else { return }
        isReadHeldBack = false
        lastArrival = .now()
        read(context: context)
    }

    // MARK: Output

    private func flushOutput(_ context: ChannelHandlerContext) {
        guard !isWriting, context.channel.isActive else { return }
        guard !isReadHeldBack || session.inputHasEnded else { return }
        if session.isDone {
            context.close(promise: nil)
            return
        }
        guard let output = session.takeOutput() else { return }
        isWriting = true
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenSuccess {
            let (handler, context) = handler.value
            handler.isWriting = false
            handler.session.outputWritten()
            handler.flushOutput(context)
        }
        context.writeAndFlush(
            wrapOutboundOut(context.channel.allocator.buffer(bytes: output)), promise: promise)
    }

    private func reportCounts() {
        guard session.counts != countsReported else { return }
        shared.counters.count(session.counts - countsReported)
        countsReported = session.counts
    }

    // MARK: Stalled lines

    /// Looks, once a limit has passed, whether a line that has begun is still without its end and
    /// nothing came meanwhile. One timer a connection, re-armed when it fires and not for each
    /// read.
    private func watchStalledLine(_ context: ChannelHandlerContext) {
        guard stallCheck == nil else { return }
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let deadline = lastArrival + shared.limits.stalledLineAge
        stallCheck = context.eventLoop.scheduleTask(deadline: deadline) {
            let (handler, context) = handler.value
            handler.stallCheck = nil
            handler.checkStalledLine(context)
        }
    }

    private func checkStalledLine(_ context: ChannelHandlerContext) {
        guard let line = decoder.startedLine, context.channel.isActive else { return }
        if session.inputHasEnded {
            // The goodbye stood still as well: nobody reads.
            context.close(promise: nil)
            return
        }
        let isStalled = lastArrival + shared.limits.stalledLineAge <= .now()
        if isStalled && !isReadHeldBack {
            follow(session.refuse(stalledLine(line), now: shared.clock.now()), context)
            endInput(context)
            lastArrival = .now()
        } else if isReadHeldBack {
            lastArrival = .now()
        }
        watchStalledLine(context)
    }

    private func stalledLine(_ line: UInt64) -> Refusal {
        let seconds = shared.limits.stalledLineAge.nanoseconds / 1_000_000_000
        return Refusal(
            line: line, code: .invalidRequest,
            message: "The line began and nothing followed for \(seconds) s; "
                + "the connection is closed. Send whole lines.")
    }
}
