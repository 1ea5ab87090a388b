import Glibc

/// Sends inputs to the daemon and sees each line decided: one thread that reads, sends and listens,
/// over as many connections as it takes.
///
/// Nothing is sent twice unless it must be: after a lost connection only lines without an
/// acknowledgement go again, after a full disk only those that the store could not take.
struct Ingestion: ~Copyable {
    /// Bytes that may wait for an acknowledgement. The daemon holds far less before it stops reading.
    static let windowSizeMax = 64 << 20
    /// Bytes of one answer line.
    static let answerSizeMax = 4 << 20

    let socketPath: String
    /// The control line that opens every connection, if one is needed.
    let hello: LineChunk?
    let input: InputReader
    let report: RefusalReport
    private(set) var totals = IngestTotals()
    private var backOff: BackOff
    private var progress: ProgressLine
    private var waiting: [LineChunk] = []

    init(
        socketPath: String, hello: LineChunk?, input: InputReader, report: RefusalReport,
        patience: Duration, progress: ProgressLine
    ) {
        self.socketPath = socketPath
        self.hello = hello
        self.input = input
        self.report = report
        self.progress = progress
        backOff = BackOff(patience: patience)
    }

    private enum Ending {
        case complete
        case lost
        case unavailable
    }

    mutating func run() throws(ToolFailure) {
        defer { progress.clear() }
        // Nobody listening at the very start is a mistake to tell at once, not to wait for.
        var ending = try stream(over: StreamSocket(connectingTo: socketPath))
        while ending != .complete {
            guard let delay = backOff.nextDelay() else {
                throw ToolFailure(Self.surrender(ending, patience: backOff.patience))
            }
            sleep(for: delay)
            do throws(ToolFailure) {
                ending = try stream(over: StreamSocket(connectingTo: socketPath))
            } catch  where error.isNoDaemon {
                ending = .lost
            }
        }
    }

    private mutating func stream(over socket: consuming StreamSocket) throws(ToolFailure) -> Ending
    {
        var ledger = StreamLedger()
        var outgoing = (hello.map { [$0] } ?? []) + waiting
        waiting = []
        var current: (chunk: LineChunk, sent: Int)?
        var answers: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var hasEnded = false
        var isHalfClosed = false

        defer {
            totals.add(ledger)
            // What was taken from the input and not yet sent goes first next time.
            waiting = ledger.unfinished + outgoing.filter { $0.input != nil }
        }
        while true {
            if current == nil, !outgoing.isEmpty, !ledger.isUnavailable {
                let chunk = outgoing.removeFirst()
                ledger.sent(chunk)
                current = (chunk, 0)
            }
            let isIdle = current == nil && (outgoing.isEmpty || ledger.isUnavailable)
            if isIdle, hasEnded || ledger.isUnavailable, !isHalfClosed {
                socket.finishSending()
                isHalfClosed = true
            }
            let reads = isIdle && !isHalfClosed && ledger.size < Self.windowSizeMax
            let wanted = current == nil ? POLLIN : POLLIN | POLLOUT
            var events = [pollfd(fd: socket.descriptor, events: Int16(wanted), revents: 0)]
            if reads, let descriptor = input.descriptor {
                events.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
            } else if reads {
                hasEnded = true
                continue
            }
            try waitForEvents(&events, milliseconds: progress.isShown ? 100 : -1)

            if events[0].revents & ~Int16(POLLOUT) != 0 {
                switch socket.receiveNow(into: &buffer) {
                case .moved(let count):
                    answers += buffer[..<count]
                    try settle(&answers, &ledger)
                    if totals.adding(ledger).decided > totals.decided { backOff.progressed() }
                case .gone:
                    if ledger.isUnavailable { return .unavailable }
                    let isDone = hasEnded && outgoing.isEmpty && ledger.unfinished.isEmpty
                    return isDone ? .complete : .lost
                case .wouldBlock: break
                }
            }
            if let (chunk, sent) = current, events[0].revents & Int16(POLLOUT) != 0 {
                switch socket.sendNow(chunk.bytes, from: sent) {
                case .moved(let count):
                    current = sent + count == chunk.bytes.count ? nil : (chunk, sent + count)
                case .wouldBlock: break
                case .gone:
                    // Its answers up to here may still be there to be read.
                    current = nil
                    isHalfClosed = true
                }
            }
            if events.count > 1, events[1].revents != 0 {
                switch try input.read() {
                case .chunk(let chunk): outgoing.append(chunk)
                case .nothing: break
                case .end: hasEnded = true
                }
                try reportOverlongLines()
            }
            progress.update(
                bytes: input.bytesRead, total: input.totalSize,
                lines: totals.adding(ledger).decided)
        }
    }

    private mutating func settle(
        _ answers: inout [UInt8], _ ledger: inout StreamLedger
    ) throws(ToolFailure) {
        var start = 0
        while let end = answers[start...].firstIndex(of: 0x0A) {
            let answer = try StreamAnswer(line: answers[start..<end])
            for refused in try ledger.received(answer) { try tell(refused) }
            start = end + 1
        }
        answers.removeFirst(start)
        guard answers.count <= Self.answerSizeMax else {
            throw ToolFailure("this is no eventlogd: its answer has no end")
        }
    }

    private mutating func tell(_ refused: StreamLedger.RefusedLine) throws(ToolFailure) {
        progress.clear()
        let name = refused.input.map { input.displayName(of: $0) } ?? "eventlog"
        try report.add("\(name):\(refused.line): \(refused.sentence)")
    }

    private mutating func reportOverlongLines() throws(ToolFailure) {
        let (position, lines) = input.takeOverlongLines()
        for line in lines {
            totals.refused += 1
            try tell(
                StreamLedger.RefusedLine(
                    input: position, line: line,
                    sentence: "INVALID_REQUEST the line is longer than "
                        + Quantities.bytes(LineChunker.lineSizeMax)))
        }
    }

    private static func surrender(_ ending: Ending, patience: Duration) -> String {
        let time = Quantities.duration(patience.inSeconds)
        return switch ending {
        case .unavailable: "the daemon's store took nothing for \(time); giving up"
        case .lost: "the connection was lost and the daemon did not come back for \(time)"
        case .complete: preconditionFailure("nothing is given up that is complete")
        }
    }

    private func sleep(for duration: Duration) {
        let parts = duration.components
        var time = timespec(
            tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
        // A signal may cut it short: then the next try is a little early.
        nanosleep(&time, nil)
    }
}
