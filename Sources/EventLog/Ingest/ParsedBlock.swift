/// What a client says to the daemon itself, on the same stream as its events.
package enum ControlRequest: Sendable, Hashable {
    case hello(producer: String?, durability: Durability?, ackEvery: Int?)
    /// Asks for an answer once everything before it is durable.
    case sync(id: String?)
    case ping
}

/// What a request body turned out to be.
package enum DocumentShape: Sendable, Hashable {
    /// Not JSON, or neither an object nor an array: one refusal, no event.
    case malformed
    case event
    /// An array of events, or an object with such an array.
    case list
}

/// What became of some whole lines.
package struct ParsedBlock: Sendable {
    /// The accepted events.
    package var batch: EventBatch
    /// In line order.
    package var refusals: [Refusal] = []
    /// Lines that are not blank: accepted, refused and control.
    package var decided = 0
    package var bytesConsumed = 0
    /// Lines as an editor counts them, blank ones included.
    package var physicalLines: UInt64 = 0
    /// Set if the last line consumed was a control line; nothing behind it has been looked at.
    package var control: ControlRequest?
    /// Of a whole body (`EventParser.parseDocument`).
    package var shape = DocumentShape.malformed

    package init(batch: EventBatch) { self.batch = batch }

    /// Records an event that is not taken, with what was sent.
    mutating func refuse(_ refusal: Refusal, _ bytes: UnsafeRawBufferPointer) {
        refusals.append(refusal)
        batch.refused.append(RefusedEvent(refusal, bytes: bytes))
    }
}
