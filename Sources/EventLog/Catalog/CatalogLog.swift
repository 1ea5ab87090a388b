package import Columns

/// The catalog: which segments are the table now (docs/CatalogFormat.md).
///
/// A Delta Lake log: numbered files of JSON, each created in one step with its full content. One
/// process writes a store, so a conflict means that the lock was not respected.
///
/// Everything hangs on these few bytes, so there is a copy of each commit in `catalog/`, made before
/// the commit itself. It counts for nothing unless the log has, or once had, that version.
package struct CatalogLog: Sendable {
    private let disk: any Disk
    private let directory: String
    static let copyDirectory = "catalog"
    static let damagedDirectory = "catalog/damaged"
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
        var damage: [Damage] = []
        let newest = try versions(in: logDirectory).last
        while let newest, next <= newest {
            path = self.path(of: next)
            let commit = try read(next)
            if let found = commit.damage { damage.append(found) }
            try replay.apply(commit.text, file: path)
            next += 1
        }
        guard next > 0 else { return nil }
        var state = try replay.state(version: next - 1, file: path)
        state.damage = damage
        return state
    }

    /// A commit's text, sound by itself: from the log or, where that is damaged or gone, its copy.
    private func read(_ version: Int64) throws -> (text: [UInt8], damage: Damage?) {
        let path = self.path(of: version)
        do {
            return (try readSound(path), nil)
        } catch let error as CatalogError {
            if case .tooNew = error { throw error }
            // Where both are bad, the log's own file is the one to tell of.
            guard let copy = try? readSound(copyPath(of: version)) else { throw error }
            return (copy, Damage(file: path, message: "\(error); its copy is used"))
        }
    }

    private func readSound(_ path: String) throws -> [UInt8] {
        let text: [UInt8]
        do {
            text = try disk.readAll(path)
        } catch {
            if error.isNotFound { throw CatalogError.missing(file: path) }
            guard error.isUnreadable else { throw error }
            throw CatalogError.damaged(file: path, line: 1, message: "\(error)")
        }
        var replay = DeltaReplay()
        try replay.apply(text, file: path)
        return text
    }

    /// Before the first commit of a run: removes what an interrupted commit left, puts damaged commits
    /// right and writes the newest one once more. An earlier run may have failed to make it durable,
    /// and nothing may be built on it before it is.
    /// - Returns: what was damaged.
    @discardableResult
    package func prepare() throws -> [Damage] {
        for directory in [logDirectory, Self.copyDirectory] {
            for name in try disk.list(directory) where isTemporaryName(name) {
                try disk.unlink(joinPath(directory, name))
            }
        }
        guard let newest = try versions(in: logDirectory).last else { return [] }
        var found: [Damage] = []
        let copies = Set(try versions(in: Self.copyDirectory))
        if !copies.contains(0) { try disk.createDirectory(Self.copyDirectory) }
        for version in 0...newest {
            let commit = try read(version)
            let path = path(of: version)
            if let damage = commit.damage {
                found.append(damage)
                try keep(damage.file)
            }
            let copy = copies.contains(version) ? try? disk.readAll(copyPath(of: version)) : nil
            if version == newest || copy != commit.text {
                try disk.writeFile(copyPath(of: version), commit.text, .replacing)
            }
            if version == newest || commit.damage != nil {
                try disk.writeFile(path, commit.text, .replacing)
            }
        }
        return found
    }

    /// Gives a damaged file a second name, before something else gets its first.
    private func keep(_ path: String) throws {
        guard try disk.exists(path) else { return }
        try disk.createDirectory(Self.damagedDirectory)
        let kept = joinPath(Self.damagedDirectory, splitPath(path).name)
        // There already if an interrupted attempt came this far, or if the version was damaged before.
        if try !disk.exists(kept) { try disk.link(path, to: kept) }
        try disk.synchronizeDirectory(Self.damagedDirectory)
    }

    /// Whether there are copies of commits to a table. That of version 0 proves nothing: creating the
    /// table may have been interrupted after it.
    func wasUsed() throws(DiskError) -> Bool {
        try versions(in: Self.copyDirectory).contains { $0 > 0 }
    }

    /// Writes version 0: an empty table.
    /// - Parameter now: ms since 1970, as in `commit`.
    package func create(
        tableID: String, leaves: [CatalogLeaf], now: Int64, properties: [String: String] = [:]
    ) throws -> CatalogState {
        try disk.createDirectory(logDirectory)
        try disk.createDirectory(Self.copyDirectory)
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
            try disk.writeFile(copyPath(of: version), text, .replacing)
            try disk.writeFile(path(of: version), text, .creating)
        } catch  where error.isAlreadyExisting {
            throw CatalogError.conflict(version: version)
        }
    }

    private func versions(in directory: String) throws(DiskError) -> [Int64] {
        var versions: [Int64] = []
        for name in try disk.list(directory) {
            if let version = DeltaCommit.version(ofFileNamed: name) { versions.append(version) }
        }
        return versions.sorted()
    }

    private func path(of version: Int64) -> String {
        joinPath(logDirectory, DeltaCommit.fileName(version))
    }

    private func copyPath(of version: Int64) -> String {
        joinPath(Self.copyDirectory, DeltaCommit.fileName(version))
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
