import Columns
import Glibc
import TestSupport
import Testing

@testable import EventLog

/// Snapshots from one simulated disk to another that dies or fails, and from a real one.
@Suite("Snapshots")
struct SnapshotTests {
    /// Of so many calls one is looked at; CRASH_STEP=1 looks at all.
    private static func step(_ standard: Int) -> Int {
        getenv("CRASH_STEP").flatMap { Int(String(cString: $0)) } ?? standard
    }

    private static var options: StoreOptions {
        var options = StoreOptions()
        options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
        return options
    }

    /// A store with two segments, a squashed identity table, something in quarantine and in the journal.
    private static func filledStore(on disk: any Disk) throws -> EventStore {
        let store = try EventStore.open("s", on: disk, options: options)
        try append(["a", "b"], to: store) { $0.refuse("not an event") }
        try store.seal()
        _ = try store.publishIdentity()
        try append(["c"], to: store)
        try store.seal()
        try append(["d", "e"], to: store)
        return store
    }

    private static func append(
        _ ids: [String], to store: EventStore, _ more: (inout BatchBuilder) -> Void = { _ in }
    ) throws {
        var builder = BatchBuilder(identityKey: store.identityKey)
        for id in ids {
            builder.add(
                "like", id: id, contentId: "c", timestamp: 1_700_000_000_000_000,
                fields: [.userId: "u", .deviceId: "d"])
        }
        more(&builder)
        _ = try store.append([builder.batch], durability: .synced)
    }

    private static func ids(in store: EventStore) throws -> [String] {
        try store.tables().events.rows(["eventId"]).compactMap {
            if case .string(let id) = $0[0] { id } else { nil }
        }.sorted()
    }

    /// What is on the disk is a store that has these events, and nothing is wrong with it.
    private static func check(_ disk: SimulatedDisk, _ circumstances: Comment) throws {
        let store = try EventStore.open("t", on: disk, options: options)
        let status = store.status()
        #expect(status.damage == [], circumstances)
        #expect(try ids(in: store) == ["a", "b", "c", "d", "e"], circumstances)
        #expect(status.quarantine.events == 1, circumstances)
        #expect(status.tailRows == 0 && status.segments == 3, circumstances)
        #expect(status.identityTable.version != nil, circumstances)
    }

    @Test("what a snapshot says is done survives a power failure")
    func durability() throws {
        let store = try Self.filledStore(on: SimulatedDisk())
        let target = SimulatedDisk()
        let report = try store.snapshot(on: target)
        #expect(report.events == 5 && report.segments == 3 && report.missing == [])
        #expect(report.linkedBytes > 0 && report.copiedBytes > 0)
        #expect(report.version == store.status().catalogVersion)
        #expect(try target.list("") == ["catalog", "events", "identity", "ledger", "quarantine"])
        for seed in UInt64(0)..<8 { try Self.check(target.survivor(seed: seed), "seed \(seed)") }
        #expect(target.openFileCount == 0)
    }

    @Test("a target that fails or dies at any call makes no snapshot, and the store goes on")
    func targetFaults() throws {
        let store = try Self.filledStore(on: SimulatedDisk())
        let sound = SimulatedDisk()
        _ = try store.snapshot(on: sound)
        for call in stride(from: 0, to: sound.callCount, by: Self.step(3)) {
            for fault in [
                SimulatedDisk.Fault.crash(call: call),
                .failOnce(call: call, code: EIO), .failFrom(call: call, code: ENOSPC),
            ] {
                let target = SimulatedDisk(fault: fault)
                do {
                    _ = try store.snapshot(on: target)
                    // A full disk has room for what needs none.
                    try Self.check(target.survivor(seed: 1), "\(fault)")
                } catch {
                    #expect(!(error is SnapshotError), "\(fault)")
                }
                #expect(target.isDown || target.openFileCount == 0, "\(fault)")
            }
        }
        try Self.append(["f"], to: store)
        #expect(try Self.ids(in: store).count == 6)
    }

    @Test("a store that dies or fails at any call of a snapshot loses nothing")
    func sourceFaults() throws {
        let disk = SimulatedDisk()
        let store = try Self.filledStore(on: disk)
        disk.arm(.none)
        _ = try store.snapshot(on: SimulatedDisk())
        for call in stride(from: 0, to: disk.callCount, by: Self.step(16)) {
            let dying = SimulatedDisk()
            let store = try Self.filledStore(on: dying)
            dying.arm(.crash(call: call))
            #expect(throws: (any Error).self) { _ = try store.snapshot(on: SimulatedDisk()) }
            let next = try EventStore.open("s", on: dying.survivor(seed: 3), options: Self.options)
            #expect(try Self.ids(in: next) == ["a", "b", "c", "d", "e"], "call \(call)")
        }
        for call in stride(from: 0, to: disk.callCount, by: Self.step(16)) {
            let failing = SimulatedDisk()
            let store = try Self.filledStore(on: failing)
            failing.arm(.failOnce(call: call, code: EIO))
            _ = try? store.snapshot(on: SimulatedDisk())
            // The seal that failed comes first, and what came since is in it as well.
            let target = SimulatedDisk()
            _ = try store.snapshot(on: target)
            try Self.check(target.survivor(seed: 2), "call \(call) failed")
        }
    }

    @Test("a disk without links gets copies, and says so")
    func copies() throws {
        let directory = try TemporaryDirectory()
        let store = try Self.filledStore(on: SimulatedDisk())
        let report = try store.snapshot(
            on: PosixDisk(root: directory.path, createIfMissing: false))
        #expect(report.linkedBytes == 0 && report.copiedBytes > 0 && report.missing == [])
        let reader = try StoreReader(path: directory.path)
        #expect(reader.report.damage.isEmpty && reader.segments.count == 3)
    }

    @Test("a real store is linked; restoring copies; a cancelled one leaves nothing")
    func realDisk() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/store"
        let disk = try PosixDisk(root: path, createIfMissing: true)
        let filled = try Self.filledStore(on: disk)
        try filled.close()
        let store = try EventStore.open(path, options: Self.options)
        let report = try store.snapshot(to: directory.path + "/snapshot/")
        #expect(report.directory.hasSuffix("/snapshot") && report.linkedBytes > 0)
        var told: [Int] = []
        let restored = try SnapshotRestore(
            of: report.directory, to: directory.path + "/restored"
        ) { done, all in
            told.append(done)
            #expect(done <= all)
        }
        #expect(restored.events == 5 && restored.segments == 3 && restored.damage.isEmpty)
        #expect(told == told.sorted() && told.last == restored.bytes)
        do {
            _ = try store.snapshot(to: directory.path + "/cancelled") { true }
            Issue.record("a snapshot that is cancelled was made")
        } catch {
            guard case .cancelled = error else { throw error }
        }
        let names = try PosixDisk(readingOnly: directory.path).list("")
        #expect(names == ["restored", "snapshot", "store"])
        try store.close()
    }

    @Test("files of a log are told apart by the version in their names")
    func logFiles() {
        func version(_ name: String) -> Int64? { StoreCopy.version(ofLogFile: name) }
        #expect(version("00000000000000000012.json") == 12)
        #expect(version("00000000000000000012.checkpoint.parquet") == 12)
        let part = "00000000000000000013.checkpoint.0000000001.0000000002.parquet"
        #expect(version(part) == 13)
        #expect(version("_last_checkpoint") == nil)
        #expect(version("0012.json") == nil)
        #expect(version(".00000000000000000012.json.crc") == nil)
    }
}
