import Synchronization

extension EventStore {
    /// Makes a complete store of all events so far, in a place of its own (docs/Snapshot.md).
    ///
    /// Seals first. Segments are linked where the file system can, the rest is copied; of the journal
    /// nothing is needed. Events and queries go on; seals wait while the little is copied that changes
    /// with them. Durable on return; a crash leaves nothing at the place.
    /// - Parameters:
    ///   - path: absolute; nothing is there, or an empty directory.
    ///   - isCancelled: asked now and then.
    package func snapshot(
        to path: String, isCancelled: @escaping () -> Bool = { false }
    ) throws(SnapshotError) -> SnapshotReport {
        let start = options.now()
        let place = try NewDirectory(path, outside: self.path)
        do {
            var report = try snapshot(on: place.disk, isCancelled: isCancelled)
            try erasing.withLock { _ in
                try ErasureDirectory(disk: disk).add(
                    .init(directory: place.path, madeAt: options.now()))
            }
            try place.finish()
            report.directory = place.path
            report.took = Double(options.now() - start) * 1e-6
            return report
        } catch {
            place.abandon()
            throw SnapshotError(error)
        }
    }

    /// The same on an empty disk; durable on return.
    func snapshot(
        on target: any Disk, isCancelled: @escaping () -> Bool = { false }
    ) throws -> SnapshotReport {
        var copy = StoreCopy(from: disk, to: target)
        copy.isCancelled = isCancelled
        // Before the seal, so that the table knows no event that the segments lack.
        try identityTable.withLock { _ in try copy.copyIdentity(linking: true) }
        // Most of the log never changes, and seals need not wait for it.
        try copy.copyLog(upTo: view.withLock { $0.catalogState.version }, isFinal: false)
        var report = SnapshotReport()
        let (state, segments) = try sealForSnapshot(&copy, &report)
        // After the catalog: what has gone from its table is in there.
        try identityLog.withLock { try copy.copyIdentityLog($0.catalog, linking: true) }
        // Held until they are linked, so that none is removed before.
        for segment in segments {
            if try !copy.link(segment.path, size: segment.entry.size) {
                report.missing.append(segment.path)
            }
        }
        // After the segments: what is hidden now was so when they were linked, or was in none of them.
        try copy.copyFiles(in: ErasureDirectory.path) {
            joinPath(ErasureDirectory.path, $0) != ErasureDirectory.snapshotsPath
        }
        try copy.copyFiles(in: ErasureDirectory.receiptPath)
        // After the segments: of what expires meanwhile the snapshot has the events, and of what expired
        // before, the rollups.
        report.missing += try rollupTables.withLock { _ in try copy.copyRollups(linking: true) }
        try copy.finish()
        guard let copied = try CatalogLog(on: target, directory: "events").load(),
            copied.version == state.version, copied.segments == state.segments
        else { throw StoreError.io("the catalog's copy does not say what the catalog says") }
        report.segments = segments.count
        report.events = segments.reduce(0) { $0 + $1.entry.rowCount }
        report.lastSeq = state.journalPosition
        report.version = state.version
        report.linkedBytes = copy.linkedSize
        report.copiedBytes = copy.copiedSize
        return report
    }

    /// Seals, and copies what the next seal replaces.
    private func sealForSnapshot(
        _ copy: inout StoreCopy, _ report: inout SnapshotReport
    ) throws -> (state: CatalogState, segments: [SegmentFile]) {
        try sealing.withLock { sealing in
            // A seal that failed is done again first, and holds only what had come before it.
            if view.withLock({ $0.isSealing }) { _ = try sealOnce(&sealing) }
            _ = try sealOnce(&sealing)
            let (state, segments, books) = view.withLock {
                ($0.catalogState, $0.segments, $0.books)
            }
            try copy.copyLog(upTo: state.version, isFinal: true)
            guard state.journalPosition > 0 else { return (state, segments) }
            var files = books.quarantine.files.map(\.path)
            files.append(LedgerFile.path(state.journalPosition))
            if let content = books.content.file { files.append(ContentFile.path(content)) }
            for file in files where try !copy.copy(file) { report.missing.append(file) }
            return (state, segments)
        }
    }
}
