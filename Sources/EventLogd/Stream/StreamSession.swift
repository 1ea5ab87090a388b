package import EventLog
import NIOCore

/// What one NDJSON connection has sent, what became of it and what it is still to be told.
///
/// A value without socket, clock or thread: lines and store results go in, batches for the writer
/// and bytes for the client come out. Its promises:
///
/// - Results are told in line order, whatever order the writer finishes in: `pending` is a queue,
///   and only its settled front is told.
/// - Waiting answers stay within `DaemonLimits.answerQueueSizeMax` for errors and one reserve more
///   for control answers. At most one acknowledgement waits, as a flag; it becomes bytes when it is
///   sent.
/// - Once the input has ended and all is settled there is exactly one more acknowledgement,
///   `final`.
package struct StreamSession {
    /// A batch for the writer; its result comes back under `ticket`.
    package struct Submission: Sendable {
        package let ticket: UInt64
        package let batch: EventBatch
        package let durability: Durability
    }

    /// What a hand-over of lines calls for.
    package struct Step: Sendable {
        package var submission: Submission?
        /// The lines that follow come from this producer.
        package var producer: String?
    }

    /// Lines of which the result is not yet told.
    private struct Pending {
        var lines: DecodedLines
        var rowCount: Int
        /// Whether the store has something of it to keep: an event, or the account of a refused one.
        var isStored: Bool
        var size: Int
        var durability: Durability
        /// `nil`: with the writer.
        var outcome: Result<AppendResult, StoreError>?
    }

    /// Bytes of memory of a refusal with its texts, near enough.
    private static let refusalSize = 512
    /// The same of an entry of `pending` with the arrays in it.
    private static let entrySize = 512

    private let limits: DaemonLimits
    private let peer: PeerCredentials
    /// Of the lines that come now.
    private var producer: String
    private var durability = Durability.synced
    private var ackEvery: UInt64 = 1

    private var pending = CircularBuffer<Pending>()
    private var firstTicket: UInt64 = 0
    /// Bytes of memory that the lines with the writer take.
    package private(set) var inFlightSize = 0
    /// Whether something was given to the writer as buffered and nothing as synced since.
    private var hasUnsyncedSubmission = false

    package private(set) var counts = AckCounts()
    private var controlsOmitted = 0
    private var linesAcknowledged: UInt64 = 0
    /// Whether something that `counts` covers would not survive a power failure.
    private var countsUnsynced = false

    private var answers: [UInt8] = []
    private var sizeBeingWritten = 0
    /// An error did not fit, and nothing was sent since.
    private var areAnswersFull = false
    package private(set) var inputHasEnded = false
    private var finalAck = FinalAck.notYet
    private enum FinalAck { case notYet, beingWritten, written }

    /// - Parameter producer: `uid:1000` or `key:<id>`; `nil` says the peer's uid.
    package init(peer: PeerCredentials, producer: String? = nil, limits: DaemonLimits) {
        self.limits = limits
        self.peer = peer
        defaultProducer = producer ?? "uid:\(peer.uid)"
        self.producer = defaultProducer
    }

    /// The producer of a connection that names none.
    package let defaultProducer: String

    /// Bytes of answers that wait, those being written included.
    package var waitingSize: Int { answers.count + sizeBeingWritten }

    /// Whether the last answer is with the client, so that the connection can be closed.
    package var isDone: Bool { finalAck == .written }

    // MARK: Input

    /// Takes the next lines.
    package mutating func take(_ lines: DecodedLines) -> Step {
        precondition(!inputHasEnded, "no line follows the end")
        var step = Step()
        var lines = lines
        var batch = EventBatch(producer: "", peer: lines.batch.peer, receivedAt: 0)
        swap(&batch, &lines.batch)
        // A `hello` stands at the end of its lines: it changes nothing for those before it.
        let durabilityOfRows = durability
        if let control = lines.control { obey(control, in: &lines, &step) }

        let ticket = firstTicket + UInt64(pending.count)
        // With the room of the entry itself: lines that say nothing must not pile up unnoticed behind
        // one that waits for the disk.
        let size =
            batch.size + lines.refusals.count * Self.refusalSize
            + lines.blankLines.count * MemoryLayout<UInt64>.size + Self.entrySize
        var entry = Pending(
            lines: lines, rowCount: batch.count, isStored: !batch.isEmpty, size: size,
            durability: durabilityOfRows)
        if entry.isStored {
            if durabilityOfRows == .buffered { hasUnsyncedSubmission = true }
            if case .sync = lines.control { entry.durability = .synced }
        } else if case .sync = lines.control, hasUnsyncedSubmission {
            entry.durability = .synced
        } else {
            entry.outcome = .success(AppendResult(stored: 0, duplicates: 0, adjusted: 0))
        }
        if entry.outcome == nil {
            if entry.durability == .synced { hasUnsyncedSubmission = false }
            step.submission = Submission(
                ticket: ticket, batch: batch, durability: entry.durability)
        }
        inFlightSize += size
        pending.append(entry)
        settleFront()
        return step
    }

    /// Takes a failed line that no decoder saw: one that stood still for too long.
    /// - Parameter now: the receive time, µs since 1970 UTC.
    package mutating func refuse(_ refusal: Refusal, now: Int64) -> Step {
        var batch = EventBatch(producer: producer, peer: peer, receivedAt: now)
        batch.refused = [RefusedEvent(unseen: refusal)]
        return take(
            DecodedLines(
                batch: batch, refusals: [refusal], firstLine: refusal.line, lineCount: 1))
    }

    /// The writer is done with a submission.
    package mutating func complete(
        _ ticket: UInt64, _ outcome: Result<AppendResult, StoreError>
    ) {
        let position = pending.index(pending.startIndex, offsetBy: Int(ticket - firstTicket))
        precondition(pending[position].outcome == nil, "a batch is completed once")
        pending[position].outcome = outcome
        settleFront()
    }

    /// No line follows. What is pending is still settled and told.
    package mutating func endInput() {
        inputHasEnded = true
    }

    // MARK: Output

    /// Takes everything that can be told now; the next call is right after `outputWritten`.
    /// - Returns: `nil` if there is nothing to tell.
    package mutating func takeOutput() -> [UInt8]? {
        precondition(sizeBeingWritten == 0, "one write at a time")
        let isFinal = inputHasEnded && pending.isEmpty && finalAck == .notYet
        let isAckDue =
            finalAck == .notYet && counts.lines - linesAcknowledged >= ackEvery
        guard isFinal || isAckDue || !answers.isEmpty else { return nil }
        var output: [UInt8] = []
        swap(&output, &answers)
        if isFinal || isAckDue {
            output += StreamAnswer.ack(
                counts, isDurable: !countsUnsynced, isFinal: isFinal,
                controlsOmitted: controlsOmitted)
            linesAcknowledged = counts.lines
            if isFinal { finalAck = .beingWritten }
        }
        sizeBeingWritten = output.count
        return output
    }

    /// The bytes of the last `takeOutput` are with the kernel.
    package mutating func outputWritten() {
        sizeBeingWritten = 0
        areAnswersFull = false
        if finalAck == .beingWritten { finalAck = .written }
    }

    // MARK: Helpers

    /// Acts on a control line; a refused one becomes a refusal of its line.
    private mutating func obey(
        _ control: StreamControl, in lines: inout DecodedLines, _ step: inout Step
    ) {
        switch control {
        case .ping:
            answerControl(StreamAnswer.pong())
        case .sync:
            break
        case .hello(let name, let durability, let ackEvery):
            if let name {
                guard let producer = producer(named: name) else {
                    let line = lines.firstLine + lines.lineCount - 1
                    lines.refusals.append(refusedProducer(line: line))
                    lines.refusedControls.append(line)
                    lines.control = nil
                    return
                }
                step.producer = producer
                self.producer = producer
            }
            if let durability { self.durability = durability }
            if let ackEvery {
                self.ackEvery = UInt64(min(max(ackEvery, 1), limits.ackEveryMax))
            }
        }
    }

    /// The full name of the producer that a client calls `name`; `nil` if it may not use it.
    private func producer(named name: String) -> String? {
        let isClean = !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        let isWhole = name.hasPrefix("uid:") || name.hasPrefix("key:")
        let full = isWhole ? name : "\(defaultProducer)/\(name)"
        let isOwn = full == defaultProducer || full.hasPrefix("\(defaultProducer)/")
        let fits = !name.isEmpty && full.utf8.count <= Limits.idSizeMax
        return isClean && isOwn && fits ? full : nil
    }

    private func refusedProducer(line: UInt64) -> Refusal {
        Refusal(
            line: line, code: .forbidden,
            message: "A producer is named within \(defaultProducer)/, without control characters, "
                + "in at most \(Limits.idSizeMax) bytes.",
            details: [Refusal.Detail(field: "producer", reason: "not within \(defaultProducer)/")])
    }

    private mutating func settleFront() {
        while let front = pending.first, let outcome = front.outcome {
            pending.removeFirst()
            firstTicket += 1
            inFlightSize -= front.size
            settle(front, outcome)
        }
        // A burst must not leave its room behind in thousands of quiet connections.
        if pending.isEmpty, pending.capacity > 16 { pending = CircularBuffer() }
    }

    private mutating func settle(
        _ entry: Pending, _ outcome: Result<AppendResult, StoreError>
    ) {
        let lines = entry.lines
        counts.lines += lines.decidedCount
        switch outcome {
        case .success(let result):
            counts.stored += UInt64(result.stored)
            counts.duplicates += UInt64(result.duplicates)
            counts.adjusted += UInt64(result.adjusted)
            counts.failed += UInt64(result.erasedRows.count)
            for failure in lines.failures(erasedRows: result.erasedRows) { tell(failure) }
            if entry.durability == .synced {
                countsUnsynced = countsUnsynced && !isSyncing(entry)
            } else if entry.isStored {
                countsUnsynced = true
            }
        case .failure(let error):
            counts.failed += UInt64(entry.rowCount)
            // Nor was a refusal counted: the line was not offered yet and is to be sent again.
            for failure in lines.failures(afterStoreError: error) { tell(failure) }
        }
        counts.failed += UInt64(lines.refusals.count)
        if let control = lines.control { settle(control, of: lines, outcome) }
    }

    /// Whether the writer synced for this entry, and with it everything before.
    private func isSyncing(_ entry: Pending) -> Bool {
        if case .sync = entry.lines.control { return true }
        return entry.isStored
    }

    private mutating func settle(
        _ control: StreamControl, of lines: DecodedLines,
        _ outcome: Result<AppendResult, StoreError>
    ) {
        guard case .sync(let id) = control else {
            counts.controls += 1
            return
        }
        switch outcome {
        case .success:
            counts.controls += 1
            if answerControl(StreamAnswer.sync(id: id, counts)) { linesAcknowledged = counts.lines }
        case .failure(let error):
            counts.failed += 1
            let line = lines.firstLine + lines.lineCount - 1
            answerControl(
                StreamAnswer.failedSync(id: id, StreamFailure(line: line, error)))
        }
    }

    private mutating func tell(_ failure: StreamFailure) {
        // In a flood of errors that nobody reads, most are not even put into words.
        if areAnswersFull {
            counts.errorsOmitted += 1
            return
        }
        let bytes = StreamAnswer.error(failure)
        if answers.count + sizeBeingWritten + bytes.count <= limits.answerQueueSizeMax {
            answers += bytes
        } else {
            areAnswersFull = true
            counts.errorsOmitted += 1
        }
    }

    @discardableResult
    private mutating func answerControl(_ bytes: [UInt8]) -> Bool {
        let sizeMax = limits.answerQueueSizeMax + limits.controlAnswerReserve
        if answers.count + sizeBeingWritten + bytes.count <= sizeMax {
            answers += bytes
            return true
        }
        controlsOmitted += 1
        return false
    }
}
