package import EventLog

/// Cuts one connection's bytes into lines and makes batches of them.
///
/// Used on one event loop; keeps what it needs between calls, in bounded memory.
package protocol LineDecoder: AnyObject {
    /// The number of the line of which some bytes came and the end did not; `nil` between lines.
    var startedLine: UInt64? { get }

    /// The producer of the lines that follow.
    func useProducer(_ producer: String)

    /// Hands over everything that `chunk` completes, in order. A control line ends a hand-over, so
    /// that `take` can act on it (even call `useProducer`) before the next line is looked at.
    /// - Parameter now: the receive time, µs since 1970 UTC.
    func decode(_ chunk: UnsafeRawBufferPointer, now: Int64, _ take: (DecodedLines) -> Void)

    /// The input ended as the client wished: what stands after the last line feed is a line too.
    func finish(now: Int64, _ take: (DecodedLines) -> Void)
}

/// Makes a decoder for each connection.
package protocol LineDecoderFactory: Sendable {
    func makeDecoder(producer: String, peer: PeerCredentials) -> any LineDecoder
}

/// Some neighbouring lines and what became of each.
///
/// Every line that is not blank is a row of `batch`, or has a refusal, or is the control line.
package struct DecodedLines: Sendable {
    /// The accepted events, in line order.
    package var batch: EventBatch
    /// In line order.
    package var refusals: [Refusal]
    /// Lines with a refusal that are control lines and so no events; ascending.
    package var refusedControls: [UInt64] = []
    /// Number of the first line, from 1, blank ones included.
    package var firstLine: UInt64
    /// How many lines, blank ones included.
    package var lineCount: UInt64
    /// Numbers of the blank lines, ascending.
    package var blankLines: [UInt64]
    /// The last line, if it is a control object.
    package var control: StreamControl?
    /// Lines that are not blank.
    package let decidedCount: UInt64

    package init(
        batch: EventBatch, refusals: [Refusal] = [], firstLine: UInt64, lineCount: UInt64,
        blankLines: [UInt64] = [], control: StreamControl? = nil
    ) {
        self.batch = batch
        self.refusals = refusals
        self.firstLine = firstLine
        self.lineCount = lineCount
        self.blankLines = blankLines
        self.control = control
        if refusals.count > batch.refused.count {
            let events = Set(batch.refused.map(\.refusal.line))
            refusedControls = refusals.map(\.line).filter { !events.contains($0) }
        }
        decidedCount = UInt64(batch.count + refusals.count + (control == nil ? 0 : 1))
    }
}

/// A line that speaks to the daemon and is no event (specification, section 1.3).
package enum StreamControl: Sendable, Hashable {
    case hello(producer: String?, durability: Durability?, ackEvery: Int?)
    case sync(id: String?)
    case ping
}
