import Columns
import Parquet

/// What events that are gone said about persons: the identity log outlives raw events (specification, table of
/// decisions, row 30).
///
/// A table of its own in the form of the events' table, read wherever the events are read for persons. So
/// nothing depends on a map that was made under other rules, and a map can always be made again. It says what no
/// other file says: there are two copies of each file and of each commit.
///
/// ```
/// identity/_log/_delta_log/<version>.json    which files it has
/// identity/_log/<year>/<month>/<day>/….parquet
/// identity/_second/catalog/…                 the same once more
/// identity/_second/<year>/<month>/<day>/….parquet
/// ```
///
/// A file is durable before the events go that it is made of. An event may be in both, and then counts once.
struct IdentityLog {
    static let directory = "identity/_log"
    static let secondDirectory = "identity/_second"
    static let commitCopies = "identity/_second/catalog"
    /// Files after which the small ones are put together.
    static let fileCountMax = 32

    let disk: any Disk

    var catalog: CatalogLog {
        CatalogLog(on: disk, directory: Self.directory, copyDirectory: Self.commitCopies)
    }

    /// The table as of a commit.
    struct State {
        /// `nil`: it cannot be read.
        var catalog: CatalogState?
        var files: [SegmentFile]
        var damage: [Damage]
    }

    /// Changes nothing.
    /// - Returns: `nil` if nothing has ever gone.
    func load(_ cache: ColumnCache) throws -> State? {
        let lost: String
        do {
            if let state = try catalog.load() { return try self.state(state, cache) }
            guard try catalog.wasUsed() else { return nil }
            lost = "its log is gone"
        } catch let error as CatalogError {
            lost = "\(error)"
        }
        // All else can be read without it.
        return State(
            catalog: nil, files: [],
            damage: [
                Damage(
                    file: catalog.logDirectory,
                    message: "what events that are gone said about persons cannot be read: " + lost)
            ])
    }

    func state(_ catalog: CatalogState, _ cache: ColumnCache) throws -> State {
        var state = State(catalog: catalog, files: [], damage: catalog.damage)
        for entry in catalog.segments {
            let paths = Self.paths(of: entry)
            let sound = try paths.first { try size(of: $0) == entry.size }
            if sound != paths[0] {
                state.damage.append(
                    Damage(
                        file: paths[0], rowCount: entry.rowCount,
                        message:
                            "what events that are gone said about persons is not there as it was "
                            + "written; "
                            + (sound == nil ? "nor is its second copy" : "its second copy is used"))
                )
            }
            state.files.append(
                SegmentFile(
                    entry: entry, path: sound ?? paths[0], disk: disk, cache: cache))
        }
        return state
    }

    static func paths(of entry: SegmentEntry) -> [String] {
        [directory, secondDirectory].map { joinPath($0, entry.path) }
    }

    private func size(of path: String) throws -> Int? {
        do throws(DiskError) {
            return try FileReader(path, on: disk).size
        } catch {
            if error.isShortage { throw error }
            return nil
        }
    }

    /// Before the first change of a run: puts the log right, and removes files that no commit names.
    func prepare(now: Int64) throws {
        guard try !disk.list(catalog.logDirectory).isEmpty else { return }
        try catalog.prepare()
        guard let state = try catalog.load() else { return }
        for directory in [Self.directory, Self.secondDirectory] {
            let kept = state.replacedFiles(in: directory, at: now).map(\.path)
            // What cannot be removed only takes room.
            _ = try? SegmentSweep(
                disk: disk, directory: directory, state: state, kept: Set(kept)
            ).run()
        }
    }

    /// Writes rows, durable on return.
    /// - Parameters:
    ///   - replaced: files of the log that the rows are made of.
    ///   - before: `nil`: there is no log yet.
    ///   - leaves: of the table of events.
    ///   - now: µs since 1970 UTC.
    func write(
        _ outputs: [SegmentMerge.Output], replacing replaced: [SegmentFile] = [],
        to before: CatalogState?, storeID: StoreID, leaves: [CatalogLeaf], now: Int64
    ) throws -> CatalogState {
        let before =
            try before
            ?? catalog.create(tableID: "\(storeID)", leaves: leaves, now: now / 1000)
        var entries: [SegmentEntry] = []
        for (number, output) in outputs.enumerated() {
            let name = SegmentName(
                firstSeq: output.bounds.seq.lowerBound, lastSeq: output.bounds.seq.upperBound,
                day: output.bounds.timestamp.lowerBound, generation: Int(before.version) + 1,
                number: number)
            let entry = SegmentEntry(
                path: name.path, size: output.bytes.count, modificationTime: now / 1000,
                rowCount: output.rowCount, output.bounds)
            for path in Self.paths(of: entry) {
                try disk.createDirectory(splitPath(path).directory)
                try disk.writeFile(path, output.bytes, .replacing)
            }
            entries.append(entry)
        }
        return try catalog.commit(
            CatalogChange(
                replaced.isEmpty ? .append : .compact, add: entries,
                remove: replaced.map(\.entry.path),
                leaves: leaves.count > before.leaves.count ? leaves : nil),
            to: before, now: now / 1000)
    }

    /// Reads both copies of each file, and makes of a damaged one a copy of the other.
    /// - Returns: files of which neither is sound.
    func mend(_ state: CatalogState) throws -> [Damage] {
        var damage: [Damage] = []
        for entry in state.segments {
            let paths = Self.paths(of: entry)
            let sound = paths.map { Self.soundBytes($0, entry, on: disk) }
            guard let bytes = sound.compactMap({ $0 }).first else {
                damage.append(
                    Damage(
                        file: paths[0], rowCount: entry.rowCount,
                        message:
                            "what events that are gone said about persons cannot be read, nor can "
                            + "its second copy"))
                continue
            }
            for (path, own) in zip(paths, sound) where own == nil {
                try disk.createDirectory(splitPath(path).directory)
                try disk.writeFile(path, bytes, .replacing)
            }
        }
        return damage
    }

    private static func soundBytes(
        _ path: String, _ entry: SegmentEntry, on disk: any Disk
    ) -> [UInt8]? {
        guard let bytes = try? disk.readAll(path), bytes.count == entry.size,
            let file = try? ParquetFile(source: ParquetBytes(bytes)),
            file.rowCount == entry.rowCount
        else { return nil }
        for group in file.rowGroups.indices {
            for leaf in file.leaves.indices {
                guard let read = try? file.readColumn(rowGroup: group, leaf: leaf),
                    read.damage.isEmpty
                else { return nil }
            }
        }
        return bytes
    }
}
