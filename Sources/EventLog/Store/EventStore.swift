import Columns
import Synchronization

/// The store: one directory, one writer, any number of readers.
///
/// Synchronous and free of threads of its own: the daemon decides which thread does what.
/// `append` is called by one thread (the writer); `seal` and `indexNextSegment` may run on another at
/// the same time; `tables` and `status` may be called from anywhere and wait for no disk.
///
/// Two locks, never taken the other way round:
/// - `writer` guards what only writing touches (journal, duplicate index, numbering). It is held
///   during the writer's own input and output, because that is what gives events their order.
/// - `view` guards what readers see (live segments, blocks being sealed, tail). It is never held
///   during input or output.
package final class EventStore: Sendable {
    package let identityKey: UInt64
    package let path: String
    let disk: any Disk
    let options: StoreOptions
    let generatedIDs: GeneratedEventID
    let cache: ColumnCache
    let catalog: CatalogLog
    let storeID: StoreID
    let lock: FileHandle
    let recovery: RecoveryReport
    let writer: Mutex<Writer>
    let view: Mutex<View>
    /// Held for the whole of a seal, so that two cannot run at once.
    let sealing = Mutex<Void>(())

    struct Writer: ~Copyable {
        /// `nil` until the next event: a journal file is named by the first event in it.
        var journal: JournalWriter?
        /// The number that `journal` is named by.
        var journalFirstSeq: Int64 = 0
        /// Whether the journal has events that were answered as buffered and are not synced yet.
        var hasUnsynced = false
        /// Such events were in a file that failed: only a segment can make them durable now.
        var mustSeal = false
        var nextSeq: Int64
        /// Receive times never decrease, whatever the wall clock does.
        var lastReceivedAt: Int64
        var dedup: DedupIndex
        /// Room for one record's payload, used again and again.
        var payload: [UInt8] = []
        var lastError: StoreError?
        var isClosed = false
    }

    struct View {
        var catalogState: CatalogState
        /// In order of `seq`.
        var segments: [SegmentFile]
        /// The tail as it was when a seal began; still seen by queries until its segment is live.
        var sealingBlocks: [TailBlock] = []
        var sealingLastSeq: Int64 = 0
        var tail: Tail
        var schema: EventSchema
        /// The last `seq` that recovery or `append` made durable.
        var lastSeq: Int64
    }

    init(
        path: String, disk: any Disk, options: StoreOptions, lock: FileHandle, opened: OpenedStore
    ) {
        self.path = path
        self.disk = disk
        self.options = options
        self.lock = lock
        identityKey = opened.identityKey
        generatedIDs = opened.generatedIDs
        cache = opened.cache
        catalog = opened.catalog
        storeID = opened.storeID
        recovery = opened.report
        writer = Mutex(
            Writer(
                journal: nil, nextSeq: opened.lastSeq + 1,
                lastReceivedAt: opened.lastReceivedAt, dedup: opened.dedup))
        view = Mutex(
            View(
                catalogState: opened.catalogState, segments: opened.segments, tail: opened.tail,
                schema: opened.schema, lastSeq: opened.lastSeq))
    }

    /// The tables as of now: what is acknowledged is in them.
    package func tables() -> StoreTables {
        view.withLock { view in
            let tail = view.sealingBlocks + view.tail.snapshot(view.schema)
            return StoreTables(
                events: EventsTable(schema: view.schema, segments: view.segments, tail: tail))
        }
    }

    /// Whether the tail is large or old enough to become a segment.
    package func isSealDue() -> Bool {
        let now = options.now()
        return view.withLock { view in
            if !view.sealingBlocks.isEmpty || view.tail.rowCount >= options.sealRowCount {
                return true
            }
            guard let oldest = view.tail.oldestReceivedAt else { return false }
            return now - oldest >= options.sealAge
        }
    }

    /// Syncs and closes the journal and gives up the lock. Nothing may be called afterwards.
    package func close() throws(StoreError) {
        do {
            try writer.withLock { writer in
                writer.isClosed = true
                if let journal = writer.journal.take() { try journal.close() }
            }
            try disk.close(lock)
        } catch {
            throw StoreError(error)
        }
    }

    package func status() -> StoreStatus {
        var status = StoreStatus()
        status.store = path
        status.storeID = "\(storeID)"
        status.recoveredTailBytes = recovery.tornTailBytes
        status.damage = recovery.damage.map { "\($0.file): \($0.message)" }
        status.cacheBytes = cache.cost
        view.withLock { view in
            status.segments = view.segments.count
            status.segmentRows = view.segments.reduce(0) { $0 + $1.entry.rowCount }
            status.segmentBytes = view.segments.reduce(0) { $0 + $1.entry.size }
            status.tailRows =
                view.tail.rowCount + view.sealingBlocks.reduce(0) { $0 + $1.rowCount }
            status.lastSeq = view.lastSeq
            status.catalogVersion = view.catalogState.version
        }
        writer.withLock { writer in
            status.journalBytes = writer.journal?.size ?? 0
            status.dedupBytes = writer.dedup.memorySize
            status.dedupPendingSegments = writer.dedup.unindexedCount
            status.writeError = writer.lastError?.reason
        }
        return status
    }
}
