import Columns

extension EventStore {
    /// Opens or creates the store at `path`, takes its lock, replays the journal and makes durable
    /// what was recovered.
    /// - Throws: `StoreError.locked` if another process holds it, `.notAStore` if the directory holds
    ///   something else.
    package static func open(_ path: String, options: StoreOptions) throws(StoreError) -> EventStore {
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
        try disk.createDirectory("journal")
        try disk.createDirectory("events")
        var opened: OpenedStore
        if let existing = try load() {
            opened = existing
        } else {
            guard try disk.list("journal").isEmpty else {
                throw StoreError.notAStore("there is a journal but no catalog (events/_delta_log)")
            }
            let catalog = CatalogLog(on: disk, directory: "events")
            let state = try catalog.create(
                tableID: StoreID(random: options.random).description,
                leaves: EventSchema().catalogLeaves, now: options.now())
            opened = try load(catalog, state)
        }
        let directory = JournalDirectory(on: disk, storeID: opened.storeID)
        opened.journalFiles = try directory.rewrite(from: opened.catalogState.journalPosition)
        return opened
    }
}
