import EventLog
import NIOCore
import Synchronization

/// The events of one request with a body of NDJSON, which is read while it comes and never kept
/// whole.
///
/// Used on one event loop. Whoever feeds it stops while `isHeldBack`, as a stream's reading stops:
/// what waits for the journal is bounded for this connection and for all together. As there, decoding is
/// cut into turns, so that the other connections of the event loop have theirs.
final class EventUpload {
    private let decoder: any LineDecoder
    private let writer: Writer
    private let clock: ReceiveClock
    private let counters: DaemonCounters
    private let limits: DaemonLimits
    private let eventLoop: any EventLoop
    private let requestID: String
    /// Called on the event loop when `isHeldBack` may have ended.
    private let onRoom: () -> Void

    private var fingerprint = BodyFingerprint(.lines)
    private let key: RequestKey?
    /// Set: the answer is known already, and the body is only to be compared.
    private let kept: KeptAnswer?

    /// What came and had no turn yet.
    private var undecoded = ByteBuffer()
    private var inFlightSize = 0
    private var inFlightCount = 0
    private var isOverLimit = false
    private var isWaitingForOthers = false
    private var counts = AckCounts()
    private var errors: ErrorList
    private var storeError: StoreError?
    private let producer: String
    private let peer: PeerCredentials
    private var promise: EventLoopPromise<HTTPAnswer>?

    /// - Parameters:
    ///   - key: of a request that is to run once; `kept` is the answer that it has had.
    init(
        _ shared: ConnectionContext, access: Access, requestID: String,
        key: RequestKey?, kept: KeptAnswer?, on eventLoop: any EventLoop,
        onRoom: @escaping () -> Void
    ) {
        decoder = shared.decoders.makeDecoder(for: access)
        writer = shared.writer
        clock = shared.clock
        counters = shared.counters
        limits = shared.limits
        self.eventLoop = eventLoop
        self.requestID = requestID
        self.onRoom = onRoom
        self.key = key
        self.kept = kept
        producer = access.producer
        peer = access.peer
        errors = ErrorList(limits: shared.limits)
    }

    /// Whether a line has begun: a client may be silent between lines as long as it likes.
    var isInsideLine: Bool { decoder.startedLine != nil }

    /// Whether nothing more should be fed for now; `onRoom` tells when to ask again.
    func isHeldBack() -> Bool {
        if isOverLimit || isWaitingForOthers || undecoded.readableBytes > 0 { return true }
        // Who has nothing on the way does not wait for those who have much.
        guard inFlightSize > 0 else { return false }
        let upload = NIOLoopBound(self, eventLoop: eventLoop)
        isWaitingForOthers = writer.mustWait { [eventLoop] in
            eventLoop.execute {
                upload.value.isWaitingForOthers = false
                upload.value.onRoom()
            }
        }
        return isWaitingForOthers
    }

    func take(_ bytes: ByteBuffer) {
        counters.bytesReceived.add(bytes.readableBytes, ordering: .relaxed)
        if key != nil { fingerprint.update(bytes) }
        // After a failure of the store nothing is begun that would have to be sent again anyway.
        guard kept == nil, storeError == nil else { return }
        undecoded = bytes
        decodeTurn()
    }

    /// Decodes for a while; goes on when the other connections had their turn.
    private func decodeTurn() {
        let end = NIODeadline.now() + limits.decodeTurn
        decoder.decode(
            &undecoded, now: clock.now(), until: { isOverLimit || NIODeadline.now() >= end }
        ) { store($0) }
        guard undecoded.readableBytes > 0, !isOverLimit else { return }
        let upload = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.execute { upload.value.goOnDecoding() }
    }

    private func goOnDecoding() {
        guard undecoded.readableBytes > 0, !isOverLimit else { return }
        decodeTurn()
        if undecoded.readableBytes == 0 { onRoom() }
    }

    /// The body has ended.
    func finish() -> EventLoopFuture<HTTPAnswer> {
        if kept == nil, storeError == nil {
            decoder.finish(now: clock.now()) { store($0) }
        }
        let promise = eventLoop.makePromise(of: HTTPAnswer.self)
        self.promise = promise
        answerIfDone()
        return promise.futureResult
    }

    /// The failure, with what was done before it.
    func partial(_ failure: HTTPFailure) -> HTTPFailure {
        guard kept == nil else { return failure }
        var failure = failure
        failure.data = data()
        return failure
    }

    private func store(_ lines: DecodedLines) {
        counters.count(lines.refusals)
        counts.lines += lines.decidedCount
        counts.failed += UInt64(lines.refusals.count)
        for refusal in lines.refusals { errors.add(refusal, place: "line") }
        if lines.control != nil { refuseControl(line: lines.firstLine + lines.lineCount - 1) }
        var difference = AckCounts()
        difference.lines = lines.decidedCount
        difference.failed = UInt64(lines.refusals.count + (lines.control == nil ? 0 : 1))
        counters.count(difference)
        let batch = lines.batch
        guard !batch.isEmpty else { return }
        let size = batch.size
        inFlightSize += size
        inFlightCount += 1
        if inFlightSize >= limits.connectionInFlightSizeMax { isOverLimit = true }
        let upload = NIOLoopBound(self, eventLoop: eventLoop)
        writer.submit(
            batch, durability: .synced, from: ObjectIdentifier(self), on: eventLoop
        ) { [eventLoop] outcome in
            eventLoop.execute { upload.value.complete(lines, size, outcome) }
        }
    }

    private func refuseControl(line: UInt64) {
        counts.failed += 1
        errors.add(
            Refusal(
                line: line, code: .invalidRequest,
                message:
                    "Control lines (op) belong on a stream; over HTTP there is nothing to control."),
            place: "line")
    }

    private func complete(
        _ lines: DecodedLines, _ size: Int, _ outcome: Result<AppendResult, StoreError>
    ) {
        inFlightSize -= size
        inFlightCount -= 1
        var difference = AckCounts()
        switch outcome {
        case .success(let result):
            difference.stored = UInt64(result.stored)
            difference.duplicates = UInt64(result.duplicates)
            difference.adjusted = UInt64(result.adjusted)
            difference.failed = UInt64(result.erasedRows.count)
            // The refusals were told when they were met.
            if !result.erasedRows.isEmpty {
                for failure in lines.failures(erasedRows: result.erasedRows)
                where !lines.refusals.contains(where: { $0.line == failure.refusal.line }) {
                    errors.add(failure.refusal, place: "line")
                }
            }
        case .failure(let error):
            difference.failed = UInt64(lines.batch.count)
            storeError = storeError ?? error
        }
        counts.stored += difference.stored
        counts.duplicates += difference.duplicates
        counts.adjusted += difference.adjusted
        counts.failed += difference.failed
        counters.count(difference)
        if isOverLimit, inFlightSize <= limits.connectionInFlightSizeMax / 2 {
            isOverLimit = false
            goOnDecoding()
            onRoom()
        }
        answerIfDone()
    }

    private func answerIfDone() {
        guard let promise, inFlightCount == 0 else { return }
        self.promise = nil
        if let kept {
            let fingerprint = fingerprint.finish()
            promise.completeWith(
                writer.confirm(for: producer, peer, on: eventLoop).flatMapThrowing {
                    try IdempotencyDesk.replay(kept, fingerprint: fingerprint)
                })
        } else if let storeError {
            promise.fail(partial(.store(storeError)))
        } else {
            let answer = HTTPAnswer.success(data(), requestID: requestID)
            guard let key else {
                promise.succeed(answer)
                return
            }
            let keep = KeepAnswer(key: key, fingerprint: fingerprint.finish())
            let batch = EventBatch(producer: producer, peer: peer, receivedAt: clock.now())
            promise.completeWith(keep(answer, batch, writer, on: eventLoop))
        }
    }

    private func data() -> [UInt8] {
        var text = JSONText()
        text.raw("{")
        text.counts(counts)
        errors.finish(&text)
        text.raw("}")
        return text.bytes
    }
}
