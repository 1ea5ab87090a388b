/// Decides which files the quarantine has after a seal, and writes them.
///
/// The oldest files go where there is no room. Files with events that have left are written again
/// without them, a small newest one together with what came; the others stay as they are.
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

    /// - Returns: all files, oldest first, durable, and the number of events evicted ever.
    mutating func write(
        _ seal: Quarantine.Sealing
    ) throws -> (files: [QuarantineFile], evictedCount: Int64) {
        if seal.events.isEmpty, seal.left.isEmpty { return (seal.files, seal.evictedCount) }
        try disk.createDirectory(QuarantineFile.directory)
        var seal = seal
        evict(&seal)
        var files: [QuarantineFile] = []
        var events = seal.events
        for (number, file) in seal.files.enumerated() {
            let rows = file.liveRows(without: seal.left.contains)
            let isNewest = number == seal.files.count - 1
            let isMerged =
                isNewest && !events.isEmpty && file.size < Limits.quarantineMergeSizeMax
            if rows.count == file.count, !isMerged {
                files.append(file)
            } else if !rows.isEmpty {
                let live = try read(file, rows)
                if isMerged { events = live + events } else { files += try write(live) }
            }
        }
        files += try write(events.sorted { $0.id < $1.id })
        return (files, seal.evictedCount)
    }

    /// Leaves out the oldest until the rest fits.
    private func evict(_ seal: inout Quarantine.Sealing) {
        let left = seal.left
        let sizes = seal.files.map { file in
            file.liveRows(without: left.contains)
                .reduce(0) { $0 + (file.size(of: file.id(at: $1)) ?? 0) }
        }
        var total = sizes.reduce(0, +) + seal.events.reduce(0) { $0 + $1.size }
        var fileCount = 0
        while total > sizeMax, fileCount < seal.files.count {
            total -= sizes[fileCount]
            seal.evictedCount += Int64(
                seal.files[fileCount].liveRows(without: left.contains).count)
            fileCount += 1
        }
        seal.files.removeFirst(fileCount)
        var eventCount = 0
        while total > sizeMax, eventCount < seal.events.count {
            total -= seal.events[eventCount].size
            eventCount += 1
        }
        seal.events.removeFirst(eventCount)
        seal.evictedCount += Int64(eventCount)
    }

    /// What can be read. A file that is not whole is kept under another name: it may be readable to
    /// somebody else.
    private func read(_ file: QuarantineFile, _ rows: [UInt32]) throws -> [QuarantinedEvent] {
        let read: (events: [QuarantinedEvent], isWhole: Bool)
        do {
            read = try file.events(rows)
        } catch {
            // For want of open files or memory the seal is tried again.
            if let error = error as? DiskError, error.isShortage { throw error }
            read = ([], false)
        }
        if !read.isWhole { Self.keepDamaged(file.path, in: Self.damagedDirectory, on: disk) }
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

/// A number with 20 digits, so that names sort as numbers do.
func padded(_ number: Int64) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
}
