package import Columns
import Parquet

/// What opening a store found besides sound data.
package struct RecoveryReport: Sendable {
    /// Events replayed from the journal.
    package var replayedRows = 0
    /// Bytes cut from the end of the journal: a write that was interrupted before its acknowledgement.
    package var tornTailBytes = 0
    /// Records and files that could not be used; what is intact around them was.
    package var damage: [Damage] = []

    package init() {}
}

/// A store's state, put together from its catalog and its journal.
struct OpenedStore {
    var identityKey: UInt64
    var storeID: StoreID
    var generatedIDs: GeneratedEventID
    var catalog: CatalogLog
    var catalogState: CatalogState
    var segments: [SegmentFile]
    var schema: EventSchema
    var tail: Tail
    var books: Books
    var dedup: DedupIndex
    var answers: KeptAnswers
    var cache: ColumnCache
    var identity: IdentityIndex
    var erasures: ErasureDirectory.Loaded
    /// The newest version of the identity table, if there is one; `nil` if nobody looked.
    var identityTable: IdentityLakeVersion??
    /// Files that are not the table any more and stay for a while; found once, so that each either goes now or
    /// is known to go later.
    var replaced: [ReplacedFile] = []
    /// What events that are gone said about persons; `nil`: none ever went.
    var identityLog: IdentityLog.State?
    var rollups: RollupTables
    /// What of them could not be read: nothing hangs on it but answers about expired events.
    var rollupDamage: [Damage] = []
    var lastSeq: Int64
    var lastReceivedAt: Int64
    /// What the journal's files hold, for putting them in order.
    var journal: JournalReplay
    var report: RecoveryReport
    /// Whether all of it would survive a power failure; if not, only sealing can make it so.
    var isDurable = true
}

/// Puts a store together again after a stop of any kind: catalog, then journal from the position that
/// the catalog covers.
///
/// Reads only. Making what was recovered durable (`JournalDirectory.rewrite`) is the writer's duty,
/// done by `EventStore.open` before anybody can send an event.
struct Recovery {
    let disk: any Disk
    let options: StoreOptions

    /// - Returns: `nil` if the directory has no catalog: it is empty, or not a store.
    func load() throws -> OpenedStore? {
        let catalog = self.catalog
        guard let state = try catalog.load() else { return nil }
        return try load(catalog, state)
    }

    /// Its commits tell of both clocks: who reads the store later can see whether somebody set the wall clock.
    var catalog: CatalogLog {
        CatalogLog(
            on: disk, directory: "events", sealer: options.sealer, clocks: options.clocks)
    }

    func load(_ catalog: CatalogLog, _ state: CatalogState) throws -> OpenedStore {
        guard let storeID = StoreID(state.tableID) else {
            throw StoreError.notAStore("the table's id \(state.tableID) is not a store's")
        }
        let erasures = try ErasureDirectory(disk: disk).load()
        let identityKey = erasures.key?.identityKey ?? options.random()
        let identity = try options.identity ?? IdentityRules(disk: disk).load()
        let loaded = try BooksDirectory(disk: disk, storeID: storeID).load(state.journalPosition)
        let cache = ColumnCache(
            budget: options.columnCacheSize, openFileCountMax: options.openSegmentCount)
        let segments = state.segments.map {
            SegmentFile(entry: $0, path: "events/" + $0.path, disk: disk, cache: cache)
        }
        var contents = Contents(
            schema: EventSchema(state.leaves), tail: Tail(seed: identityKey),
            books: loaded.isComplete
                ? loaded.books
                : Books(
                    ledger: LedgerRecount.count(segments), content: loaded.books.content),
            dedup: DedupIndex(
                key: identityKey, segments: segments,
                expectedCount: segments.reduce(0) { $0 + $1.entry.rowCount },
                setMemory: options.dedupSetSize),
            generatedIDs: GeneratedEventID(storeTag: UInt32(truncatingIfNeeded: storeID.low)))
        for erased in erasures.tombstones.erased { contents.dedup.erase(erased.identities) }
        let journal = try replay(after: state.journalPosition, storeID, identityKey, &contents)
        move(as: state, isCounted: loaded.isComplete, &contents)
        contents.report.tornTailBytes = journal.recoveredTailBytes
        // Read after the catalog: what goes from the one is in the other before.
        let identityLog = try IdentityLog(disk: disk).load(cache)
        contents.report.damage +=
            state.damage + loaded.damage + journal.damage + erasures.damage
        contents.report.damage += identityLog?.damage ?? []
        var opened = OpenedStore(
            identityKey: identityKey, storeID: storeID, generatedIDs: contents.generatedIDs,
            catalog: catalog, catalogState: state, segments: segments, schema: contents.schema,
            tail: contents.tail, books: contents.books, dedup: contents.dedup,
            answers: contents.answers, cache: cache,
            identity: IdentityIndex(
                options: identity, domain: { cache.currentDomain() }, hidden: erasures.scopes
            ) { [disk] in
                try IdentityDirectory(disk: disk, storeID: storeID, options: identity)
                    .load(upTo: state.journalPosition)
            },
            erasures: erasures, identityLog: identityLog,
            rollups: RollupTables(rowShareMax: options.rollupShareMax), lastSeq: journal.lastSeq,
            lastReceivedAt: contents.lastReceivedAt, journal: journal, report: contents.report)
        // After the catalog of the events: what expires meanwhile is then still seen as events.
        opened.rollupDamage = try opened.rollups.load(disk: disk, cache: cache)
        return opened
    }

    /// What replaying the journal fills.
    private struct Contents {
        var schema: EventSchema
        var tail: Tail
        var books: Books
        var dedup: DedupIndex
        var answers = KeptAnswers()
        var moves = LedgerMoveChain()
        let generatedIDs: GeneratedEventID
        var lastReceivedAt: Int64 = 0
        var report = RecoveryReport()
    }

    private func replay(
        after position: Int64, _ storeID: StoreID, _ identityKey: UInt64,
        _ contents: inout Contents
    ) throws -> JournalReplay {
        let directory = JournalDirectory(
            storeID: storeID, on: disk, growth: options.journalGrowth)
        return try directory.replay(after: position) { record in
            do {
                var payload = record.payload
                switch record.kind {
                case .events: break
                case .answered: payload = try replayAnswers(payload, &contents)
                case .ledger:
                    let ledger = try LedgerRecord(payload: Array(payload))
                    let hour = ledger.counts.keys.map(\.hour).max() ?? 0
                    contents.books.apply(
                        ledger, firstSeq: record.firstSeq,
                        receivedAt: max(contents.lastReceivedAt, hour))
                    return
                case .content:
                    let content = try ContentRecord(payload: Array(payload))
                    contents.books.apply(content)
                    contents.lastReceivedAt = max(contents.lastReceivedAt, content.updatedAt)
                    return
                case .moved:
                    contents.moves.add(
                        try LedgerMoveRecord(payload: Array(payload)), seq: record.firstSeq)
                    return
                case .closed: return
                }
                guard record.count > record.coveredCount else { return }
                let batch = try EventBatch(
                    payload: payload, count: record.count, identityKey: identityKey)
                try replay(batch, record, &contents)
            } catch let error as EventRowError {
                contents.report.damage.append(
                    Damage(
                        file: JournalDirectory.path, rowCount: record.count,
                        message: "what is numbered from \(record.firstSeq) on: \(error)"))
            }
        }
    }

    /// Moves in the ledger what commits took out of the table since its file was written.
    private func move(as state: CatalogState, isCounted: Bool, _ contents: inout Contents) {
        guard
            let moves = contents.moves.committed(
                last: state.movesPosition, after: state.journalPosition)
        else {
            contents.report.damage.append(
                Damage(
                    file: JournalDirectory.path,
                    message: "what commits up to \(state.movesPosition) did to the ledger cannot "
                        + "be read: events that have gone are counted as stored"))
            return
        }
        contents.books.apply(moves, isCounted: isCounted, now: options.now())
    }

    /// - Returns: the payload of the events that came with them.
    private func replayAnswers(
        _ payload: UnsafeRawBufferPointer, _ contents: inout Contents
    ) throws -> UnsafeRawBufferPointer {
        let (answers, eventsStart) = try AnsweredPayload.read(payload)
        let now = options.now()
        for (key, answer) in answers { contents.answers.keep(answer, for: key, now: now) }
        return UnsafeRawBufferPointer(rebasing: payload[eventsStart...])
    }

    private func replay(
        _ batch: EventBatch, _ record: JournalRecord, _ contents: inout Contents
    ) throws {
        for identity in batch.identities[record.coveredCount...] {
            // The journal holds what was deduplicated; the set is filled, not asked.
            if let identity { contents.dedup.replay(identity) }
        }
        let covered = record.coveredCount
        try contents.tail.append(
            batch, rows: covered..<batch.count,
            firstSeq: record.firstSeq + Int64(covered), generatedIDs: contents.generatedIDs,
            schema: &contents.schema)
        contents.books.store(batch.count - covered, of: batch)
        contents.report.replayedRows += batch.count - covered
        contents.lastReceivedAt = max(contents.lastReceivedAt, batch.receivedAt)
    }
}

extension EventSchema {
    /// The schema that a catalog describes: the canonical columns and its custom leaves.
    init(_ leaves: [CatalogLeaf]) {
        self.init()
        for leaf in leaves where leaf.path.count == 2 && leaf.path[0] == "data" {
            restore(CustomLeaf(name: leaf.path[1], type: leaf.type))
        }
    }

    var catalogLeaves: [CatalogLeaf] {
        segmentLeaves.map {
            CatalogLeaf(path: $0.path, type: $0.type, isNullable: !$0.isRequired)
        }
    }

    /// All leaves, if the catalog does not know them yet.
    func catalogLeaves(besides state: CatalogState) -> [CatalogLeaf]? {
        let own = catalogLeaves
        return own.count > state.leaves.count ? own : nil
    }
}
