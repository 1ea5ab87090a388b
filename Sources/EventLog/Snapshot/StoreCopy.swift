/// Brings files of a store to another disk: copied, or linked where they never change.
struct StoreCopy {
    /// Bytes that are copied at a time.
    private static let pieceSize = 1 << 20

    let source: any Disk
    let target: any Disk
    /// Asked for each piece.
    var isCancelled: () -> Bool = { false }
    /// Told of the bytes of each piece.
    var progress: (Int) -> Void = { _ in }
    /// Bytes.
    private(set) var copiedSize = 0
    private(set) var linkedSize = 0
    /// Files that are there already.
    private var done: Set<String> = []
    /// Directories whose entries are to be made durable.
    private var directories: Set<String> = []

    init(from source: any Disk, to target: any Disk) {
        // Only two disks of one kind know how to link a file of the other.
        self.source = (source as? ShreddingDisk)?.base ?? source
        self.target = target
    }

    /// Copies a file, unless that has been done; its content is durable on return.
    /// - Returns: `false` if there is no such file.
    mutating func copy(_ path: String) throws -> Bool {
        if done.contains(path) { return true }
        let reader: FileReader
        do throws(DiskError) {
            reader = try FileReader(path, on: source)
        } catch {
            guard error.isNotFound || error.reason == .notARegularFile else { throw error }
            return false
        }
        try makeDirectory(of: path)
        let file = try target.openFile(path, .create)
        do {
            try copy(reader, to: file)
            try target.synchronize(file)
        } catch {
            try? target.close(file)
            throw error
        }
        try target.close(file)
        done.insert(path)
        return true
    }

    private mutating func copy(_ reader: FileReader, to file: FileHandle) throws {
        var offset = 0
        while offset < reader.size {
            if isCancelled() { throw SnapshotError.cancelled }
            let bytes = try reader.read(at: offset, count: Self.pieceSize)
            guard !bytes.isEmpty else { throw StoreError.io("a file became shorter while read") }
            try target.write(file, at: offset, bytes)
            offset += bytes.count
            copiedSize += bytes.count
            progress(bytes.count)
        }
    }

    /// Gives a file that never changes a second name or, where that cannot be, copies it.
    /// - Returns: `false` if there is no such file.
    mutating func link(_ path: String, size: Int) throws -> Bool {
        if isCancelled() { throw SnapshotError.cancelled }
        try makeDirectory(of: path)
        do throws(DiskError) {
            try target.link(path, of: source, to: path)
        } catch {
            if error.isNotFound { return false }
            guard error.isNoLink else { throw error }
            return try copy(path)
        }
        linkedSize += size
        return true
    }

    /// Copies the files of a directory; those in directories below it stay.
    mutating func copyFiles(
        in directory: String, where isWanted: (String) -> Bool = { _ in true }
    ) throws {
        for name in try source.list(directory) where !isTemporaryName(name) && isWanted(name) {
            // What has gone since the look at the directory was nobody's any more.
            _ = try copy(joinPath(directory, name))
        }
    }

    /// To be called at the end: everything is durable on return.
    func finish() throws(DiskError) {
        for directory in directories.sorted() { try target.synchronizeDirectory(directory) }
        try target.synchronizeDirectory("")
    }

    private mutating func makeDirectory(of path: String) throws(DiskError) {
        let (directory, _) = splitPath(path)
        guard directories.insert(directory).inserted else { return }
        try target.createDirectory(directory)
    }
}

extension StoreCopy {
    /// Copies the catalog's log and the copies of its commits, up to a version.
    /// - Parameter isFinal: whether nobody writes to them; otherwise what may change is left for later.
    mutating func copyLog(upTo version: Int64, isFinal: Bool) throws {
        for directory in [CatalogLog.logDirectory, CatalogLog.copyDirectory] {
            try copyFiles(in: directory) { name in
                Self.version(ofLogFile: name).map { $0 <= version } ?? isFinal
            }
        }
        // At last: what has gone from the log since the first look at it is in there.
        if isFinal { try copyFiles(in: ChainHistory.directory) }
    }

    /// Copies the identity table and the checkpoints of the identity map; nobody publishes meanwhile.
    mutating func copyIdentity(linking: Bool) throws {
        for name in try source.list(IdentityLake.directory) where IdentityLake.isDataFile(name) {
            let path = joinPath(IdentityLake.directory, name)
            if linking { _ = try link(path, size: size(of: path)) }
        }
        for directory in [
            IdentityLake.directory, IdentityLake.logDirectory, IdentityCheckpoint.directory,
        ] {
            try copyFiles(in: directory) { !linking || !IdentityLake.isDataFile($0) }
        }
    }

    /// Copies what events that are gone said about persons, with its second copy; nobody changes it meanwhile.
    mutating func copyIdentityLog(_ state: CatalogState?, linking: Bool) throws {
        for directory in [IdentityLog(disk: source).catalog.logDirectory, IdentityLog.commitCopies]
        {
            try copyFiles(in: directory)
        }
        for path in (state?.segments ?? []).flatMap(IdentityLog.paths) {
            guard try source.exists(path) else { continue }
            if linking { _ = try link(path, size: size(of: path)) } else { _ = try copy(path) }
        }
    }

    /// Brings the tables of rollups along; nobody changes them meanwhile.
    /// - Returns: what is not there, or cannot be read.
    mutating func copyRollups(linking: Bool) throws -> [String] {
        var missing: [String] = []
        for grain in RollupGrain.allCases {
            let table = RollupTable(disk: source, grain: grain)
            let state: CatalogState?
            do {
                state = try table.load()
            } catch is CatalogError {
                missing.append(table.logDirectory)
                continue
            }
            guard let state else { continue }
            for directory in [table.logDirectory, grain.copyDirectory] {
                try copyFiles(in: directory)
            }
            for entry in state.segments {
                let path = joinPath(grain.directory, entry.path)
                let isThere = linking ? try link(path, size: entry.size) : try copy(path)
                if !isThere { missing.append(path) }
            }
        }
        return missing
    }

    private func size(of path: String) throws(DiskError) -> Int {
        try FileReader(path, on: source).size
    }

    /// The version that a log's file is of, whatever it is: `00000000000000000012.json`,
    /// `00000000000000000012.checkpoint.parquet`. `nil` for a file of no version.
    static func version(ofLogFile name: String) -> Int64? {
        guard let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        return paddedNumber(in: String(name[..<dot]), suffix: "")
    }
}
