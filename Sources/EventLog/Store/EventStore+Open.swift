import Columns

extension EventStore {
    /// Opens or creates the store at `path`, takes its lock, replays the journal and makes durable
    /// what was recovered.
    /// - Throws: `StoreError.locked` if another process holds it, `.notAStore` if the directory holds
    ///   something else.
    package static func open(_ path: String, options: StoreOptions) throws(StoreError) -> EventStore
    {
        do {
            return try open(
                path, on: PosixDisk(root: path, createIfMissing: true), options: options)
        } catch {
            throw StoreError(error)
        }
    }

    /// The same on any disk.
    package static func open(
        _ path: String, on disk: any Disk, options: StoreOptions
    ) throws(StoreError) -> EventStore {
        do {
            let lock: FileHandle
            do {
                lock = try disk.lock("LOCK")
            } catch let error where error.isLocked {
                throw StoreError.locked(pid: error.lockHolder)
            }
            do {
                let disk = ShreddingDisk(disk)
                // From the first file on that goes.
                let erasures = ErasureDirectory(disk: disk)
                disk.shred(try erasures.hasRequests())
                try disk.sweep(try erasures.leftOver())
                let opened = try Recovery(disk: disk, options: options).openOrCreate()
                return EventStore(
                    path: path, disk: disk, options: options, lock: lock, opened: opened)
            } catch {
                try? disk.close(lock)
                throw error
            }
        } catch {
            throw StoreError(error)
        }
    }
}

extension Recovery {
    fileprivate func openOrCreate() throws -> OpenedStore {
        try disk.createDirectory(JournalDirectory.path)
        try disk.createDirectory("events")
        var repaired: [Damage] = []
        let isPrepared = try hasRoom {
            repaired = try CatalogLog(on: disk, directory: "events").prepare()
        }
        var opened = try load() ?? create()
        try prepareSealer(opened.catalogState.chain)
        if let identity = options.identity {
            _ = try hasRoom { try IdentityRules(disk: disk).keep(identity) }
        }
        opened.report.damage = repaired + opened.report.damage
        opened.isDurable = try isPrepared && makeDurable(opened)
        let files = BooksDirectory(disk: disk, storeID: opened.storeID)
        if opened.isDurable, opened.report.damage.isEmpty {
            opened.replaced = opened.catalogState.replacedFiles(at: options.now())
            // What cannot be removed today only takes room; the next start tries again.
            _ = try? SegmentSweep(
                disk: disk, directory: "events", state: opened.catalogState,
                kept: Set(opened.replaced.map(\.path))
            ).run()
            // What cannot be put right now is before the log is changed.
            try? IdentityLog(disk: disk).prepare(now: options.now())
            opened.identityTable = try? IdentityLake(disk: disk).sweep()
            try? files.sweep(opened.catalogState.journalPosition, opened.books)
            if let kept = try? opened.rollups.sweep(
                disk: disk, cache: opened.cache, now: options.now())
            {
                opened.replaced += kept
            }
        }
        opened.report.damage += opened.rollupDamage
        files.keepDamaged(opened.report.damage)
        return opened
    }

    /// What a crash left readable need not be durable. Before anybody is told that an event is a
    /// duplicate, its first copy must be.
    /// - Returns: `false` if there is no room for it.
    private func makeDurable(_ opened: OpenedStore) throws -> Bool {
        let journal = JournalDirectory(
            storeID: opened.storeID, on: disk, growth: options.journalGrowth)
        func rewrite() throws {
            try journal.rewrite(opened.journal, after: opened.catalogState.journalPosition)
        }
        // A damaged file is put aside first: sealing would remove it with the others.
        guard opened.journal.damage.isEmpty else {
            try rewrite()
            return true
        }
        return try hasRoom(for: rewrite)
    }

    /// A full disk must not keep the store from being opened, or nobody could read what it holds.
    private func hasRoom(for body: () throws -> Void) throws -> Bool {
        do {
            try body()
            return true
        } catch let error as DiskError where error.isNoSpace {
            return false
        }
    }

    /// A commit that is not sealed with the key that is next would tell of a forgery later.
    private func prepareSealer(_ chain: ChainHead?) throws {
        guard let sealer = options.sealer else { return }
        do throws(SealKeyError) {
            try sealer.check(chain)
        } catch {
            throw StoreError.sealKey("\(error)")
        }
        _ = try hasRoom { try sealer.align(with: chain) }
    }

    private func create() throws -> OpenedStore {
        let catalog = self.catalog
        guard try disk.list(JournalDirectory.path).isEmpty else {
            throw StoreError.notAStore("there is a journal but no catalog (events/_delta_log)")
        }
        guard try !catalog.wasUsed() else {
            throw StoreError.notAStore("there are copies of a catalog but no events/_delta_log")
        }
        // Before there is anything that would have to be sealed otherwise.
        try prepareSealer(nil)
        var generator = RandomBits(next: options.random)
        let state = try catalog.create(
            tableID: StoreID(using: &generator).description, leaves: EventSchema().catalogLeaves,
            now: options.now() / 1000)
        return try load(catalog, state)
    }
}

/// The random bits of the options, as the standard library wants them.
struct RandomBits: RandomNumberGenerator {
    let bits: @Sendable () -> UInt64
    init(next bits: @escaping @Sendable () -> UInt64) { self.bits = bits }
    mutating func next() -> UInt64 { bits() }
}
