import EventLog
import EventLogd
import Synchronization

/// A store in memory: keeps counts, and rows if asked to; can be told to fail and to wait.
final class FakeSink: EventSink {
    struct State {
        var rows: [[UInt8]] = []
        var rowCount = 0
        var producers: Set<String> = []
        /// The number of batches of each append, and its durability.
        var groups: [(batches: Int, durability: Durability)] = []
        /// Errors for the next appends.
        var failures: [StoreError] = []
        var isClosed = false
        var answers: [RequestKey: KeptAnswer] = [:]
        var isSealDue = false
        var isCrowded = false
        var sealCount = 0
    }

    private let state = Mutex(State())
    private let keepsRows: Bool
    /// Called at the start of each append, where it is made.
    private let beforeAppend: @Sendable () -> Void

    init(
        keepsRows: Bool = true, failures: [StoreError] = [], isSealDue: Bool = false,
        beforeAppend: @escaping @Sendable () -> Void = {}
    ) {
        self.keepsRows = keepsRows
        self.beforeAppend = beforeAppend
        state.withLock {
            $0.failures = failures
            $0.isSealDue = isSealDue
        }
    }

    var snapshot: State { state.withLock { $0 } }
    var lines: [String] { snapshot.rows.map { String(decoding: $0, as: UTF8.self) } }

    let identityKey: UInt64 = 1

    func append(
        _ batches: [EventBatch], durability: Durability
    ) throws(StoreError) -> [AppendResult] {
        beforeAppend()
        let failure: StoreError? = state.withLock { state in
            state.groups.append((batches.count, durability))
            guard state.failures.isEmpty else { return state.failures.removeFirst() }
            for batch in batches {
                state.rowCount += batch.count
                state.producers.insert(batch.producer)
                guard keepsRows else { continue }
                for row in 0..<batch.count {
                    let range = Int(batch.rowOffsets[row])..<Int(batch.rowOffsets[row + 1])
                    state.rows.append(Array(batch.rows[range]))
                }
            }
            return nil
        }
        if let failure { throw failure }
        return batches.map { batch in
            let placement = RowPlacement(
                newRows: batch.count > 0 ? [0..<batch.count] : [], firstSeq: 1,
                generatedIDs: GeneratedEventID(storeTag: 7))
            let result = AppendResult(
                stored: batch.count, duplicates: 0, adjusted: 0, placement: placement)
            if let keeping = batch.keeping {
                state.withLock { $0.answers[keeping.key] = keeping.answer(result) }
            }
            return result
        }
    }

    func keptAnswer(to key: RequestKey) -> KeptAnswer? { state.withLock { $0.answers[key] } }

    func isSealDue() -> Bool { state.withLock { $0.isSealDue } }
    func isCrowded() -> Bool { state.withLock { $0.isCrowded } }
    /// Lets the next append fail.
    func fail(_ error: StoreError) { state.withLock { $0.failures.append(error) } }
    func setCrowded(_ isCrowded: Bool) { state.withLock { $0.isCrowded = isCrowded } }

    func seal() throws(StoreError) -> Int {
        state.withLock {
            $0.isSealDue = false
            $0.sealCount += 1
            return $0.rowCount
        }
    }

    func publishIdentity(onlyIfUsed: Bool) throws(StoreError) -> IdentityTableStatus? { nil }
    func indexNextSegment() -> Bool { false }
    func quarantinedIDs() -> [Int64] { [] }
    func quarantined(_ ids: Set<Int64>) throws(StoreError) -> [QuarantinedEvent] { [] }
    func contentItem(_ id: String) -> ContentItem? { nil }

    func isCompactionDue() -> Bool { false }
    func compact(
        isForced: Bool, isCancelled: @escaping () -> Bool
    ) throws(StoreError) -> CompactionStep? { nil }
    func compactionPlan(isForced: Bool) -> CompactionPlan { CompactionPlan() }
    func expire(
        trustsClock: Bool, isCancelled: @escaping () -> Bool
    ) throws(StoreError) -> ExpirationStep? { nil }
    func expirationPlan(trustsClock: Bool) -> ExpirationPlan { ExpirationPlan() }
    func retentionStatus() -> RetentionStatus { RetentionStatus() }
    func isRollupDue() -> Bool { false }
    func buildRollup(isCancelled: @escaping () -> Bool) throws(StoreError) -> RollupStep? { nil }
    func nextToArchive() throws(StoreError) -> ArchiveTask? { nil }
    func noteArchived(_ task: ArchiveTask) throws(StoreError) {}
    func noteArchiveFailure(_ message: String) {}
    func releaseReplaced() {}
    func snapshot(
        to path: String, isCancelled: @escaping () -> Bool
    ) throws(SnapshotError) -> SnapshotReport { SnapshotReport() }

    func requestErasure(of user: String) throws(StoreError) -> ErasureReceipt {
        throw .io("this store forgets nobody")
    }
    func erase(
        _ id: String, removeExports: (ErasureScope) throws -> [String],
        progress: (Int, Int) -> Void, isCancelled: () -> Bool
    ) throws(StoreError) -> ErasureReceipt? { nil }
    func erasureReceipt(_ id: String) throws(StoreError) -> ErasureReceipt? { nil }
    func pendingErasures() -> [String] { [] }
    func findTraces(of ids: [String]) throws(StoreError) -> ErasureCheck.Report {
        ErasureCheck.Report()
    }

    func squash(isDryRun: Bool) -> SquashReport { SquashReport() }

    func identityEffect(of record: IdentityRecord) -> IdentityEffect { IdentityEffect(.changes) }
    func status() -> StoreStatus {
        var status = StoreStatus()
        status.store = "memory"
        status.tailRows = state.withLock { $0.rowCount }
        return status
    }

    func close() throws(StoreError) { state.withLock { $0.isClosed = true } }
}
