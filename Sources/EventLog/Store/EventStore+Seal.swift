import Columns

extension EventStore {
    /// Turns the tail as it stands into a segment and retires the journal behind it.
    ///
    /// Events that come meanwhile go to a new tail and a new journal file. A crash at any point leaves
    /// either the journal and no segment in the catalog, or the segment and a journal position that
    /// covers what the old files hold. After an error the blocks stay queryable, and the next call
    /// tries again with them.
    /// - Returns: the number of events sealed; 0 if the tail was empty.
    @discardableResult
    package func seal() throws(StoreError) -> Int {
        do {
            return try sealing.withLock { _ in
                guard let begun = try beginSeal() else { return 0 }
                let segment = try writeSegment(begun)
                try endSeal(begun, segment)
                return begun.rowCount
            }
        } catch {
            throw StoreError(error)
        }
    }

    private struct BegunSeal {
        var blocks: [TailBlock]
        var schema: EventSchema
        var catalogState: CatalogState
        var lastSeq: Int64
        var journalFiles: [String]
        var rowCount: Int { blocks.reduce(0) { $0 + $1.rowCount } }
    }

    /// Sets the tail aside and starts a new one, together with a new journal file.
    private func beginSeal() throws -> BegunSeal? {
        try writer.withLock { writer in
            let isRetry = view.withLock { !$0.sealingBlocks.isEmpty }
            if !isRetry {
                guard view.withLock({ $0.tail.rowCount }) > 0 else { return nil }
                if let journal = writer.journal.take() { try journal.close() }
                writer.dedup.beginSeal()
                view.withLock { view in
                    view.sealingBlocks = view.tail.snapshot(view.schema)
                    view.sealingLastSeq = view.tail.lastSeq
                    view.tail = Tail(seed: identityKey)
                }
            }
            let active = writer.journal?.path
            let files = writer.files.filter { $0 != active }
            return view.withLock { view in
                BegunSeal(
                    blocks: view.sealingBlocks, schema: view.schema,
                    catalogState: view.catalogState, lastSeq: view.sealingLastSeq,
                    journalFiles: files)
            }
        }
    }

    private func writeSegment(_ begun: BegunSeal) throws -> SegmentFile {
        let first = begun.blocks[0].columns[Int(EventColumn.seq.rawValue)][0]
        guard case .int64(let firstSeq) = first else {
            preconditionFailure("every event has a number")
        }
        let written = try SegmentWriter.write(
            begun.blocks, schema: begun.schema,
            keyValues: [
                ("eventlog.format", "1"), ("eventlog.store", "\(storeID)"),
                ("eventlog.seq.first", "\(firstSeq)"), ("eventlog.seq.last", "\(begun.lastSeq)"),
            ], seed: identityKey)
        let now = options.now()
        let name = SegmentName(firstSeq: firstSeq, lastSeq: begun.lastSeq, sealedAt: now)
        try disk.createDirectory("events/" + name.directory)
        try written.bytes.withUnsafeBytes {
            try disk.writeFile("events/" + name.path, $0)
        }
        let entry = SegmentEntry(
            path: name.path, size: written.bytes.count, modificationTime: now / 1000,
            rowCount: written.rowCount, bounds: written.columns)
        return SegmentFile(entry: entry, path: "events/" + name.path, disk: disk, cache: cache)
    }

    private func endSeal(_ begun: BegunSeal, _ segment: SegmentFile) throws {
        let state = try catalog.commit(
            CatalogChange(
                operation: "SEAL", add: [segment.entry],
                leaves: begun.schema.catalogLeaves(besides: begun.catalogState),
                journalPosition: begun.lastSeq),
            to: begun.catalogState, now: options.now())
        writer.withLock { writer in
            writer.dedup.endSeal(into: segment)
            writer.files.removeAll { begun.journalFiles.contains($0) }
            view.withLock { view in
                view.catalogState = state
                view.segments.append(segment)
                view.sealingBlocks = []
            }
        }
        // The catalog covers these files: whether they go now or at the next start changes nothing.
        for file in begun.journalFiles { try? disk.unlink(file) }
        try? disk.synchronizeDirectory("journal")
    }

    /// Reads the ids of one more segment into the duplicate index, after a start.
    /// - Returns: whether there may be another.
    package func indexNextSegment() -> Bool {
        guard let segment = writer.withLock({ $0.dedup.nextUnindexed }) else { return false }
        // A segment that cannot be read has no ids to offer; queries report the damage.
        let identities = (try? segment.loadIdentities(key: identityKey)) ?? IdentitySet()
        return writer.withLock { writer in
            writer.dedup.index(segment, identities)
            return writer.dedup.unindexedCount > 0
        }
    }
}
