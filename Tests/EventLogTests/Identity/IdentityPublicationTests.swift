import Columns
import Synchronization
import TestSupport
import Testing

@testable import EventLog

@Suite("publishing the identity table")
struct IdentityPublicationTests {
    private let disk = SimulatedDisk()
    private let ioErrorCode: Int32 = 5

    private func open(_ change: (inout StoreOptions) -> Void = { _ in }) throws -> EventStore {
        var options = StoreOptions()
        change(&options)
        return try EventStore.open("s", on: disk, options: options)
    }

    private func send(
        _ event: String, _ numbers: Range<Int>, user: String?, to store: EventStore
    ) throws {
        var builder = BatchBuilder(identityKey: store.identityKey)
        for number in numbers {
            var fields: [EventColumn: String] = [.deviceId: "D\(number)"]
            fields[.userId] = user
            builder.add(event, id: "\(event)\(number)", timestamp: 5, fields: fields)
        }
        _ = try store.append([builder.batch], durability: .synced)
    }

    @Test("nothing is published where no event names a person, unless somebody asks")
    func unused() throws {
        let store = try open()
        try send("like", 0..<5, user: nil, to: store)
        try store.seal()
        #expect(try store.publishIdentity(onlyIfUsed: true) == nil)
        #expect(try disk.list("identity").isEmpty)
        #expect(store.status().identityTable.version == nil)
        let status = try #require(try store.publishIdentity())
        #expect(status.version == 0 && status.position == 5 && status.rows == 0)
        #expect(try PublishedTable(on: disk)?.rows == [])
    }

    @Test("a seal publishes once eight times the new events are the table's rows")
    func share() throws {
        let store = try open { $0.now = { 1_700_000_000_000_000 } }
        try send("identify", 0..<16, user: "U", to: store)
        try store.seal()
        #expect(store.status().identityTable.position == 16)
        try send("like", 0..<1, user: nil, to: store)
        try store.seal()
        #expect(store.status().identityTable.version == 0)
        try send("like", 1..<2, user: nil, to: store)
        try store.seal()
        #expect(store.status().identityTable.version == 1)
        #expect(try PublishedTable(on: disk)?.position == 18)
    }

    @Test("a seal publishes again after sixteen times as long as publishing took")
    func rest() throws {
        let clock = Atomic<Int64>(1_700_000_000_000_000)
        // Each look takes a second: a publication two.
        let tick: @Sendable () -> Int64 = { clock.add(1_000_000, ordering: .relaxed).newValue }
        let store = try open { $0.now = tick }
        try send("identify", 0..<1, user: "U", to: store)
        try store.seal()
        #expect(store.status().identityTable.version == 0)
        try send("like", 0..<1, user: nil, to: store)
        try store.seal()
        #expect(store.status().identityTable.version == 0)
        clock.add(32_000_000, ordering: .relaxed)
        try send("like", 1..<2, user: nil, to: store)
        try store.seal()
        #expect(store.status().identityTable.version == 1)
        try send("like", 2..<3, user: nil, to: store)
        try store.seal()
        #expect(store.status().identityTable.version == 1)
        #expect(try store.publishIdentity()?.version == 2)
    }

    @Test("how long a seal waits, at the edge")
    func restEdge() {
        var table = PublishedIdentity(newest: nil, isKnown: true)
        table.publishedAt = 100
        table.took = 3
        #expect(!table.mayPublish(at: 147) && table.mayPublish(at: 148))
        #expect(table.mayPublish(at: 99))
    }

    @Test("a seal publishes after as many events as a checkpoint, however many rows there are")
    func checkpoint() throws {
        let store = try open { $0.identityCheckpointRowCount = 3 }
        try send("identify", 0..<99, user: "U", to: store)
        try store.seal()
        for number in 0..<3 {
            try send("like", number..<number + 1, user: nil, to: store)
            try store.seal()
            #expect(store.status().identityTable.version == (number == 2 ? 1 : 0))
        }
        #expect(try disk.list("identity/_map").count == 1)
    }

    @Test("what is published already is not published again; another rule is")
    func repeated() throws {
        let store = try open()
        try send("identify", 0..<2, user: "U", to: store)
        try store.seal()
        let before = disk.callCount
        #expect(try store.publishIdentity()?.version == 0)
        #expect(disk.callCount == before)
        try store.close()
        let other = try open { $0.identity = IdentityOptions(sharedDeviceUsersMax: 3) }
        #expect(other.status().identityTable.version == 0)
        #expect(try other.publishIdentity()?.version == 1)
        #expect(try other.publishIdentity()?.version == 1)
    }

    @Test("what would take long to read is read for those who ask only", arguments: [4, 5])
    func longReading(eventCount: Int) throws {
        let store = try open()
        try send("identify", 0..<eventCount, user: "U", to: store)
        try store.seal()
        try store.close()
        // Under another guard no checkpoint is of use.
        let other = try open {
            $0.identity = IdentityOptions(sharedDeviceUsersMax: 3)
            $0.identityCheckpointRowCount = 2
        }
        #expect(try other.publishIdentity(onlyIfUsed: true)?.version == (eventCount == 4 ? 1 : nil))
        #expect(try other.publishIdentity()?.version == 1)
    }

    @Test("a start removes what belongs to no version, and checkpoints of an earlier place")
    func sweep() throws {
        let store = try open()
        try send("identify", 0..<2, user: "U", to: store)
        try store.seal()
        try store.close()
        for name in [
            "00000000000000000007-0.parquet", "00000000000000000008.map",
            ".00000000000000000001-0.parquet.tmp",
        ] { disk.place([1], at: "identity/" + name) }
        disk.place([1], at: "identity/notes.txt")
        _ = try open()
        let names = try disk.list("identity").filter { !$0.hasPrefix("_") }
        #expect(names == ["00000000000000000000-0.parquet", "notes.txt"])
    }

    @Test("a publication that fails fails no seal, and the next seal makes up for it")
    func failures() throws {
        var failureCount = 0
        // The last calls of a seal are those of its publication; 0: none fails.
        var callCount = 0
        for callsBeforeEnd in [0, 1, 3, 5, 7, 9, 11] {
            let disk = SimulatedDisk()
            var options = StoreOptions()
            options.now = { 1_700_000_000_000_000 }
            let store = try EventStore.open("s", on: disk, options: options)
            try send("identify", 0..<1, user: "U", to: store)
            try store.seal()
            try send("identify", 1..<2, user: "U", to: store)
            let before = disk.callCount
            if callsBeforeEnd > 0 {
                disk.arm(
                    .failOnce(
                        call: callCount - callsBeforeEnd,
                        code: ioErrorCode))
            }
            try store.seal()
            if callsBeforeEnd == 0 { callCount = disk.callCount - before }
            let isPublished = store.status().identityTable.error == nil
            if !isPublished { failureCount += 1 }
            let table = try #require(try PublishedTable(on: disk))
            #expect(table.rows.count == (table.position == 1 ? 1 : 2))
            try send("identify", 2..<3, user: "U", to: store)
            try store.seal()
            #expect(store.status().identityTable.error == nil)
            #expect(try PublishedTable(on: disk)?.rows.count == 3)
            #expect(store.status().identityTable.position == 3)
        }
        #expect(failureCount >= 5)
    }
}
