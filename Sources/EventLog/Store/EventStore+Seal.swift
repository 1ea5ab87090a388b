import Columns
import Synchronization

extension EventStore {
    /// Turns the tail as it stands into a segment and retires the journal behind it. Ledger and
    /// quarantine are written with it; if there is nothing else, they are alone.
    ///
    /// Events that come meanwhile go to a new tail and a new journal file. A crash at any point leaves
    /// either the journal and no segment in the catalog, or the segment and a journal position that
    /// covers what the old files hold. After an error the blocks stay queryable, and the next call
    /// tries again with them.
    /// - Returns: the number of events sealed; 0 if the tail was empty.
    @discardableResult
    package func seal() throws(StoreError) -> Int {
        let count = try sealOnce()
        if count != nil { publishIdentityIfDue() }
        return count ?? 0
    }

    /// Seals until nothing is unsealed, with what comes meanwhile.
    func sealAll() throws(StoreError) {
        while try sealOnce() != nil {}
    }

    /// - Returns: `nil` if there was nothing to seal.
    func sealOnce() throws(StoreError) -> Int? {
        do {
            return try sealing.withLock { try sealOnce(&$0) }
        } catch {
            throw StoreError(error)
        }
    }

    /// The same, for whoever does more under the lock.
    func sealOnce(_ sealing: inout Sealing) throws -> Int? {
        do {
            let count = try seal(&sealing)
            sealing.failure = nil
            view.withLock { $0.hasSealFailed = false }
            return count
        } catch {
            view.withLock { $0.hasSealFailed = true }
            sealing.failure = (StoreError(error), options.now())
            throw error
        }
    }

    private func seal(_ sealing: inout Sealing) throws -> Int? {
        if sealing.mustPrepareCatalog {
            try catalog.prepare()
            sealing.mustPrepareCatalog = false
        }
        if sealing.mustSweep, recovery.damage.isEmpty {
            let state = view.withLock { $0.catalogState }
            let sweep = SegmentSweep(
                disk: disk, directory: "events", state: state,
                kept: Set(replaced.withLock { $0.map(\.path) }))
            // What cannot be removed only takes room.
            if (try? sweep.run()) != nil { sealing.mustSweep = false }
        }
        try settleSuccession(&sealing)
        guard var begun = beginSeal() else { return nil }
        if !begun.isRetry { sealing.books = nil }
        // Whether a commit that failed happened all the same, only the catalog can tell.
        if begun.isRetry { begun.catalogState = try catalogAfterFailure() }
        if begun.catalogState.journalPosition < begun.lastSeq {
            begun.catalogState = try commit(begun, &sealing)
        }
        endSeal(begun, sealing.books)
        sealing.books = nil
        takeInPersons(begun)
        return begun.rowCount
    }

    private struct BegunSeal {
        var blocks: [TailBlock]
        var books: Books
        var schema: EventSchema
        var catalogState: CatalogState
        /// The journal position that the seal covers.
        var lastSeq: Int64
        /// When the first attempt began, in µs since 1970 UTC.
        var beganAt: Int64
        /// Whether an earlier attempt failed.
        var isRetry: Bool
        var rowCount: Int { blocks.reduce(0) { $0 + $1.rowCount } }
        /// The number of the first event; `nil` if there is none.
        var firstSeq: Int64? {
            guard let block = blocks.first else { return nil }
            guard case .int64(let seq) = block.columns[Int(EventColumn.seq.rawValue)][0] else {
                preconditionFailure("every event has a number")
            }
            return seq
        }
    }

    /// Sets the tail aside and starts a new one, together with a new journal file.
    private func beginSeal() -> BegunSeal? {
        writer.withLock { writer in
            let isRetry = view.withLock { $0.isSealing }
            if !isRetry {
                let (rowCount, hasBooks) = view.withLock {
                    ($0.tail.rowCount, $0.books.hasUnsealed)
                }
                guard rowCount > 0 || hasBooks else { return nil }
                if let journal = writer.journal.take() {
                    do {
                        try journal.close()
                    } catch {
                        writer.mustSeal = writer.mustSeal || writer.hasUnsynced
                    }
                }
                writer.hasUnsynced = false
                // Without events there are no ids, and no segment to find them in.
                if rowCount > 0 { writer.dedup.beginSeal() }
                let lastSeq = writer.nextSeq - 1
                view.withLock { view in
                    view.isSealing = true
                    view.books.beginSeal()
                    view.sealingBlocks = view.tail.snapshot(view.schema)
                    view.sealingLastSeq = lastSeq
                    view.sealingOldestAt = view.tail.oldestReceivedAt
                    view.sealingBeganAt = options.now()
                    view.tail = Tail(seed: identityKey)
                }
            }
            return view.withLock { view in
                BegunSeal(
                    blocks: view.sealingBlocks, books: view.books, schema: view.schema,
                    catalogState: view.catalogState, lastSeq: view.sealingLastSeq,
                    beganAt: view.sealingBeganAt, isRetry: isRetry)
            }
        }
    }

    func catalogAfterFailure() throws -> CatalogState {
        try catalog.prepare()
        guard let state = try catalog.load() else {
            throw StoreError.notAStore("the catalog (events/_delta_log) is gone")
        }
        return state
    }

    /// Writes the segment, the ledger and the quarantine, then the catalog commit that makes them live.
    private func commit(_ begun: BegunSeal, _ sealing: inout Sealing) throws -> CatalogState {
        let segment = try begun.firstSeq.map { try writeSegment(of: begun, from: $0) }
        sealing.books = try BooksDirectory(disk: disk, storeID: storeID).write(
            begun.books.begunSeal, position: begun.lastSeq,
            quarantineSizeMax: options.quarantineSize)
        return try catalog.commit(
            CatalogChange(
                .append, add: segment.map { [$0] } ?? [],
                leaves: begun.schema.catalogLeaves(besides: begun.catalogState),
                journalPosition: begun.lastSeq),
            to: begun.catalogState, now: options.now() / 1000)
    }

    private func writeSegment(
        of begun: BegunSeal, from firstSeq: Int64
    ) throws -> SegmentEntry {
        let written = try SegmentWriter.write(
            begun.blocks, schema: begun.schema,
            keyValues: [
                ("eventlog.format", "1"), ("eventlog.store", "\(storeID)"),
                ("eventlog.seq.first", "\(firstSeq)"), ("eventlog.seq.last", "\(begun.lastSeq)"),
            ], seed: identityKey)
        let name = SegmentName(firstSeq: firstSeq, lastSeq: begun.lastSeq, day: begun.beganAt)
        try disk.createDirectory("events/" + name.directory)
        try disk.writeFile("events/" + name.path, written.bytes, .replacing)
        return SegmentEntry(
            path: name.path, size: written.bytes.count, modificationTime: options.now() / 1000,
            rowCount: written.rowCount, written.bounds, sha256: Digest256(of: written.bytes))
    }

    private func endSeal(_ begun: BegunSeal, _ books: Books.Sealed?) {
        guard let books, books.position == begun.lastSeq else {
            preconditionFailure("a position is committed after what it covers was written")
        }
        let state = begun.catalogState
        let obsolete = writer.withLock { writer in
            defer { showGauges(of: &writer) }
            return view.withLock { view in
                let known = Set(view.segments.map(\.entry.path))
                for entry in state.segments where !known.contains(entry.path) {
                    let segment = SegmentFile(
                        entry: entry, path: "events/" + entry.path, disk: disk, cache: cache)
                    view.segments.append(segment)
                    writer.dedup.endSeal(into: segment)
                }
                view.catalogState = state
                view.durableSeq = max(view.durableSeq, begun.lastSeq)
                view.sealingBlocks = []
                view.sealingOldestAt = nil
                view.isSealing = false
                return view.books.endSeal(books)
            }
        }
        // The catalog covers these files: whether they go now or later changes nothing.
        for file in obsolete { file.markObsolete() }
        try? BooksDirectory(disk: disk, storeID: storeID).retire(
            except: begun.lastSeq, contentFile: books.contentFile)
        try? JournalDirectory(storeID: storeID, on: disk).retire(through: begun.lastSeq)
    }

    /// Keeps the identity map up with the segments. Nothing is lost if that fails: whoever asks for
    /// persons reads what is missing.
    private func takeInPersons(_ begun: BegunSeal) {
        // The blocks are in memory still; the segment that they became would have to be decoded.
        let firstSeq = begun.firstSeq ?? .max
        let events = view.withLock { view in
            EventsTable(
                schema: view.schema,
                segments: view.segments.filter { $0.entry.seqMin < firstSeq }, tail: begun.blocks,
                identityLog: view.identityLog
            ).hiding(view.hidden)
        }
        guard
            let checkpoint = try? identity.seal(
                events, position: begun.lastSeq, every: options.identityCheckpointRowCount)
        else { return }
        let directory = IdentityDirectory(disk: disk, storeID: storeID, options: identity.options)
        if (try? directory.write(checkpoint)) != nil { identity.keep(checkpoint) }
    }

    /// Reads the ids of one more segment into the duplicate index, after a start.
    /// - Returns: whether there may be another.
    package func indexNextSegment() -> Bool {
        guard let segment = writer.withLock({ $0.dedup.nextUnindexed }) else { return false }
        // For want of open files the segment stays among those that are asked one by one.
        guard let identities = try? DedupIndex.identities(of: segment, key: identityKey) else {
            return false
        }
        return writer.withLock { writer in
            defer { showGauges(of: &writer) }
            writer.dedup.index(segment, identities)
            return writer.dedup.unindexedCount > 0
        }
    }
}
