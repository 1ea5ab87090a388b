package import EventLog

/// Cuts one connection's bytes into lines and makes batches of them.
///
/// Used on one event loop; keeps what it needs between calls, in bounded memory.
package protocol LineDecoder: AnyObject {
    /// The number of the line of which some bytes came and the end did not; `nil` between lines.
    var startedLine: UInt64? { get }

    /// The producer of the lines that follow.
    func useProducer(_ producer: String)

    /// Hands over the next lines that `chunk` completes from `offset` on, and moves it behind them. A
    /// control line ends a hand-over, so that `take` can act on it (even call `useProducer`) before the
    /// next line is looked at; so do many refusals, so that nobody is busy with one client for long.
    ///
    /// Who stops half-way goes on with what is left of the chunk, wherever it stands by then.
    /// - Parameter now: the receive time, µs since 1970 UTC.
    /// - Returns: `false` once all of the chunk is used up.
    func decodeNext(
        in chunk: UnsafeRawBufferPointer, at offset: inout Int, now: Int64,
        _ take: (DecodedLines) -> Void
    ) -> Bool

    /// The input ended as the client wished: what stands after the last line feed is a line too.
    func finish(now: Int64, _ take: (DecodedLines) -> Void)
}

extension LineDecoder {
    /// Hands over everything that `chunk` completes, in order.
    package func decode(
        _ chunk: UnsafeRawBufferPointer, now: Int64, _ take: (DecodedLines) -> Void
    ) {
        var offset = 0
        while decodeNext(in: chunk, at: &offset, now: now, take) {}
    }
}

/// Makes a decoder for each connection.
package protocol LineDecoderFactory: Sendable {
    /// - Parameter mayAdminister: whether records that change who others are may come.
    func makeDecoder(
        producer: String, peer: PeerCredentials, mayAdminister: Bool
    ) -> any LineDecoder
    func makeDocumentDecoder(
        producer: String, peer: PeerCredentials, mayAdminister: Bool
    ) -> any DocumentDecoder
}

extension LineDecoderFactory {
    func makeDecoder(for access: Access) -> any LineDecoder {
        makeDecoder(
            producer: access.producer, peer: access.peer,
            mayAdminister: access.roles.contains(.admin))
    }

    func makeDocumentDecoder(for access: Access) -> any DocumentDecoder {
        makeDocumentDecoder(
            producer: access.producer, peer: access.peer,
            mayAdminister: access.roles.contains(.admin))
    }
}

/// Reads whole request bodies, one after another.
package protocol DocumentDecoder: AnyObject {
    /// - Parameter now: the receive time, µs since 1970 UTC.
    func decode(_ body: UnsafeRawBufferPointer, now: Int64) -> DecodedDocument
}

/// The events of a request body and what became of each: it is a row of `batch` or has a refusal.
package struct DecodedDocument: Sendable {
    /// The accepted events, in the order of the body.
    package var batch: EventBatch
    /// In order; `line` is the event's place in the list, from 0.
    package var refusals: [Refusal]
    package var shape: DocumentShape

    package init(batch: EventBatch, refusals: [Refusal], shape: DocumentShape) {
        self.batch = batch
        self.refusals = refusals
        self.shape = shape
    }

    package var eventCount: Int { batch.count + refusals.count }

    /// The places of some rows of `batch` in the list, ascending as they are.
    func places(ofRows rows: [Int]) -> [UInt64] {
        guard !rows.isEmpty else { return [] }
        var refused = refusals.map(\.line)[...]
        var next = rows[...]
        var place: UInt64 = 0
        var places: [UInt64] = []
        for row in 0..<batch.count {
            while refused.first == place {
                refused.removeFirst()
                place += 1
            }
            if next.first == row {
                places.append(place)
                next.removeFirst()
            }
            place += 1
        }
        return places
    }

    /// Leaves nothing of it to be stored or counted.
    mutating func forget() {
        batch = EventBatch(
            producer: batch.producer, peer: batch.peer, receivedAt: batch.receivedAt)
        refusals = []
    }
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
