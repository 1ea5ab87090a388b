package import EventLog

/// What the daemon needs of a store; in the product an `EventStore`.
///
/// All calls block. `append` comes from the writer alone, one call at a time, on its thread or an event
/// loop; `seal` comes from the sealer's thread, `status`, `isSealDue` and `isCrowded` from anywhere.
package protocol EventSink: Sendable {
    var identityKey: UInt64 { get }

    /// Makes all batches durable with one sync; see `EventStore.append`. An empty batch with
    /// `.synced` syncs what was appended as `.buffered` before it.
    func append(
        _ batches: [EventBatch], durability: Durability
    ) throws(StoreError) -> [AppendResult]
    /// The first answer to a request that came with an Idempotency-Key; from any thread.
    func keptAnswer(to key: RequestKey) -> KeptAnswer?
    func isSealDue() -> Bool
    /// Whether who appends a lot should wait; see `EventStore.isCrowded`.
    func isCrowded() -> Bool
    @discardableResult func seal() throws(StoreError) -> Int
    /// See `EventStore.publishIdentity`; from the sealer's thread.
    func publishIdentity(onlyIfUsed: Bool) throws(StoreError) -> IdentityTableStatus?
    /// Reads the ids of one more sealed segment into the duplicate index.
    /// - Returns: whether there may be another.
    func indexNextSegment() -> Bool
    /// Numbers of all quarantined events, ascending.
    func quarantinedIDs() -> [Int64]
    /// Those of the quarantined events that are there and can be read.
    func quarantined(_ ids: Set<Int64>) throws(StoreError) -> [QuarantinedEvent]
    /// What is known of a content item; from any thread.
    func contentItem(_ id: String) -> ContentItem?
    /// Writes who did it into the segments; from any thread but the writer's, and may take long.
    func squash(isDryRun: Bool) throws(StoreError) -> SquashReport
    /// Whether segments should be put together; from any thread.
    func isCompactionDue() -> Bool
    /// Puts some together; from any thread but the writer's, and may take long.
    func compact(
        isForced: Bool, isCancelled: @escaping () -> Bool
    ) throws(StoreError) -> CompactionStep?
    func compactionPlan(isForced: Bool) -> CompactionPlan
    /// Lets some events go; from any thread but the writer's, and may take long.
    func expire(
        trustsClock: Bool, isCancelled: @escaping () -> Bool
    ) throws(StoreError) -> ExpirationStep?
    /// From any thread that may read a file.
    func expirationPlan(trustsClock: Bool) -> ExpirationPlan
    func retentionStatus() -> RetentionStatus
    /// Whether a segment is to get a rollup; from any thread.
    func isRollupDue() -> Bool
    /// Makes one; from any thread but the writer's, and may take long.
    func buildRollup(isCancelled: @escaping () -> Bool) throws(StoreError) -> RollupStep?
    /// The next segment to be archived, and what came of it; from any thread that may read and write a file.
    func nextToArchive() throws(StoreError) -> ArchiveTask?
    func noteArchived(_ task: ArchiveTask) throws(StoreError)
    func noteArchiveFailure(_ message: String)
    /// Removes replaced files that nobody should be reading any more.
    func releaseReplaced()
    /// Makes a snapshot; from any thread but the writer's, and may take long.
    func snapshot(
        to path: String, isCancelled: @escaping () -> Bool
    ) throws(SnapshotError) -> SnapshotReport
    /// Hides a person at once; see `EventStore.requestErasure`. From any thread but the writer's.
    func requestErasure(of user: String) throws(StoreError) -> ErasureReceipt
    /// Removes what a request is about from every file; may take long.
    func erase(
        _ id: String, removeExports: (ErasureScope) throws -> [String],
        progress: (Int, Int) -> Void, isCancelled: () -> Bool
    ) throws(StoreError) -> ErasureReceipt?
    func erasureReceipt(_ id: String) throws(StoreError) -> ErasureReceipt?
    func pendingErasures() -> [String]
    /// Reads the whole store.
    func findTraces(of ids: [String]) throws(StoreError) -> ErasureCheck.Report
    /// What a record about persons would change; from any thread, and may take as long as a query.
    func identityEffect(of record: IdentityRecord) throws(StoreError) -> IdentityEffect
    func status() -> StoreStatus
    func close() throws(StoreError)
}

extension EventStore: EventSink {}
