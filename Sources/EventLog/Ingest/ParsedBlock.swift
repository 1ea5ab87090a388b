/// What a client says to the daemon itself, on the same stream as its events.
package enum ControlRequest: Sendable, Hashable {
    case hello(producer: String?, durability: Durability?, ackEvery: Int?)
    /// Asks for an answer once everything before it is durable.
    case sync(id: String?)
    case ping
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

    package init(batch: EventBatch) { self.batch = batch }
}
