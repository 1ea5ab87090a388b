/// The persons as a Delta Lake table in the folder `identity`, for other engines
/// (docs/Identity.md).
///
/// Each version replaces the one before with files of its own, in one commit. The files of the
/// version before stay until the next one or the next start, for those who read them at the moment.
/// All of it can be made again from the events: a table that is damaged is.
struct IdentityLake {
    static let directory = "identity"
    static let logDirectory = "identity/_delta_log"
    private static let suffix = ".parquet"

    let disk: any Disk
    private let log: CatalogLog

    init(disk: any Disk, policy: CatalogLog.Policy = CatalogLog.Policy()) {
        self.disk = disk
        log = CatalogLog(
            on: disk, directory: Self.directory, copyDirectory: nil, policy: policy)
    }

    static func isDataFile(_ name: String) -> Bool {
        guard name.hasSuffix(suffix), let dash = name.utf8.firstIndex(of: UInt8(ascii: "-"))
        else { return false }
        return paddedNumber(in: String(name[..<dash]), suffix: "") != nil
            && Int(name[name.utf8.index(after: dash)...].dropLast(suffix.utf8.count)) != nil
    }

    private func path(_ name: String) -> String { joinPath(Self.directory, name) }

    /// The newest version. Changes nothing.
    /// - Returns: `nil` if there is none, or none that can be used.
    func load() throws(DiskError) -> IdentityLakeVersion? {
        let version: IdentityLakeVersion
        do {
            // Others read the log from its newest checkpoint on: all of that must be sound.
            guard let state = try log.load(), state.damage.isEmpty, try isHintSound(),
                let newest = IdentityLakeVersion(
                    version: state.version, reading: try disk.readAll(log.path(of: state.version))),
                newest.files.map(\.name).sorted() == state.segments.map(\.path).sorted()
            else { return nil }
            version = newest
        } catch let error as DiskError {
            if error.isShortage { throw error }
            return nil
        } catch {
            return nil
        }
        for file in version.files where try !disk.exists(path(file.name)) { return nil }
        return version
    }

    private func isHintSound() throws -> Bool {
        let listing = try log.listing()
        guard listing.hasHint else { return true }
        return try log.hintedVersion().map(listing.checkpoints.contains) ?? false
    }

    /// Removes what earlier runs left that belongs to no version, and what another program's
    /// clean-up would stumble over.
    /// - Returns: the newest version.
    func sweep() throws(DiskError) -> IdentityLakeVersion? {
        guard try !disk.list(Self.directory).isEmpty else { return nil }
        guard let version = try load() else {
            // Files before the first commit are of nobody's. Of a table that is damaged nothing is
            // touched before there is a new one.
            if try log.listing().newest == nil { try removeFiles(except: []) }
            return nil
        }
        // An earlier run may have failed to make its newest commit durable. Before it is, the
        // version before it is the one that counts.
        let commit = log.path(of: version.version)
        try disk.writeFile(commit, try disk.readAll(commit), .replacing)
        try removeFiles(except: Set(version.files.map(\.name)))
        return version
    }

    private func removeFiles(except kept: Set<String>) throws(DiskError) {
        for name in try disk.list(Self.directory)
        where isTemporaryName(name) || Self.isDataFile(name) && !kept.contains(name)
            || IdentityCheckpoint.position(ofFileNamed: name) != nil
        {
            try disk.unlink(path(name))
        }
        for name in try disk.list(Self.logDirectory) where isTemporaryName(name) {
            try disk.unlink(joinPath(Self.logDirectory, name))
        }
    }

    /// Makes the next version; durable on return.
    ///
    /// After an error the version may be there or not: `sweep` tells.
    /// - Parameters:
    ///   - before: the newest version; `nil`: what there is is of no use, and is removed.
    ///   - tableID: of a new table.
    ///   - now: ms since 1970.
    func publish(
        _ map: IdentityMap, position: Int64, after before: IdentityLakeVersion?,
        tableID: StoreID, now: Int64
    ) throws -> IdentityLakeVersion {
        try disk.createDirectory(Self.logDirectory)
        if before == nil { try clear() }
        let number = before.map { $0.version + 1 } ?? 0
        var writer = IdentityLakeWriter(
            disk, version: number,
            keyValues: [
                ("eventlog.format", "1"), ("eventlog.journal.position", "\(position)"),
            ])
        try writer.write(map)
        let version = IdentityLakeVersion(
            version: number, position: position, rules: IdentityLakeVersion.rules(of: map.options),
            files: writer.files)
        try disk.writeFile(
            log.path(of: number),
            version.commit(replacing: before, tableID: "\(tableID)", now: now), .creating)
        try? log.checkpointIfDue(now: now)
        // What cannot be removed now, the next version or the next start removes.
        let kept = version.files + (before?.files ?? [])
        try? removeFiles(except: Set(kept.map(\.name)))
        return version
    }

    /// Removes a table that cannot be used, the newest commits first, with what other programs have
    /// made of its log: checkpoints would outlive their commits.
    private func clear() throws(DiskError) {
        for name in try disk.list(Self.logDirectory).reversed()
        where [".json", ".parquet", ".crc", ".tmp"].contains(where: name.hasSuffix)
            || name == "_last_checkpoint"
        {
            try disk.unlink(joinPath(Self.logDirectory, name))
        }
        try disk.synchronizeDirectory(Self.logDirectory)
        try removeFiles(except: [])
    }
}
