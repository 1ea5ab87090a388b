import Columns

extension CatalogLog {
    /// Where replaying the log begins.
    struct Start {
        var replay = DeltaReplay()
        /// The checkpoint's; -1 if there is none.
        var version: Int64 = -1
        /// Newer checkpoints that are no use.
        var damage: [Damage] = []
        var errors: [CatalogError] = []
    }

    /// The newest sound checkpoint of our own. Others' are passed over: the commits say the same.
    func newestCheckpoint(_ listing: DeltaLogListing) throws -> Start {
        var start = Start()
        for version in listing.checkpoints.reversed() {
            do {
                guard let replay = try readCheckpoint(version) else { continue }
                (start.replay, start.version) = (replay, version)
                return start
            } catch let error as CatalogError {
                if case .tooNew = error { throw error }
                start.errors.append(error)
                start.damage.append(
                    Damage(
                        file: path(ofCheckpoint: version),
                        message: "\(error); what was there before it is used"))
            }
        }
        return start
    }

    /// - Returns: `nil` if somebody else wrote it.
    /// - Throws: `CatalogError` or `DiskError`.
    func readCheckpoint(_ version: Int64) throws -> DeltaReplay? {
        let path = path(ofCheckpoint: version)
        return try DeltaCheckpoint.replay(try readAll(path), version: version, file: path)
    }

    /// Makes a checkpoint; when that is done, what it replaced long ago goes.
    func checkpoint(_ state: CatalogState, now: Int64) throws {
        try writeCheckpoint(of: state)
        try removeReplaced(now: now)
    }

    /// Makes the checkpoint of a state whose commit is durable, reads it back, and lets the hint
    /// name it. Until then nothing depends on it; nothing is removed here.
    func writeCheckpoint(of state: CatalogState) throws {
        let bytes = try DeltaCheckpoint.bytes(of: state, name: directory)
        let path = path(ofCheckpoint: state.version)
        try disk.writeFile(path, bytes, .replacing)
        var written = state
        written.damage = []
        let found = try readCheckpoint(state.version)?.state(version: state.version, file: path)
        guard found == written else {
            try disk.unlink(path)
            throw CatalogError.damaged(file: path, line: 1, message: "not what was written")
        }
        try writeHint(for: state, size: bytes.count)
    }

    func writeHint(for state: CatalogState, size: Int) throws(DiskError) {
        try disk.writeFile(hintPath, DeltaCheckpoint.hint(for: state, size: size), .replacing)
    }

    /// The checkpoint of the newest version, if it is one that has one: for who commits by itself.
    func checkpointIfDue(now: Int64) throws {
        guard let newest = try listing().newest, newest > 0, newest % policy.commitCount == 0,
            let state = try load()
        else { return }
        try checkpoint(state, now: now)
    }

    /// Removes the commits and checkpoints before the oldest one that is still of use, and their
    /// copies. What the chain says of them is in the history before.
    ///
    /// Kept are the newest checkpoint, the one before it with all commits since, should the newest
    /// be damaged, and what readers may have begun with while it was the newest, or is not replaced
    /// for long. A crash leaves some of the files, which the next time removes.
    /// - Parameter now: ms since 1970.
    func removeReplaced(now: Int64) throws {
        let listing = try listing()
        guard let oldest = try oldestNeeded(listing, now: now) else { return }
        try keepLinks(of: listing.commits.filter { $0 < oldest })
        for version in try copies() where version < oldest {
            if let copy = copyPath(of: version) { try disk.unlink(copy) }
        }
        for version in listing.commits where version < oldest {
            try disk.unlink(path(of: version))
        }
        for version in listing.checkpoints where version < oldest {
            try disk.unlink(path(ofCheckpoint: version))
        }
    }

    /// - Returns: the version of a sound checkpoint; `nil` if nothing can go.
    private func oldestNeeded(_ listing: DeltaLogListing, now: Int64) throws -> Int64? {
        let checkpoints = listing.checkpoints
        for place in checkpoints.indices.dropLast().reversed() {
            // The hint has named the next one since before the first commit after it.
            let replacedAt = timestamp(of: checkpoints[place + 1] &+ 1) ?? now
            guard replacedAt <= now - policy.replacedAge,
                try isSound(checkpoints[place])
            else { continue }
            return checkpoints[place]
        }
        return nil
    }

    private func isSound(_ version: Int64) throws -> Bool {
        do {
            return try readCheckpoint(version) != nil
        } catch is CatalogError {
            return false
        }
    }

    /// When a commit was made; `nil` if that cannot be told.
    private func timestamp(of version: Int64) -> Int64? {
        guard let text = try? disk.readAll(path(of: version)),
            let end = text.firstIndex(of: UInt8(ascii: "\n"))
        else { return nil }
        return DeltaCommit.timestamp(inFirstLine: text[..<end])
    }
}
