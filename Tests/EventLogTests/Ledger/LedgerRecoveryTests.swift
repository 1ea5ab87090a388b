import Columns
import TestSupport
import Testing

@testable import EventLog

@Suite("Ledger of a store that is opened")
struct LedgerRecoveryTests {
    private let disk = SimulatedDisk()

    private func open() throws -> EventStore {
        var options = StoreOptions()
        options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
        return try EventStore.open("s", on: disk, options: options)
    }

    /// Two producers and two hours in two segments, a duplicate, a refusal; one event unsealed.
    private func fill() throws -> [String] {
        let store = try open()
        for hour in Int64(1)...2 {
            for producer in ["uid:1", "uid:2"] {
                var builder = BatchBuilder(
                    producer: producer, identityKey: store.identityKey,
                    receivedAt: hour * 3_600_000_000)
                builder.add("like", id: "a\(hour)", timestamp: 1)
                builder.add("like", id: "a1", timestamp: 1)
                builder.refuse("oops")
                _ = try store.append([builder.batch], durability: .synced)
            }
            try store.seal()
        }
        var builder = BatchBuilder(
            producer: "uid:1", identityKey: store.identityKey, receivedAt: 7_300_000_000)
        builder.add("like", id: "b", timestamp: 1)
        _ = try store.append([builder.batch], durability: .synced)
        let rows = try text(store)
        try store.close()
        return rows
    }

    private func text(_ store: EventStore, bucket: String? = nil) throws -> [String] {
        try store.tables().ledger.rows(["hour", "producer", "bucket", "events"])
            .filter { bucket == nil || $0[2] == .string(bucket ?? "") }.map { "\($0)" }
    }

    @Test("a store from before there was a ledger opens, and what it stored is counted")
    func oldStore() throws {
        _ = try fill()
        let before = try open()
        let stored = try text(before, bucket: "stored")
        #expect(stored.count == 4)
        try before.close()
        for directory in ["ledger", "quarantine"] {
            for name in try disk.list(directory) { try disk.unlink("\(directory)/\(name)") }
        }
        let store = try open()
        #expect(store.status().damage == [])
        #expect(try text(store) == stored)
        #expect(store.status().ledger.stored == 5)
        try store.seal()
        #expect(try text(store) == stored)
    }

    @Test("a ledger that is damaged or gone is reported, kept, and what was stored counted again")
    func damage() throws {
        _ = try fill()
        let name = try #require(try disk.list("ledger").first)
        disk.place([1, 2, 3], at: "ledger/" + name)
        let store = try open()
        #expect(store.status().damage.count == 1)
        #expect(store.status().damage.first?.hasPrefix("ledger/" + name) == true)
        #expect(store.status().ledger.stored == 5)
        try store.seal()
        #expect(try disk.exists("ledger/damaged/" + name))
        try store.close()
        let again = try open()
        #expect(again.status().damage == [])
        #expect(again.status().ledger.stored == 5)
    }

    @Test("only the files of the newest seal stay, and those of an interrupted one go")
    func sweep() throws {
        let rows = try fill()
        #expect(try disk.list("ledger").count == 1)
        disk.place([0], at: LedgerFile.path(99))
        disk.place([0], at: "ledger/.\(padded(100)).parquet.tmp")
        disk.place([0], at: "quarantine/\(padded(99))-0.parquet")
        let store = try open()
        #expect(store.status().damage == [])
        #expect(try disk.list("ledger").count == 1)
        #expect(try disk.list("quarantine").count == 1)
        #expect(try text(store) == rows)
    }

    @Test("a reader without a daemon sees the same rows")
    func reader() throws {
        let directory = try TemporaryDirectory()
        let store = try EventStore.open(directory.path, options: StoreOptions())
        var builder = BatchBuilder(identityKey: store.identityKey)
        builder.add("like", id: "a", timestamp: 1)
        builder.refuse("oops")
        for isSealed in [false, true] {
            _ = try store.append([builder.batch], durability: .synced)
            if isSealed { try store.seal() }
            let reader = try StoreReader(path: directory.path)
            #expect(
                try reader.tables.ledger.rows(["bucket", "events"])
                    == store.tables().ledger.rows(["bucket", "events"]))
            #expect(
                try reader.tables.quarantine.rows(["id", "event"])
                    == store.tables().quarantine.rows(["id", "event"]))
        }
        #expect(
            store.tables().tableNames
                == [
                    "events", "persons", "identity", "content", "content_topics", "segments",
                    "ledger", "quarantine",
                ])
        try store.close()
    }
}
