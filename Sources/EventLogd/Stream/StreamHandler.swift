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
///
/// Decoding is cut into turns of `DaemonLimits.decodeTurn`, between which the other connections of the
/// event loop have theirs: reading is held back until what was read is decoded.
final class StreamHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let shared: ConnectionContext
    private let decoder: any LineDecoder
    private var session: StreamSession
    private var countsReported = AckCounts()
    private var waitingSizeReported = 0
    private var isGone = false

    /// What was read and had no turn yet.
    private var undecoded = ByteBuffer()
    /// The client has half-closed, which counts once all that it sent before is decoded.
    private var isInputClosed = false
    private var isOverLimit = false
    private var isReadHeldBack = false
    private var isWriting = false
    private var lastArrival = NIODeadline.now()
    private var stallCheck: Scheduled<Void>?

    init(access: Access, shared: ConnectionContext) {
        self.shared = shared
        session = StreamSession(
            peer: access.peer, producer: access.producer, limits: shared.limits)
        decoder = shared.decoders.makeDecoder(for: access)
    }

    // MARK: Input

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !session.inputHasEnded else { return }
        var buffer = unwrapInboundIn(data)
        lastArrival = .now()
        shared.counters.bytesReceived.add(buffer.readableBytes, ordering: .relaxed)
        guard undecoded.readableBytes == 0 else {
            undecoded.writeBuffer(&buffer)
            return
        }
        undecoded = buffer
        decodeTurn(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if startedLine != nil { watchStalledLine(context) }
        flushOutput(context)
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if isReadHeldBack { return }
        if isOverLimit || undecoded.readableBytes > 0 || mustWaitForOthers(context) {
            isReadHeldBack = true
        } else {
            context.read()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            isInputClosed = true
            if undecoded.readableBytes == 0 { inputClosed(context) }
        case is ChannelShouldQuiesceEvent:
            decodeRest(context)
            endInput(context)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        // What was read and had no turn yet has it still: complete lines are stored.
        if undecoded.readableBytes == 0 { session.endInput() }
        isGone = true
        reportWaiting()
        stallCheck?.cancel()
        stallCheck = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Hang-ups of clients: nothing is wrong here, and nobody is left to be told.
        context.close(promise: nil)
    }

    /// The number of the line that began, if all that came of it was looked at.
    private var startedLine: UInt64? {
        undecoded.readableBytes == 0 ? decoder.startedLine : nil
    }

    /// Decodes for a while; goes on when the other connections had their turn, and not before what is on
    /// the way has become less: noise takes hundreds of times its size.
    private func decodeTurn(_ context: ChannelHandlerContext) {
        let end = NIODeadline.now() + shared.limits.decodeTurn
        decode(context) { isOverLimit || .now() >= end }
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        guard undecoded.readableBytes > 0, !isOverLimit else { return }
        context.eventLoop.execute {
            let (handler, context) = handler.value
            handler.goOnDecoding(context)
        }
    }

    private func goOnDecoding(_ context: ChannelHandlerContext) {
        guard undecoded.readableBytes > 0, !isOverLimit else { return }
        decodeTurn(context)
        if undecoded.readableBytes == 0 { decoded(context) }
    }

    /// Everything that was read is decoded, some time after it was read.
    private func decoded(_ context: ChannelHandlerContext) {
        if isInputClosed {
            inputClosed(context)
        } else {
            resumeReading(context)
        }
        if startedLine != nil { watchStalledLine(context) }
        flushOutput(context)
    }

    /// Decodes what is left at once: no turn will come.
    private func decodeRest(_ context: ChannelHandlerContext) {
        if !session.inputHasEnded { decode(context) { false } }
    }

    private func decode(_ context: ChannelHandlerContext, until isOver: () -> Bool) {
        decoder.decode(&undecoded, now: shared.clock.now(), until: isOver) { take($0, context) }
    }

    /// The client sends nothing more. A hang-up looks the same at first: only a client that half-closed
    /// is still there once the loop has asked the kernel again, and only its last line may lack the
    /// line feed.
    private func inputClosed(_ context: ChannelHandlerContext) {
        guard decoder.startedLine != nil else {
            endInput(context)
            return
        }
        let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(1)) {
            let (handler, context) = handler.value
            guard context.channel.isActive, !handler.session.inputHasEnded else { return }
            handler.decoder.finish(now: handler.shared.clock.now()) { handler.take($0, context) }
            handler.endInput(context)
        }
    }

    private func take(_ lines: DecodedLines, _ context: ChannelHandlerContext) {
        shared.counters.count(lines.refusals)
        follow(session.take(lines), context)
    }

    private func follow(_ step: StreamSession.Step, _ context: ChannelHandlerContext) {
        if let producer = step.producer { decoder.useProducer(producer) }
        if let submission = step.submission {
            let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            let eventLoop = context.eventLoop
            let rowCount = submission.batch.count
            shared.writer.submit(
                submission.batch, durability: submission.durability, from: ObjectIdentifier(self),
                on: eventLoop
            ) { outcome in
                eventLoop.execute {
                    let (handler, context) = handler.value
                    handler.complete(
                        submission.ticket, outcome, rowCount: rowCount, context)
                }
            }
        }
        reportCounts()
        if session.inFlightSize >= shared.limits.connectionInFlightSizeMax { isOverLimit = true }
    }

    private func complete(
        _ ticket: UInt64, _ outcome: Result<AppendResult, StoreError>, rowCount: Int,
        _ context: ChannelHandlerContext
    ) {
        if case .failure = outcome {
            shared.counters.countRefusal(.serviceUnavailable, times: rowCount)
        }
        session.complete(ticket, outcome)
        reportCounts()
        if isOverLimit, session.inFlightSize <= shared.limits.connectionInFlightSizeMax / 2 {
            isOverLimit = false
            goOnDecoding(context)
            resumeReading(context)
        }
        flushOutput(context)
    }

    private func endInput(_ context: ChannelHandlerContext) {
        session.endInput()
        flushOutput(context)
    }

    // MARK: Holding back

    /// Who has nothing on the way never waits for those who have much: the receive buffers bound what
    /// that can come to.
    private func mustWaitForOthers(_ context: ChannelHandlerContext) -> Bool {
        guard session.inFlightSize > 0 else { return false }
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
        guard isReadHeldBack, !isOverLimit, undecoded.readableBytes == 0,
            context.channel.isActive
        else { return }
        isReadHeldBack = false
        lastArrival = .now()
        read(context: context)
    }

    // MARK: Output

    private func flushOutput(_ context: ChannelHandlerContext) {
        guard !isWriting, context.channel.isActive else { return }
        guard !isReadHeldBack || session.inputHasEnded else { return }
        defer { reportWaiting() }
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

    private func reportWaiting() {
        let size = isGone ? 0 : session.waitingSize
        guard size != waitingSizeReported else { return }
        shared.counters.answersWaiting.add(size - waitingSizeReported, ordering: .relaxed)
        waitingSizeReported = size
    }

    private func reportCounts() {
        reportWaiting()
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
        guard let line = startedLine, context.channel.isActive else { return }
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
