import Columns
import Synchronization

extension EventStore {
    /// Changes a table with one commit, and shows questions what it says now.
    ///
    /// The files that are taken out stay for a while, as replaced segments do.
    /// - Precondition: `rewriting` is held.
    func change(
        _ grain: RollupGrain, add: [(source: SegmentEntry, file: RollupDraft)],
        remove: [RollupFile], _ operation: CatalogChange.Operation
    ) throws {
        try rollupTables.withLock { tables in
            if !tables.isKnown { try read(&tables) }
            tables.isKnown = false
            // What an attempt in doubt took out already.
            let live = Set(tables.states[grain]?.segments.map(\.path) ?? [])
            let gone = remove.filter { live.contains($0.file.entry.path) }
            guard !add.isEmpty || !gone.isEmpty else {
                tables.isKnown = true
                return
            }
            let state = try RollupTable(disk: disk, grain: grain).change(
                tables.states[grain], add: add, remove: gone.map(\.file.entry.path), operation,
                tableID: rollupTableID(grain), now: options.now() / 1000)
            tables.put(state, grain, disk: disk, cache: cache)
            tables.isKnown = true
            show(tables)
            let now = options.now()
            replaced.withLock { replaced in
                replaced += gone.map {
                    ReplacedFile(
                        path: $0.file.path, size: $0.file.entry.size, at: now, segment: $0.file)
                }
            }
        }
    }

    /// A table that others made, a copy or a part of the store: each has an id of its own.
    private func rollupTableID(_ grain: RollupGrain) -> StoreID {
        var generator = RandomBits(next: options.random)
        return StoreID(using: &generator)
    }

    /// Reads the tables again after a commit of which it is not known what became of it.
    private func read(_ tables: inout RollupTables) throws {
        for grain in RollupGrain.allCases {
            guard let state = try RollupTable(disk: disk, grain: grain).prepare() else { continue }
            tables.put(state, grain, disk: disk, cache: cache)
        }
        show(tables)
        tables.isKnown = true
    }

    private func show(_ tables: borrowing RollupTables) {
        let (files, set) = (tables.files, tables.set)
        view.withLock { view in
            view.rollupFiles = files
            view.rollups = set
        }
    }
}
