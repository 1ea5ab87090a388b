import Columns
import Synchronization
import TestSupport
import Testing

@testable import EventLog

/// A store on a simulated disk, for tests of erasures.
struct ErasedStore {
    static let start: Int64 = 1_700_000_000_000_000

    let disk: SimulatedDisk
    let clock: Atomic64
    var store: EventStore

    final class Atomic64: Sendable {
        private let box = Atomic<Int64>(ErasedStore.start)
        var value: Int64 {
            get { box.load(ordering: .relaxed) }
            set { box.store(newValue, ordering: .relaxed) }
        }
    }

    init(_ disk: SimulatedDisk = SimulatedDisk()) throws {
        self.disk = disk
        clock = Atomic64()
        store = try Self.open(disk, clock)
    }

    static func open(_ disk: SimulatedDisk, _ clock: Atomic64) throws -> EventStore {
        var options = StoreOptions()
        options.now = { clock.value }
        options.pause = { _ in }
        options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
        options.identityCheckpointRowCount = 4
        return try EventStore.open("s", on: disk, options: options)
    }

    mutating func reopen() throws {
        try store.close()
        store = try Self.open(disk, clock)
    }

    /// - Parameter time: seconds after the start.
    @discardableResult
    func append(
        _ event: String, _ id: String?, device: String? = nil, user: String? = nil, at time: Int64,
        producer: String = "uid:0"
    ) throws -> AppendResult {
        var builder = BatchBuilder(
            producer: producer, identityKey: store.identityKey, receivedAt: clock.value)
        var fields: [EventColumn: String] = [:]
        if let device { fields[.deviceId] = device }
        if let user { fields[.userId] = user }
        builder.add(
            event, id: id, contentId: "c", timestamp: Self.start + time * 1_000_000, fields: fields)
        return try store.append([builder.batch], durability: .synced)[0]
    }

    func alias(_ from: String, _ to: String, at time: Int64) throws {
        var builder = BatchBuilder(identityKey: store.identityKey)
        builder.add(
            "alias", id: "\(from)-\(to)", timestamp: Self.start + time * 1_000_000,
            extra: [("fromUser", "\"\(from)\""), ("toUser", "\"\(to)\"")], flags: .administrative)
        _ = try store.append([builder.batch], durability: .synced)
    }

    /// Events and whose they are.
    static func persons(_ tables: StoreTables) throws -> [String: String] {
        var persons: [String: String] = [:]
        for row in try tables.persons.rows(["eventId", "personId"]) {
            guard case .string(let id) = row[0] else { continue }
            if case .string(let person) = row[1] { persons[id] = person } else { persons[id] = "" }
        }
        return persons
    }

    var persons: [String: String] {
        get throws { try Self.persons(store.tables()) }
    }

    /// What any file says of these ids.
    static func hits(_ ids: [String], on disk: SimulatedDisk) throws -> [ErasureCheck.Hit] {
        let report = try ErasureCheck.run(ErasureCheck(disk: disk, ids: ids))
        #expect(report.unreadable == [])
        #expect(report.files > 0)
        return report.hits
    }

    static func expectNoHits(
        _ ids: [String], on disk: SimulatedDisk, _ circumstances: Comment = "",
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let hits = try hits(ids, on: disk)
        #expect(hits == [], circumstances, sourceLocation: location)
    }
}
