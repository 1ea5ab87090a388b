/// The catalog: which segments are the table now (docs/CatalogFormat.md).
///
/// A Delta Lake log: numbered files of JSON, each created in one step with its full content. One
/// process writes a store, so a conflict means that the lock was not respected.
package struct CatalogLog: Sendable {
    private let disk: any Disk
    private let directory: String
    private var logDirectory: String { joinPath(directory, "_delta_log") }

    /// - Parameter directory: the table's, relative to the disk's root: `events`.
    package init(on disk: any Disk, directory: String) {
        self.disk = disk
        self.directory = directory
    }

    /// Reads the newest state. Changes nothing.
    /// - Returns: `nil` if there is no table.
    /// - Throws: `CatalogError` or `DiskError`.
    package func load() throws -> CatalogState? {
        var replay = DeltaReplay()
        var next: Int64 = 0
        var path = ""
        for version in try versions() {
            path = self.path(of: version)
            guard version == next else { throw CatalogError.missing(file: self.path(of: next)) }
            try replay.apply(try disk.readAll(path), file: path)
            next = version + 1
        }
        guard next > 0 else { return nil }
        return try replay.state(version: next - 1, file: path)
    }

    /// Before the first commit of a run: removes what an interrupted commit left, and writes the
    /// newest commit once more. An earlier run may have failed to make it durable, and nothing may be
    /// built on it before it is.
    package func prepare() throws(DiskError) {
        for name in try disk.list(logDirectory) where isTemporaryName(name) {
            try disk.unlink(joinPath(logDirectory, name))
        }
        guard let newest = try versions().last else { return }
        let path = path(of: newest)
        try disk.writeFile(path, try disk.readAll(path), .replacing)
    }

    /// Writes version 0: an empty table.
    /// - Parameter now: ms since 1970, as in `commit`.
    package func create(
        tableID: String, leaves: [CatalogLeaf], now: Int64, properties: [String: String] = [:]
    ) throws -> CatalogState {
        try disk.createDirectory(logDirectory)
        let state = CatalogState(
            version: 0, tableID: tableID, leaves: leaves, segments: [], journalPosition: 0,
            properties: properties)
        try write(CatalogChange(.create, leaves: leaves), to: state, version: 0, now: now)
        return state
    }

    /// Makes the next version of `state`; durable when it returns.
    ///
    /// After an error the commit may or may not have happened: `prepare()` and `load()` tell.
    /// - Precondition: removed segments are live, added ones are not, and their names are plain.
    /// - Throws: `CatalogError.conflict` if the version exists, or `DiskError`.
    package func commit(
        _ change: CatalogChange, to state: CatalogState, now: Int64
    ) throws -> CatalogState {
        var next = state
        next.version += 1
        let removed = Set(change.removed)
        next.segments.removeAll { removed.contains($0.path) }
        precondition(
            next.segments.count == state.segments.count - removed.count,
            "a segment to remove is not live")
        let live = Set(next.segments.map(\.path))
        for entry in change.added {
            precondition(!live.contains(entry.path), "a segment to add is live")
            precondition(entry.path.utf8.allSatisfy(Self.isPlain), "a path that needs escaping")
            // The bounds as a reader of the log will see them, so that a state is the same whether it
            // was made here or loaded.
            var stored = entry
            guard DeltaStatistics.read(DeltaStatistics.text(of: entry), into: &stored) else {
                preconditionFailure("statistics that cannot be read back")
            }
            next.segments.append(stored)
        }
        next.segments = DeltaReplay.ordered(next.segments)
        if let leaves = change.leaves { next.leaves = leaves }
        if let position = change.journalPosition { next.journalPosition = position }
        try write(change, to: state, version: next.version, now: now)
        return next
    }

    private func write(
        _ change: CatalogChange, to state: CatalogState, version: Int64, now: Int64
    ) throws {
        let text = DeltaCommit.text(of: change, to: state, now: now)
        do throws(DiskError) {
            try disk.writeFile(path(of: version), text, .creating)
        } catch  where error.isAlreadyExisting {
            throw CatalogError.conflict(version: version)
        }
    }

    private func versions() throws(DiskError) -> [Int64] {
        var versions: [Int64] = []
        for name in try disk.list(logDirectory) {
            if let version = DeltaCommit.version(ofFileNamed: name) { versions.append(version) }
        }
        return versions.sorted()
    }

    private func path(of version: Int64) -> String {
        joinPath(logDirectory, DeltaCommit.fileName(version))
    }

    /// Delta paths are URIs; these bytes stand for themselves.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
