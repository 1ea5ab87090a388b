import Synchronization

@testable import Columns
@testable import EventLog
@testable import TestSupport

/// A small store with a file of each kind that a store has: segments with dictionaries and Bloom filters, sealed and compacted; a catalog
/// with commits, copies, checkpoints and history; a journal; ledger, quarantine, content items; rollups, also of what has
/// expired; the identity table with log, map and rules; an erasure that is done and one that is asked for.
struct SweptStore {
    static let now: Int64 = 1_800_000_000_000_000
    private static let day: Int64 = 86_400_000_000

    /// The same bytes each time.
    static var options: StoreOptions {
        var options = RecoveryEntry.options
        options.now = { now }
        let numbers = Atomic<UInt64>(1)
        options.random = { numbers.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue }
        options.uptime = { 5_000_000 }
        options.boot = { "b" }
        options.rollupRowCountMin = 1
        options.rollupShareMax = 4
        options.identityCheckpointRowCount = 8
        options.retention.maxAge = 90 * day
        return options
    }

    let files: [(path: String, bytes: [UInt8])]
    /// Events of the person whose erasure is only asked for: nobody sees them, unless the request is damaged, which is said.
    let hidden: Set<Int64>

    /// - Throws: if the store cannot be made.
    init() throws {
        let disk = SimulatedDisk()
        hidden = try Self.make(on: disk)
        files = try Self.files(of: disk, in: "")
    }

    private static func make(on disk: SimulatedDisk) throws -> Set<Int64> {
        let store = try EventStore.open("s", on: disk, options: options)
        func append(_ numbers: Range<Int>, before: Int64 = 0) throws {
            var builder = BatchBuilder(identityKey: store.identityKey, receivedAt: now - before)
            for number in numbers {
                let names = ["like", "watchProgress", "identify"]
                var fields: [EventColumn: String] = [.deviceId: "d\(number % 5)"]
                // Each device is one person's.
                if number % 3 == 2 { fields[.userId] = "u\(number % 5)" }
                builder.add(
                    names[number % 3], id: "evt_\(number)", contentId: "c\(number % 4)",
                    timestamp: now - before - 1_000_000_000 + Int64(number) * 1000,
                    fields: fields, custom: [("note", .string("n\(number)"))],
                    extra: number % 7 == 0 ? [("more", "\(number)")] : [])
            }
            builder.refuse("{\"event\":\(numbers.lowerBound)", fields: ["event"])
            _ = try store.append([builder.batch], durability: .synced)
        }
        // What expires, and what it said of persons.
        try append(0..<12, before: 100 * day)
        try store.seal()
        try append(12..<24)
        try store.seal()
        try append(24..<36)
        try store.seal()
        while try store.compact(isForced: true) != nil {}
        while try store.buildRollup() != nil {}
        while try store.expire(trustsClock: true) != nil {}
        let erased = try store.requestErasure(of: "u3")
        _ = try store.erase(erased.id)
        let catalog = CatalogLog(on: disk, directory: "events", policy: policy)
        try checkpoint(catalog)
        try append(36..<48)
        try store.seal()
        _ = try store.publishIdentity()
        while try store.buildRollup() != nil {}
        try checkpoint(catalog)
        try append(48..<54)
        try append(54..<56)
        let before = try Self.numbers(store)
        _ = try store.requestErasure(of: "u1")
        let hidden = before.subtracting(try Self.numbers(store))
        try store.close()
        return hidden
    }

    private static var policy: CatalogLog.Policy {
        var policy = CatalogLog.Policy()
        policy.replacedAge = 0
        return policy
    }

    private static func checkpoint(_ catalog: CatalogLog) throws {
        guard let state = try catalog.load() else { return }
        try catalog.checkpoint(state, now: now / 1000)
    }

    private static func numbers(_ store: EventStore) throws -> Set<Int64> {
        Set(
            try store.tables().events.rows(["seq"]).compactMap {
                if case .int64(let seq) = $0[0] { seq } else { nil }
            })
    }

    private static func files(of disk: SimulatedDisk, in directory: String) throws -> [(
        path: String, bytes: [UInt8]
    )] {
        var files: [(path: String, bytes: [UInt8])] = []
        for name in try disk.list(directory) {
            let path = joinPath(directory, name)
            if let bytes = disk.content(of: path) {
                if path != "LOCK" { files.append((path, bytes)) }
            } else {
                files += try self.files(of: disk, in: path)
            }
        }
        return files
    }
}
