import Columns

/// The table of the rollups of one grain: a Delta table in a folder of its own (docs/Rollups.md).
struct RollupTable {
    let disk: any Disk
    let grain: RollupGrain
    private let log: CatalogLog

    init(disk: any Disk, grain: RollupGrain) {
        self.disk = disk
        self.grain = grain
        log = CatalogLog(
            on: disk, directory: grain.directory, copyDirectory: grain.copyDirectory)
    }

    var logDirectory: String { log.logDirectory }

    /// Changes nothing.
    /// - Returns: `nil` if there is no table.
    func load() throws -> CatalogState? { try log.load() }

    /// The same for who is about to change it: afterwards the newest version is durable.
    func prepare() throws -> CatalogState? {
        guard try disk.exists(log.logDirectory) else { return nil }
        try log.prepare()
        return try log.load()
    }

    /// Puts files in and takes files out, in one commit. Durable on return; after an error, `prepare` tells.
    /// - Parameters:
    ///   - state: `nil`: there is no table yet.
    ///   - added: by what becomes their name; the files are written before the commit.
    ///   - now: ms since 1970.
    func change(
        _ state: CatalogState?, add added: [(source: SegmentEntry, file: RollupDraft)],
        remove removed: [String], _ operation: CatalogChange.Operation,
        tableID: StoreID, now: Int64
    ) throws -> CatalogState {
        let state =
            try state
            ?? log.create(
                tableID: "\(tableID)", leaves: RollupColumn.catalogLeaves, now: now)
        var entries: [SegmentEntry] = []
        do {
            for (source, draft) in added {
                let name = RollupName(
                    source: draft.source, kind: draft.kind, version: state.version + 1)
                let path = joinPath(grain.directory, name.path)
                try disk.createDirectory(splitPath(path).directory)
                entries.append(
                    RollupWriter.entry(
                        name, of: source, draft.rows, size: draft.bytes.count, now: now))
                try disk.writeFile(path, draft.bytes, .replacing)
            }
        } catch {
            for entry in entries { try? disk.unlink(joinPath(grain.directory, entry.path)) }
            throw error
        }
        return try log.commit(
            CatalogChange(operation, add: entries, remove: removed), to: state, now: now)
    }

    /// Removes what interrupted attempts left and what was replaced long ago: all files that are not the
    /// table's.
    /// - Parameter state: of the newest version, durable.
    func sweep(_ state: CatalogState, now: Int64) throws(DiskError) {
        var kept = Set(state.segments.map(\.path))
        for file in state.removed where now - file.deletionTimestamp < Limits.replacedFileAge / 1000
        {
            kept.insert(file.path)
        }
        try sweep(nil, kept)
    }

    /// - Parameter inner: a folder of the table; `nil`: the table's own.
    private func sweep(_ inner: String?, _ kept: Set<String>) throws(DiskError) {
        let directory = inner.map { joinPath(grain.directory, $0) } ?? grain.directory
        for name in try disk.list(directory) {
            let path = inner.map { joinPath($0, name) } ?? name
            if name.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) {
                try sweep(path, kept)
            } else if isTemporaryName(name)
                || RollupName(path: path) != nil && !kept.contains(path)
            {
                try disk.unlink(joinPath(directory, name))
            }
        }
    }
}

/// A file of a rollup that has no name yet.
struct RollupDraft {
    /// Path of the segment that the events are or were in.
    var source: String
    var kind: RollupName.Kind
    var rows: RollupRows
    var bytes: [UInt8]
}
