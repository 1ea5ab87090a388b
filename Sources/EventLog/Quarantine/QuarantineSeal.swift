/// Decides which files the quarantine has after a seal, and writes them.
///
/// The oldest files go where there is no room. Files with events that have left are written again
/// without them; small ones and what came become one file. So all but one are large, and there are not
/// many. The others stay as they are.
struct QuarantineSeal {
    let disk: any Disk
    let storeID: StoreID
    /// The journal position that the seal covers: part of the new files' names.
    let position: Int64
    /// Bytes that all events may count for.
    let sizeMax: Int
    private var written = 0

    init(disk: any Disk, storeID: StoreID, position: Int64, sizeMax: Int) {
        self.disk = disk
        self.storeID = storeID
        self.position = position
        self.sizeMax = sizeMax
    }

    static let damagedDirectory = "quarantine/damaged"

    /// A file that there was, and the rows of its events that have not left.
    private struct Old {
        let file: QuarantineFile
        let rows: [UInt32]
        let size: Int

        init(_ file: QuarantineFile, without left: Set<Int64>) {
            self.file = file
            rows = file.liveRows(without: left.contains)
            size = file.size(of: rows)
        }

        var isWhole: Bool { rows.count == file.count }
        var isSmall: Bool { size < Limits.quarantineMergeSizeMax }
    }

    /// - Returns: all files, oldest first, durable, and the number of events evicted ever.
    mutating func write(
        _ seal: Quarantine.Sealing
    ) throws -> (files: [QuarantineFile], evictedCount: Int64) {
        if seal.events.isEmpty, seal.left.isEmpty { return (seal.files, seal.evictedCount) }
        try disk.createDirectory(QuarantineFile.directory)
        var old = seal.files.map { Old($0, without: seal.left) }.filter { !$0.rows.isEmpty }
        var events = seal.events
        let evicted = evict(&old, &events)
        let small = old.filter(\.isSmall)
        let mustMerge = !events.isEmpty || small.count > 1 || !small.allSatisfy(\.isWhole)
        var files: [QuarantineFile] = []
        for one in old {
            if one.isSmall && mustMerge {
                events += try read(one)
            } else if one.isWhole {
                files.append(one.file)
            } else {
                files += try write(read(one))
            }
        }
        files += try write(events.sorted { $0.id < $1.id })
        return (files.sorted { $0.lastID < $1.lastID }, seal.evictedCount + evicted)
    }

    /// Leaves out the oldest until the rest fits.
    /// - Returns: how many events.
    private func evict(_ old: inout [Old], _ events: inout [QuarantinedEvent]) -> Int64 {
        var total = old.reduce(0) { $0 + $1.size } + events.reduce(0) { $0 + $1.size }
        var evicted = 0
        while total > sizeMax, let first = old.first {
            total -= first.size
            evicted += first.rows.count
            old.removeFirst()
        }
        let kept = events.drop {
            guard total > sizeMax else { return false }
            total -= $0.size
            evicted += 1
            return true
        }
        events = Array(kept)
        return Int64(evicted)
    }

    /// What can be read. A file that is not whole is kept under another name: it may be readable to
    /// somebody else.
    private func read(_ old: Old) throws -> [QuarantinedEvent] {
        let read: (events: [QuarantinedEvent], isWhole: Bool)
        do {
            read = try old.file.events(old.rows)
        } catch {
            // For want of open files or memory the seal is tried again.
            if let error = error as? DiskError, error.isShortage { throw error }
            read = ([], false)
        }
        if !read.isWhole { Self.keepDamaged(old.file.path, in: Self.damagedDirectory, on: disk) }
        return read.events
    }

    /// Gives a file a second name before its first one goes. What cannot be kept is not worth failing for.
    static func keepDamaged(_ path: String, in directory: String, on disk: any Disk) {
        try? disk.createDirectory(directory)
        try? disk.link(path, to: joinPath(directory, splitPath(path).name))
        try? disk.synchronizeDirectory(directory)
    }

    /// Writes events, in order, to as many files as they need.
    private mutating func write(_ events: [QuarantinedEvent]) throws -> [QuarantineFile] {
        var files: [QuarantineFile] = []
        var rest = events[...]
        while !rest.isEmpty {
            var size = 0
            let part = rest.prefix {
                size += $0.size
                return size <= Limits.quarantineFileSizeMax
            }
            files.append(
                try QuarantineFile.write(
                    Array(part), name: "\(padded(position))-\(written).parquet",
                    storeID: storeID, on: disk))
            written += 1
            rest = rest.dropFirst(part.count)
        }
        return files
    }
}
