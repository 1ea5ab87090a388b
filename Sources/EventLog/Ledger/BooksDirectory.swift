import Columns
import Parquet

/// The files of ledger, quarantine and content: one of the ledger for each journal position that the
/// catalog covered, and those of the others that it names.
///
/// They are written and durable before the catalog's commit. What is named for another position than
/// the catalog's counts for nothing: it belongs to a seal that was interrupted, or to one before.
struct BooksDirectory {
    let disk: any Disk
    let storeID: StoreID

    static let damagedDirectory = "ledger/damaged"

    struct Loaded {
        var books = Books()
        /// Whether the ledger says what was stored up to the position.
        var isComplete = true
        var damage: [Damage] = []
    }

    /// Reads the state as of a position. Changes nothing.
    func load(_ position: Int64) throws -> Loaded {
        guard position > 0 else { return Loaded() }
        var (loaded, contentFile) = try loadLedger(position)
        let content = ContentDirectory(disk: disk, storeID: storeID)
        // Where the ledger cannot tell, the newest file that the position covers is the one.
        let name = loaded.isComplete ? contentFile : try content.newest(upTo: position)
        guard let name else { return loaded }
        do {
            loaded.books = Books(
                ledger: loaded.books.ledger, quarantine: loaded.books.quarantine,
                content: try content.load(name))
        } catch {
            if let error = error as? DiskError, error.isShortage { throw error }
            loaded.damage.append(
                Damage(
                    file: ContentFile.path(name),
                    message: "content items cannot be read (\(error)): those put since are there"))
        }
        return loaded
    }

    /// - Returns: ledger and quarantine, and the name of the file with the content.
    private func loadLedger(
        _ position: Int64
    ) throws -> (loaded: Loaded, contentFile: String?) {
        let path = LedgerFile.path(position)
        let file: LedgerFile
        do {
            file = try LedgerFile(reading: disk.readAll(path))
        } catch let error as DiskError where error.isNotFound {
            // A store from before there was a ledger has none of its files.
            var loaded = Loaded(isComplete: false)
            if try !disk.list(LedgerFile.directory).filter({ !isTemporaryName($0) }).isEmpty {
                loaded.damage.append(Self.lost(path, "it is missing"))
            }
            return (loaded, nil)
        } catch let error where error is ParquetError || (error as? DiskError)?.isUnreadable == true
        {
            return (Loaded(isComplete: false, damage: [Self.lost(path, "\(error)")]), nil)
        }
        var loaded = Loaded()
        var files: [QuarantineFile] = []
        for name in file.quarantineFiles {
            do {
                files.append(try QuarantineFile.open(name, on: disk))
            } catch {
                if let error = error as? DiskError, error.isShortage { throw error }
                loaded.damage.append(
                    Damage(
                        file: joinPath(QuarantineFile.directory, name),
                        message: "refused events of the quarantine cannot be read: \(error)"))
            }
        }
        loaded.books = Books(
            ledger: Ledger(file.rows),
            quarantine: Quarantine(files: files, evictedCount: file.evictedCount))
        return (loaded, file.contentFile)
    }

    private static func lost(_ path: String, _ reason: String) -> Damage {
        Damage(
            file: path,
            message:
                "the ledger cannot be read (\(reason)): stored events were counted again; earlier "
                + "duplicates, refusals, what has left the table, and the quarantine are lost")
    }

    /// Writes everything as of a position; durable on return.
    func write(
        _ books: Books.Sealing, position: Int64, quarantineSizeMax: Int
    ) throws -> Books.Sealed {
        var quarantine = QuarantineSeal(
            disk: disk, storeID: storeID, position: position, sizeMax: quarantineSizeMax)
        let (files, evictedCount) = try quarantine.write(books.quarantine)
        let contentFile = try ContentDirectory(disk: disk, storeID: storeID)
            .write(books.content, position: position)
        let file = LedgerFile(
            rows: books.rows, quarantineFiles: files.map(\.name), evictedCount: evictedCount,
            contentFile: contentFile)
        try disk.createDirectory(LedgerFile.directory)
        try disk.writeFile(
            LedgerFile.path(position), file.bytes(storeID: storeID, position: position), .replacing)
        return Books.Sealed(
            position: position, rows: books.rows, files: files, evictedCount: evictedCount,
            contentFile: contentFile)
    }

    /// Removes the files that were replaced: the ledger's of other positions, and those of content.
    func retire(except position: Int64, contentFile: String?) throws(DiskError) {
        try ContentDirectory(disk: disk, storeID: storeID).retire(except: contentFile)
        let current = splitPath(LedgerFile.path(position)).name
        for name in try disk.list(LedgerFile.directory)
        where name != current && (name.hasSuffix(".parquet") || isTemporaryName(name)) {
            try disk.unlink(joinPath(LedgerFile.directory, name))
        }
    }

    /// Removes what interrupted seals left. For a start that found no damage.
    func sweep(_ position: Int64, _ books: Books) throws(DiskError) {
        if position > 0 { try retire(except: position, contentFile: books.content.file) }
        let live = Set(books.quarantine.files.map(\.name))
        for name in try disk.list(QuarantineFile.directory)
        where !live.contains(name) && (name.hasSuffix(".parquet") || isTemporaryName(name)) {
            try disk.unlink(joinPath(QuarantineFile.directory, name))
        }
    }

    /// Keeps damaged files under other names before the next seal replaces them.
    func keepDamaged(_ damage: [Damage]) {
        for path in damage.map(\.file) {
            let (directory, _) = splitPath(path)
            if directory == LedgerFile.directory {
                QuarantineSeal.keepDamaged(path, in: Self.damagedDirectory, on: disk)
            } else if directory == ContentFile.directory {
                QuarantineSeal.keepDamaged(path, in: ContentFile.damagedDirectory, on: disk)
            } else if directory == QuarantineFile.directory {
                QuarantineSeal.keepDamaged(
                    path, in: QuarantineSeal.damagedDirectory, on: disk)
            }
        }
    }
}
