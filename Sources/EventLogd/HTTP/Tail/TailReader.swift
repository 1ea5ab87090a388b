import Columns
import NIOCore

/// One client that follows the events: what it has been told, and what comes next.
///
/// It lives on the event loop of its connection. It reads the store only when its client has room, a
/// window at a time, so that a slow client costs a window of memory and nothing else.
final class TailReader: StreamedBody {
    private struct State {
        /// Everything up to here was read.
        var position: Int64
        /// Everything up to here is on its way to the client.
        var delivered: Int64
        /// Read, and not on its way yet.
        var pieces: ArraySlice<FeedWindow.Piece> = []
        /// Bytes of `TailMemory` that they have.
        var memorySize = 0
        /// Events that may still come.
        var left: Int
        /// Whether all that there was has been read once; only from then on can the reader fall behind.
        var isLive = false
        var isReading = false
        var isWaiting = false
        var nextReading = NIODeadline.now()
        /// What somebody waits for.
        var promise: EventLoopPromise<ByteBuffer?>?
        var heartbeat: Scheduled<Void>?
        /// The last words, while they have not been said.
        var farewell: ByteBuffer?
        var isOver = false
        var isClosed = false
    }

    private let question: FeedQuestion
    /// The last number that is wanted; without an end the tail goes on.
    private let end: Int64?
    private let feed: any EventFeed
    private let desk: TailDesk
    private let place: TailPlace
    private let eventLoop: any EventLoop
    private let state: NIOLoopBoundBox<State>
    private let cancellation = CancellationSignal()

    init(
        _ tail: TailRequest, from position: Int64, _ feed: any EventFeed, _ desk: TailDesk,
        _ place: TailPlace, on eventLoop: any EventLoop
    ) {
        question = tail.question
        end = tail.follows ? nil : feed.durableSeq
        self.feed = feed
        self.desk = desk
        self.place = place
        self.eventLoop = eventLoop
        state = NIOLoopBoundBox(
            State(position: position, delivered: position, left: tail.limit),
            eventLoop: eventLoop)
        place.note(seen: position)
        scheduleHeartbeat()
    }

    // MARK: The connection asks

    func next() -> EventLoopFuture<ByteBuffer?> {
        let promise = eventLoop.makePromise(of: ByteBuffer?.self)
        state.value.promise = promise
        step()
        return promise.futureResult
    }

    func close(_ reason: CancellationSignal.Reason) -> ByteBuffer? {
        guard !state.value.isClosed else { return nil }
        let wasOver = state.value.isOver
        state.value.isClosed = true
        state.value.isOver = true
        cancellation.cancel(reason)
        state.value.heartbeat?.cancel()
        desk.bell.leave(ObjectIdentifier(self))
        dropPieces()
        place.leave()
        state.value.promise.take()?.succeed(nil)
        guard !wasOver, reason == .shutdown else { return nil }
        return ByteBuffer(bytes: question.form.end("shutdown", cursor))
    }

    /// Up to where the client knows everything.
    private var cursor: TailCursor {
        TailCursor(storeTag: feed.storeTag, seq: state.value.delivered)
    }

    // MARK: One step

    /// Gives the client what it waits for if that is there, and sees to it that it comes if not.
    private func step() {
        guard !state.value.isClosed else { return }
        if let piece = state.value.pieces.first, state.value.promise != nil {
            state.value.pieces.removeFirst()
            state.value.delivered = piece.position
            place.note(seen: state.value.pieces.isEmpty ? state.value.position : piece.position)
            give(ByteBuffer(bytes: piece.bytes))
        } else if state.value.pieces.isEmpty, let farewell = state.value.farewell,
            state.value.promise != nil
        {
            state.value.farewell = nil
            give(farewell)
        } else if state.value.isOver, state.value.pieces.isEmpty, state.value.farewell == nil {
            state.value.promise.take()?.succeed(nil)
        }
        // The next window is read while the last piece of this one is sent.
        if state.value.pieces.isEmpty, !state.value.isOver, !state.value.isReading { seek() }
    }

    private func give(_ bytes: ByteBuffer) { state.value.promise.take()?.succeed(bytes) }

    private func dropPieces() {
        state.value.pieces = []
        desk.memory.giveBack(state.value.memorySize)
        state.value.memorySize = 0
    }

    /// Looks for more, waits for more, or ends.
    private func seek() {
        dropPieces()
        guard state.value.left > 0 else { return finish("limit") }
        let durable = feed.durableSeq
        if min(durable, end ?? .max) > state.value.position {
            skipIfBehind(durable)
            // Who is up to date is not told of each commit on its own.
            let now = NIODeadline.now()
            guard state.value.nextReading > now else { return read() }
            state.value.isReading = true
            eventLoop.assumeIsolated().scheduleTask(deadline: state.value.nextReading) {
                self.state.value.isReading = false
                if !self.state.value.isClosed { self.read() }
            }
            return
        }
        state.value.isLive = true
        guard end == nil else { return finish("caughtUp") }
        guard !state.value.isWaiting else { return }
        state.value.isWaiting = true
        let reader = self
        desk.bell.wait(ObjectIdentifier(self)) { [eventLoop] in
            eventLoop.execute { reader.wake() }
        }
        // What was committed in between has rung for nobody.
        if feed.durableSeq > state.value.position { wake() }
    }

    private func wake() {
        guard state.value.isWaiting else { return }
        state.value.isWaiting = false
        desk.bell.leave(ObjectIdentifier(self))
        if !state.value.isClosed, !state.value.isReading, !state.value.isOver { seek() }
    }

    /// Who was up to date and has fallen far behind is told so, and goes on with what is new.
    private func skipIfBehind(_ durable: Int64) {
        guard end == nil, state.value.isLive, desk.limits.tailLagMax > 0,
            durable - state.value.position > Int64(desk.limits.tailLagMax)
        else { return }
        let missed = state.value.position + 1...durable
        state.value.position = durable
        announce(missed, "behind")
    }

    private func announce(_ missed: ClosedRange<Int64>, _ reason: String) {
        desk.noteMissed(missed.count)
        let cursor = TailCursor(storeTag: feed.storeTag, seq: missed.upperBound)
        let bytes = question.form.missed(missed, reason: reason, cursor)
        state.value.pieces.append(
            FeedWindow.Piece(bytes: bytes, count: 0, position: missed.upperBound))
    }

    private func finish(_ reason: String, message: String? = nil) {
        let cursor = TailCursor(
            storeTag: feed.storeTag,
            seq: reason == "caughtUp" ? state.value.position : state.value.delivered)
        state.value.farewell = ByteBuffer(
            bytes: question.form.end(reason, message: message, cursor))
        state.value.isOver = true
        step()
    }

    // MARK: Reading

    private func read() {
        let limits = desk.limits
        let size = desk.memory.take(limits.tailWindowSizeMax, orElse: limits.tailWindowSizeMin)
        state.value.memorySize = size
        state.value.isReading = true
        state.value.nextReading = .now() + limits.tailReadInterval
        let extent = FeedExtent(
            after: state.value.position, through: end ?? .max, sizeMax: size,
            countMax: state.value.left
        ) { [cancellation] in cancellation.reason != nil }
        let window = desk.run(on: eventLoop) { [feed, question] in
            try feed.read(question, extent)
        }
        window.assumeIsolated().whenComplete { result in
            self.state.value.isReading = false
            guard !self.state.value.isClosed else { return self.dropPieces() }
            switch result {
            case .success(let window): self.take(window)
            case .failure(let error):
                let failure = error as? QueryFailure
                self.finish("error", message: failure?.message ?? "The events cannot be read.")
            }
        }
    }

    private func take(_ window: FeedWindow) {
        if let missed = window.missed { announce(missed, "expired") }
        for damage in window.damage {
            let bytes = question.form.damage(
                file: damage.file, message: damage.message, cursor)
            state.value.pieces.append(
                FeedWindow.Piece(bytes: bytes, count: 0, position: state.value.delivered))
        }
        state.value.pieces += window.pieces
        state.value.position = window.position
        state.value.left -= window.pieces.reduce(0) { $0 + $1.count }
        if state.value.pieces.isEmpty { place.note(seen: window.position) }
        step()
    }

    // MARK: Signs of life

    private func scheduleHeartbeat() {
        let interval = desk.limits.tailHeartbeatInterval
        state.value.heartbeat = eventLoop.assumeIsolated().scheduleTask(in: interval) {
            guard !self.state.value.isClosed, !self.state.value.isOver else { return }
            if self.state.value.pieces.isEmpty, self.state.value.promise != nil {
                self.state.value.delivered = self.state.value.position
                self.give(ByteBuffer(bytes: self.question.form.heartbeat(self.cursor)))
            }
            self.scheduleHeartbeat()
        }
    }
}
