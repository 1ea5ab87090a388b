/// What one connection was sent and what became of it: a pure value, fed by the loop that owns the
/// socket.
///
/// Lines stay here until an acknowledgement covers them, so that after a lost connection exactly the
/// undecided ones are sent again. A refusal counts once an acknowledgement follows it; before that its
/// line is undecided like any other.
struct StreamLedger {
    /// A line that will never be stored, and where it stands in its input.
    struct RefusedLine: Equatable {
        var input: Int?
        var line: UInt64
        var sentence: String
    }

    private(set) var acknowledged = StreamAnswer.Acknowledgement()
    /// Bytes that are kept.
    private(set) var size = 0
    /// Lines that the store could not take; they are good and want to be sent again.
    private(set) var retries: [LineChunk] = []
    /// Whether the store, or the daemon as a whole, has said that it cannot take events now.
    private(set) var isUnavailable = false

    private var chunks: [LineChunk] = []
    private var settledLines: UInt64 = 0
    private var settledEvents: UInt64 = 0
    private var pending: [Pending] = []

    private struct Pending {
        var refused: RefusedLine
        var retry: LineChunk?
    }

    mutating func sent(_ chunk: LineChunk) {
        chunks.append(chunk)
        size += chunk.bytes.count
    }

    /// - Returns: the lines that are now finally refused.
    mutating func received(_ answer: StreamAnswer) throws(ToolFailure) -> [RefusedLine] {
        if let refusal = answer.error { try note(refusal) }
        guard let ack = answer.ack else { return [] }
        guard ack.lines >= acknowledged.lines else {
            throw ToolFailure("the daemon's acknowledgements go backwards")
        }
        acknowledged = ack
        let final = pending.filter { $0.retry == nil }.map(\.refused)
        retries += pending.compactMap(\.retry)
        pending = []
        var count = 0
        while count < chunks.count,
            settledEvents + UInt64(chunks[count].eventCount) <= ack.lines
        {
            settledLines += UInt64(chunks[count].lineCount)
            settledEvents += UInt64(chunks[count].eventCount)
            size -= chunks[count].bytes.count
            count += 1
        }
        chunks.removeFirst(count)
        return final
    }

    /// What a new connection must be sent, in order. Lines of our own are left out.
    var unfinished: [LineChunk] {
        guard let first = chunks.first else { return retries }
        let decided = Int(acknowledged.lines - settledEvents)
        let rest = [first.dropping(events: decided)].compactMap { $0 } + chunks.dropFirst()
        return retries + rest.filter { $0.input != nil }
    }

    private mutating func note(_ refusal: StreamAnswer.Refusal) throws(ToolFailure) {
        if refusal.isRetryable { isUnavailable = true }
        if refusal.line == 0 {
            if refusal.isRetryable { return }
            throw ToolFailure(refusal.sentence)
        }
        var first = settledLines + 1
        guard refusal.line >= first else {
            throw ToolFailure("the daemon refuses a line that it has acknowledged")
        }
        for chunk in chunks {
            let position = refusal.line - first
            if position < UInt64(chunk.lineCount) {
                // A line of our own is the `hello`: what it asks for is not granted.
                guard let input = chunk.input else { throw ToolFailure(refusal.sentence) }
                pending.append(
                    Pending(
                        refused: RefusedLine(
                            input: input, line: chunk.firstLine + position,
                            sentence: refusal.sentence),
                        retry: refusal.isRetryable ? chunk.line(at: Int(position)) : nil))
                return
            }
            first += UInt64(chunk.lineCount)
        }
        throw ToolFailure("the daemon refuses line \(refusal.line), which was never sent")
    }
}
