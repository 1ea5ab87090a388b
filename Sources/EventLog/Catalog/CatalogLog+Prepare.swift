package import Columns

extension CatalogLog {
    /// Before the first commit of a run: removes what an interrupted commit left, puts damaged commits
    /// and checkpoints right and writes the newest commit once more. An earlier run may have failed to
    /// make it durable, and nothing may be built on it before it is.
    ///
    /// Looks at the two newest checkpoints and the commits after the older one: what a start needs, and
    /// what it will need should one of them be damaged.
    /// - Returns: what was damaged.
    @discardableResult
    package func prepare() throws -> [Damage] {
        let listing = try listing()
        for name in listing.temporaries { try disk.unlink(joinPath(logDirectory, name)) }
        if let copyDirectory {
            for name in try disk.list(copyDirectory) where isTemporaryName(name) {
                try disk.unlink(joinPath(copyDirectory, name))
            }
        }
        if isChained {
            for name in try disk.list(ChainHistory.directory) where isTemporaryName(name) {
                try disk.unlink(joinPath(ChainHistory.directory, name))
            }
        }
        guard let newest = listing.newest else { return [] }
        let checkpoints = try examineCheckpoints(listing)
        var found = checkpoints.damage
        let needed = (checkpoints.sound.first ?? -1) + 1
        for version in stride(from: checkpoints.firstKept(listing, policy), to: needed, by: 1) {
            if let damage = try mendCovered(version, newest: newest) { found.append(damage) }
        }
        for version in stride(from: needed, through: newest, by: 1) {
            if let damage = try mend(version, newest: newest) { found.append(damage) }
        }
        // Without this the log only takes longer to read.
        try? mendCheckpoints(checkpoints, listing, newest: newest)
        return found
    }

    private struct Checkpoints {
        /// Our own sound ones, the newest first; two at most.
        var sound: [Int64] = []
        /// Newer than those.
        var damaged: [Int64] = []
        var damage: [Damage] = []

        /// The first version whose commit is kept in order: after the second checkpoint. Where there
        /// is none yet, as many before the first as there would be in between.
        func firstKept(_ listing: DeltaLogListing, _ policy: Policy) -> Int64 {
            guard let newest = sound.first else { return 0 }
            let older = sound.count > 1 ? sound[1] + 1 : newest - 2 * policy.commitCount
            return max(older, listing.commits.first ?? newest + 1, 0)
        }
    }

    private func examineCheckpoints(_ listing: DeltaLogListing) throws -> Checkpoints {
        var checkpoints = Checkpoints()
        var rest = listing
        while checkpoints.sound.count < 2 {
            let start = try newestCheckpoint(rest)
            let damaged = rest.checkpoints.filter { version in
                start.damage.contains { $0.file == path(ofCheckpoint: version) }
            }
            checkpoints.damaged += damaged
            checkpoints.damage += start.damage
            for version in damaged { try keep(path(ofCheckpoint: version)) }
            guard start.version >= 0 else { break }
            checkpoints.sound.append(start.version)
            rest.checkpoints.removeAll { $0 >= start.version }
        }
        return checkpoints
    }

    /// Puts a commit and its copy right.
    private func mend(_ version: Int64, newest: Int64) throws -> Damage? {
        let commit = try read(version)
        let path = path(of: version)
        if commit.damage != nil { try keep(path) }
        if let copyPath = copyPath(of: version) {
            let copy = try? disk.readAll(copyPath)
            if copy == nil, let copyDirectory { try disk.createDirectory(copyDirectory) }
            if version == newest || copy != commit.text {
                try disk.writeFile(copyPath, commit.text, .replacing)
            }
        }
        if version == newest || commit.damage != nil {
            try disk.writeFile(path, commit.text, .replacing)
        }
        return commit.damage
    }

    /// The same for a commit that a sound checkpoint covers: if it is lost, that costs nothing now.
    private func mendCovered(_ version: Int64, newest: Int64) throws -> Damage? {
        do {
            return try mend(version, newest: newest)
        } catch let error as CatalogError {
            guard case .damaged = error else { return nil }
            let path = path(of: version)
            // Told once, and out of the way of others who read the log.
            try keep(path)
            try disk.unlink(path)
            return Damage(file: path, message: "\(error); a checkpoint covers it")
        }
    }

    /// Makes a checkpoint if one is damaged or overdue, and a hint that names a sound one.
    private func mendCheckpoints(
        _ checkpoints: Checkpoints, _ listing: DeltaLogListing, newest: Int64
    ) throws {
        let commitCount = newest - (checkpoints.sound.first ?? 0)
        let isHintSound = try hintedVersion().map(checkpoints.sound.contains) ?? false
        if commitCount >= policy.commitCount || commitCount > 0 && !checkpoints.damaged.isEmpty {
            guard let state = try load() else { return }
            try writeCheckpoint(of: state)
        } else if !isHintSound, let version = checkpoints.sound.first {
            let path = path(ofCheckpoint: version)
            let bytes = try readAll(path)
            let replay = try DeltaCheckpoint.replay(bytes, version: version, file: path)
            guard let state = try replay?.state(version: version, file: path) else { return }
            try writeHint(for: state, size: bytes.count)
        } else if !isHintSound, listing.hasHint, listing.checkpoints.isEmpty {
            try disk.unlink(hintPath)
        }
        for version in checkpoints.damaged where version != newest {
            try disk.unlink(path(ofCheckpoint: version))
        }
    }

    /// - Returns: the version that the hint names; `nil` if there is none or it is damaged.
    func hintedVersion() throws -> Int64? {
        do {
            return DeltaCheckpoint.version(inHint: try readAll(hintPath))
        } catch is CatalogError {
            return nil
        }
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
}
