import Columns

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
    var dedup: DedupIndex
    var cache: ColumnCache
    var lastSeq: Int64
    var lastReceivedAt: Int64
    /// With events that are not sealed yet, oldest first.
    var journalFiles: [String]
    var report: RecoveryReport
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
        let catalog = CatalogLog(on: disk, directory: "events")
        guard let state = try catalog.load() else { return nil }
        return try load(catalog, state)
    }

    func load(_ catalog: CatalogLog, _ state: CatalogState) throws -> OpenedStore {
        let storeID = try StoreID(parsing: state.tableID)
        let identityKey = options.random()
        let cache = ColumnCache(budget: options.columnCacheSize)
        let segments = state.segments.map {
            SegmentFile(entry: $0, path: "events/" + $0.path, disk: disk, cache: cache)
        }
        var opened = OpenedStore(
            identityKey: identityKey, storeID: storeID,
            generatedIDs: GeneratedEventID(storeTag: storeID.tag), catalog: catalog,
            catalogState: state, segments: segments, schema: EventSchema(state.leaves),
            tail: Tail(seed: identityKey),
            dedup: DedupIndex(
                key: identityKey, segments: segments,
                expectedCount: segments.reduce(0) { $0 + $1.entry.rowCount },
                setMemory: options.dedupSetSize),
            cache: cache, lastSeq: state.journalPosition, lastReceivedAt: 0, journalFiles: [],
            report: RecoveryReport())
        try replay(into: &opened)
        return opened
    }

    private func replay(into opened: inout OpenedStore) throws {
        let directory = JournalDirectory(on: disk, storeID: opened.storeID)
        let findings = try directory.replay(from: opened.lastSeq) { record in
            guard record.kind == .events else { return }
            do {
                let batch = try EventBatch(
                    payload: record.payload, count: record.count,
                    identityKey: opened.identityKey)
                try replay(batch, record.firstSeq, &opened)
            } catch let error as EventRowError {
                opened.report.damage.append(
                    Damage(
                        file: record.file, rowCount: record.count,
                        message: "record of events from \(record.firstSeq) on: \(error)"))
            }
        }
        opened.report.tornTailBytes = findings.tornTailBytes
        opened.report.damage += findings.damage
        opened.lastSeq = max(opened.lastSeq, findings.lastSeq)
        opened.journalFiles = findings.files
    }

    private func replay(
        _ batch: EventBatch, _ firstSeq: Int64, _ opened: inout OpenedStore
    ) throws {
        // A record whose sync failed was never acknowledged, yet may have reached the disk; its events
        // were then sent and stored again. The first copy stays.
        var isKept = [Bool](repeating: true, count: batch.count)
        for row in 0..<batch.count {
            guard let identity = batch.identities[row] else { continue }
            isKept[row] = opened.dedup.replay(identity)
        }
        var row = 0
        while row < batch.count {
            guard isKept[row] else {
                row += 1
                continue
            }
            // Numbers are kept: each run of events goes in with its own.
            var end = row
            while end < batch.count && isKept[end] { end += 1 }
            let mask = (0..<batch.count).map { (row..<end).contains($0) }
            try opened.tail.append(
                end - row == batch.count ? batch : batch.keeping(mask),
                firstSeq: firstSeq + Int64(row), generatedIDs: opened.generatedIDs,
                schema: &opened.schema)
            opened.report.replayedRows += end - row
            row = end
        }
        opened.lastSeq = max(opened.lastSeq, firstSeq + Int64(batch.count) - 1)
        opened.lastReceivedAt = max(opened.lastReceivedAt, batch.receivedAt)
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
