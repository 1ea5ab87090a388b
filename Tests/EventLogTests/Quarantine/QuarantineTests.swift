import Columns
import TestSupport
import Testing

@testable import EventLog

@Suite("Quarantine of a store")
struct QuarantineTests {
    private let disk = SimulatedDisk()

    private func open(_ change: (inout StoreOptions) -> Void = { _ in }) throws -> EventStore {
        var options = StoreOptions()
        options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
        change(&options)
        return try EventStore.open("s", on: disk, options: options)
    }

    private func refuse(
        _ store: EventStore, _ texts: [String], uid: UInt32 = 1000, at time: Int64 = 1_000_000,
        _ change: (inout RefusedEvent) -> Void = { _ in }
    ) throws {
        var builder = BatchBuilder(
            producer: "uid:\(uid)", identityKey: store.identityKey, receivedAt: time)
        builder.batch.peer.uid = uid
        for text in texts { builder.refuse(text) }
        for index in builder.batch.refused.indices { change(&builder.batch.refused[index]) }
        _ = try store.append([builder.batch], durability: .synced)
    }

    private func leave(_ store: EventStore, _ ids: [Int64]) throws {
        var builder = BatchBuilder(identityKey: store.identityKey)
        builder.batch.leavingQuarantine = ids
        _ = try store.append([builder.batch], durability: .synced)
    }

    private func listed(_ tables: StoreTables) throws -> [String] {
        try tables.quarantine.rows(["id", "event"]).map { row in
            guard case .int64(let id) = row[0], case .string(let text) = row[1] else { return "?" }
            return "\(id) \(text)"
        }.sorted()
    }

    /// What is there now, after a seal, and after a restart.
    private func expect(
        _ expected: [String], in store: EventStore, at location: SourceLocation = #_sourceLocation
    ) throws -> EventStore {
        #expect(try listed(store.tables()) == expected, sourceLocation: location)
        try store.seal()
        #expect(try listed(store.tables()) == expected, sourceLocation: location)
        #expect(store.status().quarantine.events == expected.count, sourceLocation: location)
        try store.close()
        let again = try open()
        #expect(try listed(again.tables()) == expected, sourceLocation: location)
        #expect(again.status().quarantine.events == expected.count, sourceLocation: location)
        return again
    }

    @Test("a refused event is listed with its reason and bytes, sealed or not, after a restart")
    func listed() throws {
        var store = try open()
        var builder = BatchBuilder(producer: "uid:7/app", identityKey: store.identityKey)
        builder.add("like", id: "a", timestamp: 1)
        builder.refuse(
            "{\"é\":1}", code: .gone, message: "Too old.", fields: ["timestamp", "x"])
        builder.refuse([0x7B, 0xFF], code: .invalidRequest)
        _ = try store.append([builder.batch], durability: .synced)
        let columns = QuarantineColumns.definitions.map(\.name).filter { $0 != "size" }
        let expected: [[Value]] = [
            [
                .int64(2), .timestamp(1_000_000), .string("uid:7/app"), .int64(0), .int64(42),
                .int64(1), .null, .string("GONE"), .string("Too old."), .string("timestamp, x"),
                .string("{\"é\":1}"), .null, .bool(false),
            ],
            [
                .int64(3), .timestamp(1_000_000), .string("uid:7/app"), .int64(0), .int64(42),
                .int64(2), .null, .string("INVALID_REQUEST"), .string("Wrong."), .null,
                .string("{\u{FFFD}"), .string("7bff"), .bool(false),
            ],
        ]
        for _ in 0..<3 {
            #expect(try store.tables().quarantine.rows(columns) == expected)
            let kept = try store.quarantined([2, 3, 4])
            #expect(kept.map(\.bytes) == [Array("{\"é\":1}".utf8), [0x7B, 0xFF]])
            try store.close()
            store = try open()
            try store.seal()
        }
        #expect(store.quarantinedIDs() == [2, 3])
    }

    @Test("what leaves is gone, whether it was sealed, being sealed or neither")
    func leaving() throws {
        var store = try open()
        try refuse(store, ["a", "b"])
        try leave(store, [1])
        store = try expect(["2 b"], in: store)
        try refuse(store, ["c"])
        try leave(store, [2, 99])
        store = try expect(["4 c"], in: store)
        try leave(store, [4])
        store = try expect([], in: store)
        #expect(try disk.list("quarantine").isEmpty)
        #expect(store.status().quarantine.bytes == 0)
    }

    @Test("an event refused again keeps its number and its time, and has the new reason")
    func refusedAgain() throws {
        var store = try open()
        try refuse(store, ["a", "b"])
        for isSealed in [false, true] {
            if isSealed { try store.seal() }
            try refuse(store, ["a"], at: 9_000_000) {
                $0.refusal.message = "Still wrong, \(isSealed)."
                $0.origin = .replayed(id: 1, receivedAt: 1_000_000, hasNewReason: true)
            }
            try refuse(store, ["b"], at: 9_000_000) {
                $0.origin = .replayed(id: 2, receivedAt: 1_000_000, hasNewReason: false)
            }
            #expect(
                try store.quarantined([1, 2]).map(\.message)
                    == ["Still wrong, \(isSealed).", "Wrong."])
            store = try expect(["1 a", "2 b"], in: store)
            #expect(try store.quarantined([1]).map(\.receivedAt) == [1_000_000])
        }
        // Each time was an offer.
        #expect(store.status().ledger.refused == 6)
        #expect(store.status().ledger.quarantined == 6)
    }

    @Test("the oldest go when there is no room; they are counted, the ledger forgets nothing")
    func eviction() throws {
        let text = String(repeating: "x", count: 1000)
        func limited() throws -> EventStore { try open { $0.quarantineSize = 40_000 } }
        var store = try limited()
        for round in 0..<60 {
            try refuse(store, ["\(round) \(text)"])
            if round % 4 == 3 { try store.seal() }
        }
        try store.seal()
        #expect(store.status().quarantine.bytes <= 40_000)
        let ids = store.quarantinedIDs()
        #expect(ids.count >= 20 && ids.last == 60)
        #expect(ids == Array(ids[0]...60))
        #expect(store.status().quarantine.evicted == 60 - Int64(ids.count))
        #expect(store.status().ledger.refused == 60)
        try store.close()
        store = try limited()
        #expect(store.quarantinedIDs() == ids)
        #expect(store.status().quarantine.evicted == 60 - Int64(ids.count))
    }

    @Test("many seals leave few files")
    func merging() throws {
        let store = try open()
        for round in 0..<300 {
            try refuse(store, ["\(round)"])
            try store.seal()
        }
        #expect(try disk.list("quarantine").count == 1)
        #expect(try disk.list("ledger").count == 1)
        #expect(store.quarantinedIDs().count == 300)
    }

    @Test("a flood costs the quarantine no more than a burst, and every event is counted")
    func flood() throws {
        let store = try open()
        let text = String(repeating: "x", count: 4000)
        let count = 3000
        for _ in 0..<(count / 100) { try refuse(store, Array(repeating: text, count: 100)) }
        try refuse(store, ["other"], uid: 2000)
        let status = store.status()
        #expect(status.ledger.refused == Int64(count + 1))
        #expect(status.ledger.quarantined == Int64(status.quarantine.events))
        #expect(status.quarantine.bytes <= Limits.quarantineBurst + 300)
        #expect(status.quarantine.bytes > Limits.quarantineBurst - 5000)
        // Others have room.
        #expect(try store.tables().quarantine.rows(["producer"]).last == [.string("uid:2000")])
    }

    @Test("many users together cannot fill memory before a seal")
    func unsealed() throws {
        let store = try open()
        let text = String(repeating: "x", count: 60_000)
        for uid in UInt32(0)..<4 {
            try refuse(store, Array(repeating: text, count: 100), uid: uid)
        }
        #expect(store.status().quarantine.bytes <= Limits.quarantineUnsealedSizeMax)
        #expect(
            store.status().quarantine.bytes > Limits.quarantineUnsealedSizeMax - 61_000)
        #expect(store.isSealDue())
        try store.seal()
        let before = store.status().quarantine.events
        try refuse(store, [text], uid: 9)
        #expect(store.status().quarantine.events == before + 1)
    }

    @Test("a line is kept up to the limit, and is marked where there was more")
    func truncation() throws {
        let sizeMax = Limits.quarantineLineSizeMax
        let store = try open()
        try refuse(
            store,
            [String(repeating: "x", count: sizeMax), String(repeating: "y", count: sizeMax + 1)])
        let kept = try store.quarantined([1, 2])
        #expect(kept.map(\.bytes.count) == [sizeMax, sizeMax])
        #expect(kept.map(\.isTruncated) == [false, true])
    }

    @Test("a file ends at its size, and takes more only while it is small")
    func fileSizes() throws {
        let store = try open()
        let text = String(repeating: "x", count: 50_000)
        let size = 50_100
        for (count, fileCount) in [
            (Limits.quarantineFileSizeMax / size, 1), (1, 2), (1, 2),
            (Limits.quarantineMergeSizeMax / size, 2), (1, 3),
            (Limits.quarantineFileSizeMax / size, 4),
        ] {
            try refuse(store, Array(repeating: text, count: count), uid: UInt32(fileCount))
            try store.seal()
            #expect(try disk.list("quarantine").count == fileCount)
        }
    }

    @Test("files from which most events left become one")
    func shrinking() throws {
        let store = try open()
        let text = String(repeating: "x", count: 50_000)
        for uid in UInt32(1)...4 {
            try refuse(store, Array(repeating: text, count: 30), uid: uid)
            try store.seal()
        }
        #expect(try disk.list("quarantine").count == 4)
        let ids = store.quarantinedIDs()
        #expect(ids.count == 120)
        try leave(store, Array(ids[1..<119]))
        try store.seal()
        #expect(try disk.list("quarantine").count == 1)
        #expect(store.quarantinedIDs() == [ids[0], ids[119]])
        // One that is small and whole is left alone.
        let name = try disk.list("quarantine")
        var builder = BatchBuilder(identityKey: store.identityKey)
        builder.add("like", id: "a", timestamp: 1)
        _ = try store.append([builder.batch, builder.batch], durability: .synced)
        try store.seal()
        #expect(try disk.list("quarantine") == name)
    }

    @Test("the texts of a reason are kept up to the limit, in whole characters")
    func texts() throws {
        let store = try open()
        let sizeMax = Limits.quarantineTextSizeMax
        var builder = BatchBuilder(identityKey: store.identityKey)
        builder.refuse("a", message: String(repeating: "x", count: sizeMax))
        builder.refuse("b", message: "x" + String(repeating: "é", count: sizeMax / 2))
        builder.refuse("c", fields: Array(repeating: "field", count: 256))
        _ = try store.append([builder.batch], durability: .synced)
        let kept = try store.quarantined([1, 2, 3])
        #expect(kept[0].message.utf8.count == sizeMax)
        #expect(kept[1].message.utf8.count <= sizeMax)
        #expect(kept[1].message.utf8.count > sizeMax - 64)
        #expect(!kept[1].message.contains("\u{FFFD}"))
        #expect(kept[2].fields.utf8.count <= sizeMax)
    }

    @Test("a snapshot shows its events although seals have replaced their files")
    func snapshots() throws {
        let store = try open()
        try refuse(store, ["a", "b"])
        try store.seal()
        do {
            let tables = store.tables()
            try leave(store, [1])
            try store.seal()
            #expect(try disk.list("quarantine").count == 2)
            #expect(try listed(tables) == ["1 a", "2 b"])
            #expect(try listed(store.tables()) == ["2 b"])
        }
        #expect(try disk.list("quarantine").count == 1)
    }

    @Test("a damaged file costs its events, is reported, kept, and stops nothing")
    func damage() throws {
        var store = try open()
        try refuse(store, ["a", "b"])
        try store.seal()
        try store.close()
        let name = try #require(try disk.list("quarantine").first)
        disk.place([1, 2, 3], at: "quarantine/" + name)
        store = try open()
        #expect(store.status().damage.count == 1)
        #expect(store.quarantinedIDs() == [])
        #expect(store.status().ledger.refused == 2)
        try refuse(store, ["c"])
        try store.seal()
        #expect(try listed(store.tables()) == ["3 c"])
        #expect(try disk.exists("quarantine/damaged/" + name))
    }
}
