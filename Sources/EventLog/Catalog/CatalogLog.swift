import Columns

/// The catalog: which segments are the table now (docs/CatalogFormat.md).
///
/// A Delta Lake log: numbered files of JSON, each created in one step with its full content, and now
/// and then a checkpoint that says what they amount to. One process writes a store, so a conflict
/// means that the lock was not respected.
///
/// Everything hangs on these few bytes, so there is a copy of each commit in `catalog/`, made before
/// the commit itself. It counts for nothing unless the log has, or once had, that version. A
/// checkpoint is made good by the one before it and the commits since.
package struct CatalogLog: Sendable {
    /// When a checkpoint is made, and what goes once it is there.
    package struct Policy: Sendable {
        /// Commits from one checkpoint to the next.
        package var commitCount = Limits.checkpointCommitCount
        /// How long what a checkpoint replaces stays, in ms.
        package var replacedAge = Limits.replacedLogAge

        package init() {}
    }

    let disk: any Disk
    let directory: String
    let policy: Policy
    /// `nil`: the table can be made again, and there are none.
    let copyDirectory: String?
    /// Seals the links of the chain; `nil`: nobody does.
    let sealer: LinkSealer?
    /// What commits say of the time besides their own; `nil`: nothing.
    let clocks: (@Sendable () -> CommitClocks)?
    private static let logName = "_delta_log"
    private static let eventsDirectory = "events"
    /// Of the table of events.
    static let logDirectory = joinPath(eventsDirectory, logName)
    /// Of its copies.
    static let copyDirectory = "catalog"
    static let damagedDirectory = "catalog/damaged"
    var logDirectory: String { joinPath(directory, Self.logName) }
    /// Whether each commit says what the one before it was: that of the events' table, of which the others are made.
    var isChained: Bool { directory == Self.eventsDirectory }

    /// - Parameters:
    ///   - directory: the table's, relative to the disk's root.
    ///   - copyDirectory: where copies of the commits are.
    ///   - sealer: seals what is committed to the table of events.
    ///   - clocks: what commits say of the time besides their own.
    package init(
        on disk: any Disk, directory: String, copyDirectory: String? = CatalogLog.copyDirectory,
        policy: Policy = Policy(), sealer: LinkSealer? = nil,
        clocks: (@Sendable () -> CommitClocks)? = nil
    ) {
        self.disk = disk
        self.directory = directory
        self.copyDirectory = copyDirectory
        self.clocks = clocks
        self.policy = policy
        self.sealer = sealer
    }

    /// Reads the newest state. Changes nothing.
    /// - Returns: `nil` if there is no table.
    /// - Throws: `CatalogError` or `DiskError`.
    package func load() throws -> CatalogState? { try load(listing()) }

    /// The state at an earlier version, as long as what it needs is there.
    /// - Returns: `nil` if there is no such version.
    package func load(at version: Int64) throws -> CatalogState? {
        var listing = try listing()
        listing.commits.removeAll { $0 > version }
        listing.checkpoints.removeAll { $0 > version }
        guard listing.newest == version else { return nil }
        return try load(listing)
    }

    private func load(_ listing: DeltaLogListing) throws -> CatalogState? {
        guard let newest = listing.newest else { return nil }
        var checkpoint = try newestCheckpoint(listing)
        var next = checkpoint.version + 1
        var path = self.path(of: newest)
        while next <= newest {
            path = self.path(of: next)
            let commit: Commit
            do {
                commit = try read(next)
            } catch let error as CatalogError {
                // Of a log that begins with a checkpoint, that is the file to tell of.
                if case .missing = error, let damage = checkpoint.errors.first { throw damage }
                throw error
            }
            if let found = commit.damage { checkpoint.damage.append(found) }
            checkpoint.replay.apply(commit.steps)
            if checkpoint.replay.breaks.last == next {
                checkpoint.damage.append(
                    Damage(
                        file: path,
                        message:
                            "it does not go on from the commit before it: one of them was put in "
                            + "the place of another (eventlog catalog verify)"))
            }
            next += 1
        }
        var state = try checkpoint.replay.state(version: newest, file: path)
        state.damage = checkpoint.damage
        return state
    }

    /// A commit, sound by itself.
    struct Commit {
        var text: [UInt8]
        var steps: [DeltaStep]
        /// If it is from the copy.
        var damage: Damage?

        var hasLink: Bool {
            steps.contains { if case .info(_, .some) = $0 { true } else { false } }
        }
    }

    /// From the log or, where that is damaged or gone, the copy.
    func read(_ version: Int64) throws -> Commit {
        let path = self.path(of: version)
        do {
            let commit = try readSound(path, version)
            // A link is lost like the rest of the line that it stands on, and no checksum tells.
            guard isChained, !commit.hasLink, let copyPath = copyPath(of: version),
                var copy = try? readSound(copyPath, version), copy.hasLink
            else { return commit }
            copy.damage = Damage(
                file: path, message: "its first line has no link; its copy is used")
            return copy
        } catch let error as CatalogError {
            if case .tooNew = error { throw error }
            // Where both are bad, the log's own file is the one to tell of.
            guard let copyPath = copyPath(of: version), var copy = try? readSound(copyPath, version)
            else { throw error }
            copy.damage = Damage(file: path, message: "\(error); its copy is used")
            return copy
        }
    }

    private func readSound(_ path: String, _ version: Int64) throws -> Commit {
        let text = try readAll(path)
        guard DeltaCommit.isOf(version, text) else {
            throw CatalogError.damaged(
                file: path, line: 1, message: "it says that it is another version")
        }
        return Commit(text: text, steps: try DeltaStep.steps(in: text, file: path))
    }

    /// - Throws: `CatalogError` if it is not there or the medium does not give it back.
    func readAll(_ path: String) throws -> [UInt8] {
        do {
            return try disk.readAll(path)
        } catch {
            if error.isNotFound { throw CatalogError.missing(file: path) }
            guard error.isUnreadable else { throw error }
            throw CatalogError.damaged(file: path, line: 1, message: "\(error)")
        }
    }

    /// Whether there are copies of commits to a table. That of version 0 proves nothing: creating the
    /// table may have been interrupted after it.
    func wasUsed() throws(DiskError) -> Bool {
        try copies().contains { $0 > 0 }
    }

    /// Writes version 0: an empty table.
    /// - Parameter now: ms since 1970, as in `commit`.
    package func create(
        tableID: String, leaves: [CatalogLeaf], now: Int64, properties: [String: String] = [:]
    ) throws -> CatalogState {
        try disk.createDirectory(logDirectory)
        if let copyDirectory { try disk.createDirectory(copyDirectory) }
        var state = CatalogState(
            version: 0, tableID: tableID, leaves: leaves, segments: [], journalPosition: 0,
            properties: properties)
        state.chain = try write(
            CatalogChange(.create, leaves: leaves), to: state, version: 0, now: now)
        return state
    }

    /// Makes the next version of `state`; durable when it returns. With some versions comes a
    /// checkpoint, after which what it replaced long ago goes.
    ///
    /// After an error the commit may or may not have happened: `prepare()` and `load()` tell.
    /// - Precondition: removed segments are live, added ones are not, and their names are plain.
    /// - Throws: `CatalogError.conflict` if the version exists, or `DiskError`.
    package func commit(
        _ change: CatalogChange, to state: CatalogState, now: Int64
    ) throws -> CatalogState {
        var next = Self.state(after: change, to: state, now: now)
        next.chain = try write(change, to: state, version: next.version, now: now)
        // The commit counts all the same if this fails: the log only takes longer to read.
        if next.version % policy.commitCount == 0 {
            try? checkpoint(next, now: now)
        }
        return next
    }

    private static func state(
        after change: CatalogChange, to state: CatalogState, now: Int64
    ) -> CatalogState {
        var next = state
        next.version += 1
        let removed = Set(change.removed)
        for entry in state.segments where removed.contains(entry.path) {
            next.removed.append(
                RemovedSegment(path: entry.path, size: entry.size, deletionTimestamp: now))
        }
        next.segments.removeAll { removed.contains($0.path) }
        precondition(
            next.segments.count == state.segments.count - removed.count,
            "a segment to remove is not live")
        let live = Set(next.segments.map(\.path))
        for entry in change.added {
            precondition(!live.contains(entry.path), "a segment to add is live")
            precondition(entry.path.utf8.allSatisfy(isPlain), "a path that needs escaping")
            // The bounds as a reader of the log will see them, so that a state is the same whether it
            // was made here or loaded.
            var stored = entry
            guard DeltaStatistics.read(DeltaStatistics.text(of: entry), into: &stored) else {
                preconditionFailure("statistics that cannot be read back")
            }
            next.segments.append(stored)
            next.removed.removeAll { $0.path == entry.path }
        }
        next.segments = DeltaReplay.ordered(next.segments)
        next.removed = DeltaReplay.ordered(
            next.removed.filter { !DeltaReplay.isForgotten($0.deletionTimestamp, at: now) })
        if let leaves = change.leaves { next.leaves = leaves }
        if let position = change.journalPosition { next.journalPosition = position }
        if let position = change.movesPosition { next.movesPosition = position }
        return next
    }

    /// - Returns: where the chain ends with it.
    private func write(
        _ change: CatalogChange, to state: CatalogState, version: Int64, now: Int64
    ) throws -> ChainHead? {
        let body = DeltaCommit.body(of: change, to: state, name: directory, now: now)
        let link = try link(of: change, body: body, to: state, version: version, now: now)
        let text = DeltaCommit.text(
            body: body, change.operation, now: now, version: version, link: link,
            clocks: clocks?())
        do throws(DiskError) {
            if let copy = copyPath(of: version) { try disk.writeFile(copy, text, .replacing) }
            try disk.writeFile(path(of: version), text, .creating)
        } catch  where error.isAlreadyExisting {
            throw CatalogError.conflict(version: version)
        }
        guard let link else { return nil }
        let head = ChainHead(link.link, after: state.chain)
        // The commit counts all the same if this fails: the next one, or the next start, does it first.
        try? sealer?.align(with: head)
        return head
    }

    /// Delta paths are URIs; these bytes stand for themselves.
    static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
