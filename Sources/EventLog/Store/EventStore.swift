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
    let disk: ShreddingDisk
    let options: StoreOptions
    let generatedIDs: GeneratedEventID
    let cache: ColumnCache
    let identity: IdentityIndex
    let catalog: CatalogLog
    let storeID: StoreID
    let lock: FileHandle
    let recovery: RecoveryReport
    let writer: Mutex<Writer>
    let view: Mutex<View>
    /// Answers to requests that may come again. Never held during input or output.
    let answers: Mutex<KeptAnswers>
    /// Never held during input or output, nor while another lock is taken.
    let writerGauges = Mutex(WriterGauges())
    /// Whether the last append met less free space than is to stay.
    let isSpaceLow = Atomic<Bool>(false)
    /// Held for the whole of a seal, so that two cannot run at once.
    let sealing: Mutex<Sealing>

    /// Held while segments are read and written anew, so that two never do that with the same ones; seals and
    /// queries go on beside it. Taken before `sealing`.
    let rewriting = Mutex(())
    /// Never held during input or output, nor while another lock is taken.
    let compaction = Mutex(CompactionState())
    /// Never held during input or output, nor while another lock is taken.
    let retention = Mutex(RetentionState())
    let clockStart: ClockStart
    /// Never held during input or output, nor while another lock is taken.
    let archive = Mutex(ArchiveState())
    /// Held while the log is changed or copied. Taken after `rewriting`.
    let identityLog: Mutex<KnownIdentityLog>
    /// Files that others have taken the place of. Never held during input or output, nor while another lock
    /// is taken.
    let replaced: Mutex<[ReplacedFile]>

    /// Held while a person is hidden; taken before `sealing`.
    let erasing: Mutex<ErasureState>
    /// Never held during input or output, nor while another lock is taken.
    let erasureGauges = Mutex(ErasureGauges())
    /// Changed by who holds `rewriting`; held during input and output.
    let rollupTables: Mutex<RollupTables>
    /// Never held during input or output, nor while another lock is taken.
    let rollupBuilding = Mutex(RollupBuilding())

    /// What is known of the identity table. Held for the whole of a publication.
    let identityTable: Mutex<PublishedIdentity>
    /// Never held during input or output, nor while another lock is taken.
    let identityTableStatus: Mutex<IdentityTableStatus>

    struct Sealing {
        /// The newest commit may not be durable and is to be written once more before anything is
        /// built on it.
        var mustPrepareCatalog: Bool
        /// The start could not look for what interrupted seals left; the next seal's position will cover
        /// it, and nobody could tell it from a live segment of which the commit is lost.
        var mustSweep: Bool
        /// What the last attempt has written of ledger and quarantine.
        var books: Books.Sealed?
        /// A commit that puts segments in the place of others, if it is not known what became of it.
        var succession: SegmentSuccession?
        /// The last attempt, if it failed.
        var failure: (error: StoreError, at: Int64)?
    }

    struct Writer: ~Copyable {
        /// `nil` until the next event: a journal file is named by the first event in it.
        var journal: JournalWriter?
        /// The number that `journal` is named by.
        var journalFirstSeq: Int64 = 0
        /// Whether the journal has events that were answered as buffered and are not synced yet.
        var hasUnsynced = false
        /// Such events were in a file that failed, or a start could not copy what it recovered: only a
        /// segment can make them durable now.
        var mustSeal = false
        /// A start could not make the answers durable that it recovered: the next journal file does.
        var mustKeepAnswers = false
        var nextSeq: Int64
        /// Receive times never decrease, whatever the wall clock does.
        var lastReceivedAt: Int64
        var dedup: DedupIndex
        var quarantineAllowance = QuarantineAllowance()
        /// Persons who were erased, and by which key.
        var tombstones: Tombstones
        var erasureKey: ErasureKey?
        /// Room for one record's payload, used again and again.
        var payload: [UInt8] = []
        var isClosed = false
    }

    /// What `status` shows of the writer: a copy, because the writer's lock is held while the disk is
    /// waited for.
    struct WriterGauges: Sendable {
        var journalBytes = 0
        var dedupBytes = 0
        var dedupPendingSegments = 0
        /// Why the last append was refused.
        var error: StoreError?
    }

    struct View {
        var catalogState: CatalogState
        /// In order of `seq`.
        var segments: [SegmentFile]
        /// What events that are gone said about persons.
        var identityLog: [SegmentFile]
        /// What may be read instead of events that are only counted, and all files of it.
        var rollups: RollupSet
        var rollupFiles: [RollupFile]
        /// A seal has begun and not ended: it is under way, or failed and is to be tried again.
        var isSealing = false
        /// The last attempt failed: who waits for it may wait for ever.
        var hasSealFailed = false
        /// The tail as it was when a seal began; still seen by queries until its segment is live.
        var sealingBlocks: [TailBlock] = []
        var sealingLastSeq: Int64 = 0
        var sealingOldestAt: Int64?
        /// When the seal under way began, in µs: its attempts write one file, on whatever day they are.
        var sealingBeganAt: Int64 = 0
        var tail: Tail
        var books: Books
        var schema: EventSchema
        /// Persons who are being erased.
        var hidden: [ErasureScope]
        /// The last `seq` of an event that recovery or `append` made durable.
        var lastSeq: Int64
        /// The number up to which everything would survive a power failure: events that were only
        /// buffered come after it.
        var durableSeq: Int64
        var recent = RecentAppends()
    }

    init(
        path: String, disk: ShreddingDisk, options: StoreOptions, lock: FileHandle,
        opened: OpenedStore
    ) {
        self.path = path
        self.disk = disk
        self.options = options
        self.lock = lock
        identityKey = opened.identityKey
        generatedIDs = opened.generatedIDs
        cache = opened.cache
        identity = opened.identity
        catalog = opened.catalog
        storeID = opened.storeID
        recovery = opened.report
        writer = Mutex(
            Writer(
                journal: nil,
                mustSeal: !opened.isDurable, mustKeepAnswers: !opened.isDurable,
                nextSeq: opened.lastSeq + 1,
                lastReceivedAt: opened.lastReceivedAt, dedup: opened.dedup,
                tombstones: opened.erasures.tombstones, erasureKey: opened.erasures.key))
        answers = Mutex(opened.answers)
        clockStart = ClockStart(
            reading: ClockGuard.Reading(wall: options.now(), uptime: options.uptime()),
            receivedAt: opened.lastReceivedAt,
            newest: opened.segments.max { $0.entry.seqMax < $1.entry.seqMax })
        identityLog = Mutex(KnownIdentityLog(catalog: opened.identityLog?.catalog))
        sealing = Mutex(
            Sealing(mustPrepareCatalog: !opened.isDurable, mustSweep: !opened.isDurable))
        replaced = Mutex(opened.replaced)
        erasing = Mutex(
            ErasureState(key: opened.erasures.key, scopes: opened.erasures.scopes))
        let (rollups, rollupFiles) = (opened.rollups.set, opened.rollups.files)
        rollupTables = Mutex(opened.rollups)
        identityTable = Mutex(
            PublishedIdentity(
                newest: opened.identityTable ?? nil, isKnown: opened.identityTable != nil))
        identityTableStatus = Mutex(IdentityTableStatus(opened.identityTable ?? nil))
        view = Mutex(
            View(
                catalogState: opened.catalogState, segments: opened.segments,
                identityLog: opened.identityLog?.files ?? [], rollups: rollups,
                rollupFiles: rollupFiles, tail: opened.tail,
                books: opened.books, schema: opened.schema, hidden: opened.erasures.scopes,
                lastSeq: max(
                    opened.tail.lastSeq,
                    opened.segments.reduce(0) { max($0, $1.entry.seqMax) }),
                durableSeq: opened.isDurable
                    ? opened.lastSeq : opened.catalogState.journalPosition))
        writer.withLock { showGauges(of: &$0) }
    }

    /// To be called at the end of whatever changed the writer.
    func showGauges(of writer: inout Writer) {
        let journalBytes = writer.journal?.size ?? 0
        let dedupBytes = writer.dedup.memorySize
        let pendingCount = writer.dedup.unindexedCount
        writerGauges.withLock {
            $0.journalBytes = journalBytes
            $0.dedupBytes = dedupBytes
            $0.dedupPendingSegments = pendingCount
        }
    }

    /// The first answer to a request, if there was one in the last 24 hours and room to keep it. It is known
    /// to be durable once an `append` that is synced has followed the opening of the store.
    package func keptAnswer(to key: RequestKey) -> KeptAnswer? {
        let now = options.now()
        return answers.withLock { $0.answer(to: key, now: now) }
    }

    /// The tables as of now: what is acknowledged is in them.
    package func tables() -> StoreTables {
        view.withLock { tables(of: &$0) }
    }

    func tables(of view: inout View) -> StoreTables {
        let tail = view.sealingBlocks + view.tail.snapshot(view.schema)
        return StoreTables(
            events: EventsTable(
                schema: view.schema, segments: view.segments, tail: tail,
                identityLog: view.identityLog
            ).hiding(view.hidden),
            identity: identity, books: view.books, rollups: view.rollups)
    }

    /// Whether anything changed that a question about events could see; waits for nothing.
    package func moment() -> StoreMoment {
        view.withLock { moment(of: $0) }
    }

    func moment(of view: View) -> StoreMoment {
        let totals = view.books.ledger.totals
        return StoreMoment(
            lastSeq: max(view.tail.lastSeq, view.sealingLastSeq, view.lastSeq),
            goneCount: totals.expired + totals.erased, hidden: view.hidden.map(\.id))
    }

    /// Where the chain of the catalog's commits ends.
    package var chain: ChainHead? { view.withLock { $0.catalogState.chain } }

    /// All that is sealed, and the last number that the seals covered.
    func sealedEvents() -> (events: EventsTable, position: Int64) {
        view.withLock { view in
            (
                EventsTable(
                    schema: view.schema, segments: view.segments, tail: [],
                    identityLog: view.identityLog
                ).hiding(view.hidden),
                view.catalogState.journalPosition
            )
        }
    }

    /// Whether what is unsealed is large or old enough for a seal.
    package func isSealDue() -> Bool {
        let now = options.now()
        return view.withLock { view in
            if view.isSealing || view.tail.rowCount >= options.sealRowCount
                || view.books.unsealedSize >= Limits.ledgerUnsealedSizeMax
            {
                return true
            }
            func isOld(_ receivedAt: Int64?) -> Bool {
                receivedAt.map { now - $0 >= options.sealAge } ?? false
            }
            return isOld(view.tail.oldestReceivedAt) || isOld(view.books.oldestUnsealed)
        }
    }

    /// Whether events come faster than they are sealed: who appends a lot should wait for the seal that
    /// is under way, so that memory has room for two tails and little more. Of one that failed nobody knows when it is
    /// done: `append` takes what there is room for, and refuses the rest.
    package func isCrowded() -> Bool {
        view.withLock {
            !$0.sealingBlocks.isEmpty && !$0.hasSealFailed
                && $0.tail.rowCount >= options.sealRowCount
        }
    }

    /// Syncs and closes the journal and gives up the lock. Nothing may be called afterwards.
    package func close() throws(StoreError) {
        do {
            let journal = Result {
                try writer.withLock { writer in
                    writer.isClosed = true
                    if let journal = writer.journal.take() { try journal.close() }
                }
            }
            try disk.close(lock)
            try journal.get()
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
            status.oldestUnsealedAt = view.sealingOldestAt ?? view.tail.oldestReceivedAt
            status.lastSeq = view.lastSeq
            status.catalogVersion = view.catalogState.version
            status.chain = view.catalogState.chain.map {
                ChainStatus(version: $0.version, digest: $0.digest.text)
            }
            status.ledger = view.books.ledger.totals
            status.quarantine.events = view.books.quarantine.count
            status.quarantine.bytes = view.books.quarantine.size
            status.quarantine.evicted = view.books.quarantine.evictedCount
            status.content.items = view.books.content.all.count
            status.content.bytes = view.books.content.size
        }
        status.compaction = compactionStatus()
        status.erasure = erasureStatus()
        status.retention = retentionStatus()
        status.rollups = rollupStatus()
        status.archive = archiveStatus()
        status.identityTable = identityTableStatus.withLock { $0 }
        writerGauges.withLock { gauges in
            status.journalBytes = gauges.journalBytes
            status.dedupBytes = gauges.dedupBytes
            status.dedupPendingSegments = gauges.dedupPendingSegments
            status.writeError = gauges.error?.reason
        }
        return status
    }
}
