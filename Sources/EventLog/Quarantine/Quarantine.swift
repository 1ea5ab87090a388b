/// The refused events that are kept, oldest first, in bounded room.
///
/// ```
/// files     as of the newest seal
/// sealing   what came until the seal that is under way
/// recent    what came since
/// ```
///
/// Events leave when they are replayed or dropped, and with the oldest file when there is no room. A
/// pure function of the ledger records applied, but for the files behind it.
package struct Quarantine: Sendable {
    private(set) var files: [QuarantineFile]
    private var sealing: [Int64: QuarantinedEvent] = [:]
    private var recent: [Int64: QuarantinedEvent] = [:]
    /// Numbers of events in `files` that have left, before the seal that is under way and since. The
    /// latter may be in `sealing` too.
    private var leftBefore: Set<Int64> = []
    private var left: Set<Int64> = []
    package private(set) var count: Int
    /// Bytes that all events count for.
    package private(set) var size: Int
    /// Events that went because there was no room, ever.
    package private(set) var evictedCount: Int64
    /// Bytes of events that are in no file yet.
    private(set) var unsealedSize = 0

    init(files: [QuarantineFile] = [], evictedCount: Int64 = 0) {
        self.files = files
        self.evictedCount = evictedCount
        count = files.reduce(0) { $0 + $1.count }
        size = files.reduce(0) { $0 + $1.size }
    }

    /// - Parameter record: numbered.
    mutating func apply(_ record: LedgerRecord) {
        for id in record.left { remove(id) }
        for event in record.kept {
            remove(event.id)
            recent[event.id] = event
            count += 1
            size += event.size
            unsealedSize += event.size
        }
    }

    private mutating func remove(_ id: Int64) {
        if let event = recent.removeValue(forKey: id) {
            unsealedSize -= event.size
            forget(event.size)
        } else if let size = sealedSize(of: id) {
            left.insert(id)
            forget(size)
        }
    }

    private mutating func forget(_ size: Int) {
        count -= 1
        self.size -= size
    }

    /// Bytes of an event that is there and not in `recent`.
    private func sealedSize(of id: Int64) -> Int? {
        if left.contains(id) { return nil }
        if let event = sealing[id] { return event.size }
        if leftBefore.contains(id) { return nil }
        return files.lazy.compactMap { $0.size(of: id) }.first
    }

    // MARK: Sealing

    /// What a seal that was begun is to write.
    struct Sealing {
        var files: [QuarantineFile]
        /// In order of their numbers.
        var events: [QuarantinedEvent]
        /// Numbers of events in `files` that have left.
        var left: Set<Int64>
        var evictedCount: Int64
    }

    mutating func beginSeal() {
        precondition(sealing.isEmpty && leftBefore.isEmpty)
        swap(&sealing, &recent)
        swap(&leftBefore, &left)
        unsealedSize = 0
    }

    var begunSeal: Sealing {
        Sealing(
            files: files, events: Self.ordered(sealing), left: leftBefore,
            evictedCount: evictedCount)
    }

    /// - Parameter files: what was written in place of those that there were.
    mutating func endSeal(_ files: [QuarantineFile], evictedCount: Int64) {
        self.files = files
        self.evictedCount = evictedCount
        sealing = [:]
        leftBefore = []
        // Of what left meanwhile, some may have been evicted.
        left = left.filter { id in files.contains { $0.size(of: id) != nil } }
        count = recent.count
        size = recent.values.reduce(0) { $0 + $1.size }
        for file in files {
            let rows = left.isEmpty ? nil : file.liveRows(without: left.contains)
            count += rows?.count ?? file.count
            size += rows.map(file.size(of:)) ?? file.size
        }
    }

    private static func ordered(_ events: [Int64: QuarantinedEvent]) -> [QuarantinedEvent] {
        events.values.sorted { $0.id < $1.id }
    }

    // MARK: Looking

    /// Files with the rows of their events that have not left.
    var liveFiles: [(file: QuarantineFile, rows: [UInt32])] {
        let gone = { (id: Int64) in left.contains(id) || leftBefore.contains(id) }
        return files.map { ($0, $0.liveRows(without: gone)) }.filter { !$0.1.isEmpty }
    }

    /// Those that are in no file yet, in order of their numbers.
    var liveEvents: [QuarantinedEvent] {
        Self.ordered(sealing).filter { !left.contains($0.id) } + Self.ordered(recent)
    }

    /// Numbers of all events, ascending.
    package var ids: [Int64] {
        let inFiles = liveFiles.flatMap { entry in entry.rows.map(entry.file.id(at:)) }
        return (inFiles + liveEvents.map(\.id)).sorted()
    }

    /// The events with these numbers, as far as they are there and can be read. Reads files.
    package func events(_ ids: Set<Int64>) throws -> [QuarantinedEvent] {
        var found = liveEvents.filter { ids.contains($0.id) }
        for (file, rows) in liveFiles {
            let wanted = rows.filter { ids.contains(file.id(at: $0)) }
            if !wanted.isEmpty { found += try file.events(wanted).events }
        }
        return found.sorted { $0.id < $1.id }
    }
}
