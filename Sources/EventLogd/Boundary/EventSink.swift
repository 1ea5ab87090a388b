package import EventLog

/// What the daemon needs of a store; in the product an `EventStore`.
///
/// All calls block. `append` comes from the writer's thread alone, `seal` from the sealer's,
/// `status`, `isSealDue` and `isCrowded` from anywhere.
package protocol EventSink: Sendable {
    var identityKey: UInt64 { get }

    /// Makes all batches durable with one sync; see `EventStore.append`. An empty batch with
    /// `.synced` syncs what was appended as `.buffered` before it.
    func append(
        _ batches: [EventBatch], durability: Durability
    ) throws(StoreError) -> [AppendResult]
    func isSealDue() -> Bool
    /// Whether who appends a lot should wait; see `EventStore.isCrowded`.
    func isCrowded() -> Bool
    @discardableResult func seal() throws(StoreError) -> Int
    /// Reads the ids of one more sealed segment into the duplicate index.
    /// - Returns: whether there may be another.
    func indexNextSegment() -> Bool
    func status() -> StoreStatus
    func close() throws(StoreError)
}

extension EventStore: EventSink {}
