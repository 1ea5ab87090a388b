import Columns

/// The tables of rollups, as the writer of a store knows them.
struct RollupTables {
    /// The newest versions; without an entry there is no table.
    private(set) var states: [RollupGrain: CatalogState] = [:]
    /// What became of the last commit is not known: the tables are to be read again.
    var isKnown = false
    /// What the tables say, as questions see it.
    private(set) var files: [RollupFile] = []
    /// See `RollupSet`.
    let rowShareMax: Double

    init(rowShareMax: Double) { self.rowShareMax = rowShareMax }

    /// - Parameter cache: for what is read of the files.
    mutating func put(
        _ state: CatalogState, _ grain: RollupGrain, disk: any Disk, cache: ColumnCache
    ) {
        states[grain] = state
        let known = Dictionary(
            files.filter { $0.grain == grain }.map { ($0.file.entry.path, $0) },
            uniquingKeysWith: { first, _ in first })
        files.removeAll { $0.grain == grain }
        files += state.segments.compactMap {
            known[$0.path] ?? RollupFile($0, grain, disk: disk, cache: cache)
        }
    }

    var set: RollupSet { RollupSet(files, rowShareMax: rowShareMax) }
}

extension RollupTables {
    /// Reads what the tables say. Changes nothing.
    /// - Returns: what cannot be read: answers lack what has expired, all else is read from the events.
    mutating func load(disk: any Disk, cache: ColumnCache) throws(DiskError) -> [Damage] {
        var damage: [Damage] = []
        for grain in RollupGrain.allCases {
            do {
                guard let state = try RollupTable(disk: disk, grain: grain).load() else { continue }
                put(state, grain, disk: disk, cache: cache)
                damage += state.damage
            } catch let error as DiskError where error.isShortage {
                throw error
            } catch {
                damage.append(
                    Damage(
                        file: grain.directory,
                        message: "the table of rollups cannot be read: \(error)"))
            }
        }
        return damage
    }

    /// Removes what is left over of earlier runs.
    /// - Parameter now: µs since 1970 UTC.
    /// - Returns: files that were taken out of late and stay for a while.
    mutating func sweep(disk: any Disk, cache: ColumnCache, now: Int64) throws -> [ReplacedFile] {
        var kept: [ReplacedFile] = []
        for grain in RollupGrain.allCases {
            let table = RollupTable(disk: disk, grain: grain)
            guard let state = try table.prepare() else { continue }
            put(state, grain, disk: disk, cache: cache)
            try table.sweep(state, now: now / 1000)
            kept += state.replacedFiles(in: grain.directory, at: now)
        }
        isKnown = true
        return kept
    }
}
