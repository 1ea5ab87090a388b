import Columns
import Query
import Synchronization
import TestSupport
import Testing

@testable import EventLog

@Suite("Rollups of events that have expired")
struct RollupExpiryTests {
    private static let noon = RollupWorkload.start + 12 * RollupWorkload.hour
    private static let covered = [
        "FROM events"
            + " |> AGGREGATE count(*) AS n, count(DISTINCT personId) AS p, count(DISTINCT deviceId) AS d",
        "FROM events"
            + " |> AGGREGATE count(*) AS n, count(DISTINCT personId) AS p GROUP BY contentId, event",
        "FROM events"
            + " |> AGGREGATE count(DISTINCT personId) AS p GROUP BY date_trunc('hour', timestamp) AS h",
        "FROM events |> WHERE timestamp >= TIMESTAMP '2023-11-15 03:00:00'"
            + " |> AGGREGATE count(*) AS n GROUP BY userId",
        "FROM events |> WHERE personId IS NOT NULL"
            + " |> AGGREGATE count(*) AS n GROUP BY personId, isAnonymous",
    ]

    private func workload(_ seed: UInt64) throws -> RollupWorkload {
        var workload = try RollupWorkload(seed: seed)
        try workload.sealed(200)
        try workload.sealed(120)
        return workload
    }

    private func answers(_ store: EventStore) throws -> [[[Value]]] {
        let asker = RollupAsker(store.tables())
        return try Self.covered.map { try asker.rows($0) }
    }

    /// All but the questions that name persons: those depend on records that an expiry takes along.
    private func plainAnswers(_ store: EventStore) throws -> [[[Value]]] {
        let asker = RollupAsker(store.tables())
        return try Self.covered.map {
            try asker.rows(
                $0.replacing("personId", with: "deviceId").replacing(", isAnonymous", with: ""))
        }
    }

    @Test("answer as the events did", arguments: 1...4)
    func kept(seed: UInt64) throws {
        let workload = try workload(seed)
        let store = workload.store
        let before = try plainAnswers(store)
        let rowCount = store.status().segmentRows
        try workload.expire(before: Self.noon)
        #expect(store.status().segmentRows < rowCount)
        #expect(try plainAnswers(store) == before)
        let asker = RollupAsker(store.tables())
        #expect(
            try asker.explanation(Self.covered[0])
                == "0 of 2 segments; 2 of expired events (hourly)")
        // What needs the events sees those that are there.
        let raw = try asker.rows("FROM events |> AGGREGATE count(*) AS n, max(seq) AS s")
        #expect(raw[0][0] == .int64(Int64(store.status().segmentRows)))
        // Nothing depends on this run, on what comes later, or on the files that the rest is in.
        try workload.buildAll()
        #expect(try plainAnswers(store) == before)
        try workload.compactAll()
        try workload.buildAll()
        #expect(try plainAnswers(store) == before)
        let again = try EventStore.open(
            "s", on: workload.disk.survivor(seed: seed), options: RollupWorkload.options)
        #expect(try plainAnswers(again) == before)
    }

    @Test("an alias that comes after the events are gone unites their persons")
    func lateAlias() throws {
        let workload = try RollupWorkload(seed: 1)
        let store = workload.store
        func send(_ fill: (inout BatchBuilder) -> Void) throws {
            var builder = BatchBuilder(identityKey: store.identityKey)
            fill(&builder)
            _ = try store.append([builder.batch], durability: .synced)
        }
        try send { builder in
            for (number, user) in ["u1", "u2", "u3"].enumerated() {
                builder.add(
                    "like", id: "e\(number)", contentId: "c", timestamp: RollupWorkload.start,
                    fields: [.userId: user])
            }
        }
        try store.seal()
        try workload.expire(before: .max)
        #expect(store.status().segments == 0)
        let persons =
            "FROM events |> WHERE contentId = 'c'"
            + " |> AGGREGATE count(DISTINCT personId) AS n, count(*) AS m"
        #expect(try RollupAsker(store.tables()).rows(persons) == [[.int64(3), .int64(3)]])
        try send { builder in
            builder.add(
                "alias", id: "a", timestamp: RollupWorkload.start + 1,
                extra: [("fromUser", "\"u1\""), ("toUser", "\"u2\"")], flags: .administrative)
        }
        #expect(try RollupAsker(store.tables()).rows(persons) == [[.int64(2), .int64(3)]])
    }

    @Test("are in a snapshot, and in what is restored of it")
    func snapshot() throws {
        let workload = try workload(5)
        try workload.expire(before: Self.noon)
        try workload.buildAll()
        let before = try answers(workload.store)
        let target = SimulatedDisk()
        #expect(try workload.store.snapshot(on: target).missing == [])
        #expect(
            try plainAnswers(EventStore.open("s", on: target, options: RollupWorkload.options))
                == plainAnswers(workload.store))
        #expect(try answers(workload.store) == before)
    }

    @Test("count once while both are there, and are withdrawn if the events stay")
    func withdrawn() throws {
        let workload = try workload(7)
        let store = workload.store
        let before = try answers(store)
        try store.rewriting.withLock { _ throws in
            let segments = store.tables().events.segments
            #expect(try store.prepareForExpiry(segments, rowsBefore: .max).isEmpty)
            // A second attempt takes the place of the first.
            #expect(try store.prepareForExpiry(segments, rowsBefore: .max).isEmpty)
        }
        #expect(store.status().rollups.expired == 4)
        #expect(try answers(store) == before)
        let again = try EventStore.open(
            "s", on: workload.disk.survivor(seed: 3), options: RollupWorkload.options)
        #expect(try answers(again) == before)
        try workload.compactAll()
        #expect(store.status().rollups.expired == 0)
        #expect(try answers(store) == before)
    }

    @Test("go by hours first, then by days; what is too coarse is left out and said")
    func retention() throws {
        let disk = SimulatedDisk()
        let clock = Clock(RollupWorkload.start + 72 * RollupWorkload.hour)
        var options = RollupWorkload.options
        options.now = { clock.now }
        let store = try EventStore.open("s", on: disk, options: options)
        var builder = BatchBuilder(identityKey: store.identityKey)
        for number in 0..<30 {
            builder.add(
                "like", id: "e\(number)", contentId: "c",
                timestamp: RollupWorkload.start + Int64(number) * 600_000_000,
                fields: [.deviceId: "d\(number % 7)"])
        }
        _ = try store.append([builder.batch], durability: .synced)
        try store.seal()
        try store.rewriting.withLock { _ in
            let segments = store.tables().events.segments
            #expect(try store.prepareForExpiry(segments, rowsBefore: .max).isEmpty)
            _ = try store.replace(segments, by: [], .delete, isExpiry: true)
        }
        let byDay =
            "FROM events"
            + " |> AGGREGATE count(*) AS n, count(DISTINCT deviceId) AS d GROUP BY date(timestamp) AS t"
        let byHour =
            "FROM events |> AGGREGATE count(*) AS n GROUP BY date_trunc('hour', timestamp) AS t"
        var asker: RollupAsker { RollupAsker(store.tables()) }
        let days = try asker.rows(byDay)
        #expect(days.count == 1 && days[0][1] == .int64(30) && days[0][2] == .int64(7))
        #expect(try asker.rows(byHour).count == 5)
        clock.now += options.hourlyRetention
        #expect(store.isRollupDue())
        #expect(try store.buildRollup() == nil)
        #expect(!store.isRollupDue())
        #expect(try asker.rows(byDay) == days)
        #expect(try asker.explanation(byDay) == "1 of expired events (daily)")
        #expect(try asker.rows(byHour).isEmpty)
        #expect(
            try asker.explanation(byHour)
                == "1 of expired events too coarse for this and left out")
        clock.now += options.dailyRetention
        #expect(try store.buildRollup() == nil)
        #expect(try asker.rows(byDay).isEmpty)
        #expect(store.status().rollups.rows == 0)
    }

    @Test("what is erased is in no file of a table any more, and the others stay", arguments: 1...3)
    func erasure(seed: UInt64) throws {
        let workload = try workload(seed)
        let store = workload.store
        try workload.buildAll()
        try workload.expire(before: .max)
        func byActor(_ store: EventStore) throws -> [[Value]] {
            try RollupAsker(store.tables()).rows(
                "FROM events"
                    + " |> AGGREGATE count(*) AS n GROUP BY userId, deviceId, date(timestamp) AS d"
            )
        }
        let second = RollupWorkload.start + 24 * RollupWorkload.hour
        let before = try byActor(store)
        let erasure = try store.rewriting.withLock { _ in
            try store.eraseRollupRows { user, device, times in
                user == "u1" || device == "d2" && times.lowerBound >= second
            }
        }
        func isErased(_ row: [Value]) -> Bool {
            row[0] == .string("u1")
                || row[1] == .string("d2") && row[2] == .timestamp(second)
        }
        #expect(try byActor(store) == before.filter { !isErased($0) })
        #expect(erasure.rows > 0 && erasure.events >= erasure.rows)
        let live = Set(store.view.withLock { $0.rollupFiles.map(\.file.path) })
        #expect(!erasure.files.isEmpty && live.isDisjoint(with: erasure.files))
        // Nothing is left to be found in the bytes, nor in files that nobody tells of.
        for path in try Self.files(on: workload.disk, in: "rollups")
        where path.hasSuffix(".parquet") {
            #expect(live.contains(path) || erasure.files.contains(path), "\(path)")
            guard live.contains(path) else { continue }
            let columns = try RollupWriter.columns(
                of: try #require(
                    store.view.withLock { $0.rollupFiles.first { $0.file.path == path } }))
            let users = columns[RollupColumn.userId.rawValue].codesOrNulls.names
            #expect((0..<users.count).allSatisfy { users[$0] != "u1" }, "\(path)")
        }
        let again = try EventStore.open(
            "s", on: workload.disk.survivor(seed: seed), options: RollupWorkload.options)
        #expect(try byActor(again) == before.filter { !isErased($0) })
    }

    private static func files(on disk: SimulatedDisk, in directory: String) throws -> [String] {
        try disk.list(directory).flatMap { name -> [String] in
            let path = directory + "/" + name
            return name.contains(".") ? [path] : try files(on: disk, in: path)
        }
    }
}

/// A clock that a test turns.
final class Clock: Sendable {
    private let time: Atomic<Int64>
    init(_ now: Int64) { time = Atomic(now) }
    var now: Int64 {
        get { time.load(ordering: .relaxed) }
        set { time.store(newValue, ordering: .relaxed) }
    }
}
