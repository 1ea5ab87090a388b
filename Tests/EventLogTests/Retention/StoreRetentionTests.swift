import Columns
import Synchronization
import TestSupport
import Testing

@testable import EventLog

/// A store whose clocks are moved by hand, and events of any time.
final class RetentionFixture {
    static let hour: Int64 = 3_600_000_000
    static let day = 24 * hour
    static let start: Int64 = 20_000 * day

    final class Clock: Sendable {
        let wall = Atomic<Int64>(RetentionFixture.start)
        let uptime = Atomic<Int64>(5)

        func pass(_ time: Int64) {
            wall.add(time, ordering: .relaxed)
            uptime.add(time, ordering: .relaxed)
        }
        var now: Int64 { wall.load(ordering: .relaxed) }
    }

    let clock = Clock()
    var options = StoreOptions()
    var disk = SimulatedDisk()
    private(set) var store: EventStore!
    private var number = 0

    init(days: Int64? = 90, bytes: Int? = nil) throws {
        let clock = clock
        options.now = { clock.wall.add(1, ordering: .relaxed).newValue }
        options.uptime = { clock.uptime.add(1, ordering: .relaxed).newValue }
        options.retention.maxAge = days.map { $0 * Self.day }
        options.retention.maxBytes = bytes
        options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
        try open()
    }

    func open() throws {
        try store?.close()
        store = nil
        store = try EventStore.open("s", on: disk, options: options)
    }

    /// - Parameter age: of the event, in µs.
    func add(
        _ event: String = "like", age: Int64 = 0, user: String? = nil, device: String? = nil,
        producer: String = "uid:1"
    ) throws {
        number += 1
        var fields: [EventColumn: String] = [:]
        fields[.userId] = user
        fields[.deviceId] = device
        var builder = BatchBuilder(
            producer: producer, identityKey: store.identityKey, receivedAt: clock.now)
        builder.add(
            event, id: "e\(number)", contentId: "c", timestamp: clock.now - age, fields: fields)
        _ = try store.append([builder.batch], durability: .synced)
    }

    func expireAll(trustsClock: Bool = false) throws -> Int {
        var events = 0
        while let step = try store.expire(trustsClock: trustsClock) { events += step.events }
        return events
    }

    func ids() throws -> [String] {
        try store.tables().events.rows(["eventId"]).map {
            if case .string(let id) = $0[0] { id } else { "?" }
        }.sorted()
    }

    /// Whose each event is, by its id.
    static func persons(_ tables: StoreTables) throws -> [String: String] {
        var persons: [String: String] = [:]
        for row in try tables.persons.rows(["eventId", "personId"]) {
            guard case .string(let id) = row[0] else { continue }
            if case .string(let person) = row[1] { persons[id] = person } else { persons[id] = "" }
        }
        return persons
    }
}

@Suite("Retention of a store")
struct StoreRetentionTests {
    private let day = RetentionFixture.day
    private let hour = RetentionFixture.hour

    @Test("events go when they are too old, and the ledger says where they are")
    func byAge() throws {
        let fixture = try RetentionFixture()
        for age in [Int64(3), 2, 1, 0] {
            try fixture.add(age: age * day)
            try fixture.add(age: age * day, producer: "uid:2")
            try fixture.store.seal()
        }
        #expect(try fixture.expireAll() == 0)
        fixture.clock.pass(88 * day + hour)
        #expect(try fixture.expireAll() == 4)
        #expect(try fixture.ids() == ["e5", "e6", "e7", "e8"])
        let ledger = fixture.store.status().ledger
        #expect(ledger.stored == 4 && ledger.expired == 4)
        let status = fixture.store.status().retention
        #expect(status.segments == 2 && status.events == 4 && status.setAside == [])
        try fixture.store.seal()
        try fixture.open()
        #expect(fixture.store.status().ledger == ledger)
        #expect(try fixture.ids() == ["e5", "e6", "e7", "e8"])
        #expect(fixture.store.status().damage == [])
    }

    @Test("a file across the cut loses what is too old, once a day of it is")
    func boundary() throws {
        let fixture = try RetentionFixture()
        fixture.options.retention.rewritesFresh = true
        try fixture.open()
        try fixture.add(age: 3 * day)
        try fixture.add(age: 2 * day)
        try fixture.add()
        try fixture.store.seal()
        fixture.clock.pass(88 * day - hour)
        let plan = fixture.store.expirationPlan()
        #expect(plan.rewritten == 0 && plan.segments == 0)
        fixture.clock.pass(2 * hour)
        let rewriting = fixture.store.expirationPlan()
        #expect(rewriting.rewritten == 1 && rewriting.segments == 0)
        #expect(try fixture.expireAll() == 2)
        #expect(try fixture.ids() == ["e3"])
        #expect(fixture.store.status().retention.rewritten == 1)
        #expect(fixture.store.status().ledger.expired == 2)
        #expect(try fixture.store.expire() == nil)
    }

    @Test("by bytes the oldest go, whatever the clock says")
    func byBytes() throws {
        let fixture = try RetentionFixture(days: nil, bytes: 1)
        for age in [Int64(1), 3, 2] {
            try fixture.add(age: age * day)
            try fixture.store.seal()
        }
        fixture.clock.wall.store(0, ordering: .relaxed)
        #expect(fixture.store.expirationPlan().segments == 2)
        #expect(try fixture.expireAll() == 2)
        #expect(try fixture.ids() == ["e1"])
    }

    @Test("no clock that is wrong lets anything go: forward, backward, at a start or later")
    func clock() throws {
        for step in [366 * day, -366 * day] {
            let fixture = try RetentionFixture()
            try fixture.add()
            try fixture.store.seal()
            #expect(try fixture.expireAll() == 0)
            fixture.clock.wall.add(step, ordering: .relaxed)
            #expect(try fixture.expireAll() == 0)
            #expect(fixture.store.status().retention.clock.doubt == .step)
            try fixture.open()
            #expect(try fixture.expireAll() == 0)
            let status = fixture.store.status().retention.clock
            #expect(status.doubt == .start)
            #expect(status.liftedIn.map { 86_000...86_400 ~= $0 } == true)
            fixture.clock.pass(Limits.clockTrustAge - 1_000_000)
            #expect(try fixture.expireAll() == 0)
            // A day in step is enough, and so is somebody's word.
            if step > 0 { #expect(fixture.store.expirationPlan(trustsClock: true).segments == 1) }
            #expect(fixture.store.expirationPlan().segments == 0)
            fixture.clock.pass(2_000_000)
            #expect(try fixture.expireAll() == (step > 0 ? 1 : 0))
        }
        let trusted = try RetentionFixture()
        try trusted.add()
        try trusted.store.seal()
        trusted.clock.pass(100 * day)
        try trusted.open()
        #expect(try trusted.expireAll() == 0)
        #expect(try trusted.expireAll(trustsClock: true) == 1)
        #expect(trusted.store.status().retention.clock.doubt == nil)
    }

    @Test("a doubt outlives a start, also with events that came by the doubted clock")
    func doubtOverStart() throws {
        let fixture = try RetentionFixture()
        try fixture.add()
        try fixture.store.seal()
        #expect(try fixture.expireAll() == 0)
        fixture.clock.wall.add(366 * day, ordering: .relaxed)
        #expect(try fixture.expireAll() == 0)
        try fixture.add()
        for _ in 0..<2 {
            try fixture.open()
            #expect(try fixture.expireAll() == 0)
            #expect(fixture.store.status().retention.clock.doubt == .step)
            #expect(fixture.disk.content(of: EventStore.clockDoubtPath) == [])
        }
        #expect(try fixture.expireAll(trustsClock: true) == 1)
        #expect(fixture.disk.content(of: EventStore.clockDoubtPath) == nil)
        try fixture.open()
        #expect(fixture.store.status().retention.clock.doubt == nil)
        #expect(try fixture.ids() == ["e2"])
    }

    @Test("a damaged segment stays and is told of; the others go")
    func damage() throws {
        let fixture = try RetentionFixture(days: 1)
        for _ in 0..<2 {
            try fixture.add()
            try fixture.store.seal()
        }
        let path = fixture.store.tables().events.segments[0].path
        fixture.clock.pass(3 * day)
        let bytes = try #require(fixture.disk.content(of: path))
        var changed = bytes
        for place in 8..<bytes.count / 2 { changed[place] ^= 0x55 }
        fixture.disk.place(changed, at: path)
        try fixture.open()
        #expect(try fixture.expireAll(trustsClock: true) == 1)
        #expect(fixture.store.status().retention.setAside.count == 1)
        #expect(fixture.store.tables().events.segments.count == 1)
    }

    // MARK: Persons

    /// Logins, a logout, an alias-free history of two devices, of which the first half expires.
    private func makePersons(_ fixture: RetentionFixture) throws {
        try fixture.add("view", age: 5 * day, device: "D1")
        try fixture.add("identify", age: 5 * day, user: "U1", device: "D1")
        try fixture.add("like", age: 4 * day, user: "U2", device: "D2")
        try fixture.add("like", age: 4 * day - hour, user: "U3", device: "D2")
        try fixture.add("clear", age: 4 * day, device: "D3")
        try fixture.add("identify", age: 4 * day - hour, user: "U4", device: "D3")
        try fixture.store.seal()
        for device in ["D1", "D2", "D3"] {
            try fixture.add("view", device: device)
            try fixture.add("view", age: hour, device: device)
        }
        try fixture.store.seal()
    }

    @Test("whose the events are that stay is as before, for every reader and under other rules")
    func persons() throws {
        let fixture = try RetentionFixture(days: 6)
        try makePersons(fixture)
        let before = try RetentionFixture.persons(fixture.store.tables())
        #expect(before["e7"] == "U1" && before["e9"] == "U3" && before["e11"] == "U4")
        fixture.clock.pass(4 * day)
        #expect(try fixture.expireAll() == 6)
        let kept = before.filter { Int($0.key.dropFirst())! > 6 }
        #expect(try RetentionFixture.persons(fixture.store.tables()) == kept)
        try fixture.open()
        #expect(try RetentionFixture.persons(fixture.store.tables()) == kept)
        // Without a map that anybody has kept.
        for name in try fixture.disk.list(IdentityCheckpoint.directory) {
            try fixture.disk.unlink(joinPath(IdentityCheckpoint.directory, name))
        }
        let offline = try StoreReader(on: fixture.disk)
        #expect(try RetentionFixture.persons(offline.tables) == kept)
        // Without implicit links D2 is nobody's, and the logins still count.
        fixture.options.identity = IdentityOptions(takesImplicitLinks: false)
        try fixture.open()
        let strict = try RetentionFixture.persons(fixture.store.tables())
        #expect(strict["e7"] == "U1" && strict["e9"] == "anon:D2#0" && strict["e11"] == "U4")
        fixture.options.identity = IdentityOptions(sharedDeviceUsersMax: 1)
        try fixture.open()
        let shared = try RetentionFixture.persons(fixture.store.tables())
        #expect(["e7", "e9", "e11"].map { shared[$0] } == ["U1", "anon:D2#0", "U4"])
        // What is left of the events has nothing but what says who is who.
        for file in fixture.store.view.withLock({ $0.identityLog }) {
            let table = EventsTable(schema: EventSchema(), segments: [file], tail: [])
            for row in try table.rows(["contentId", "eventId", "producer"]) {
                #expect(row == [.null, .string(""), .string("")])
            }
        }
    }

    @Test("a logout or an unlink that comes after the logins have gone finds them")
    func laterRecords() throws {
        let fixture = try RetentionFixture(days: 6)
        try makePersons(fixture)
        fixture.clock.pass(4 * day)
        #expect(try fixture.expireAll() == 6)
        // As of five days ago: D1 had logged in before, and what came later is of a new epoch.
        try fixture.add("clear", age: 5 * day, device: "D1")
        #expect(try RetentionFixture.persons(fixture.store.tables())["e7"] == "anon:D1#1")
    }

    @Test(
        "one damaged copy of what the events said is made good; two are told of, and nothing goes")
    func copies() throws {
        let fixture = try RetentionFixture(days: 6)
        try makePersons(fixture)
        let before = try RetentionFixture.persons(fixture.store.tables())["e7"]
        fixture.clock.pass(4 * day)
        #expect(try fixture.expireAll() == 6)
        let file = fixture.store.view.withLock { $0.identityLog[0] }
        let paths = IdentityLog.paths(of: file.entry)
        let bytes = try #require(fixture.disk.content(of: paths[0]))
        #expect(fixture.disk.content(of: paths[1]) == bytes)
        // Gone or cut: the second is read.
        try fixture.disk.unlink(paths[0])
        try fixture.open()
        #expect(fixture.store.status().damage.count == 1)
        #expect(try RetentionFixture.persons(fixture.store.tables())["e7"] == before)
        fixture.clock.pass(4 * day)
        #expect(try fixture.expireAll(trustsClock: true) == 6)
        #expect(fixture.disk.content(of: paths[0]) == bytes)
        // Flipped bits: found by the next look, a day later at most.
        var changed = bytes
        changed[bytes.count / 2] ^= 1
        fixture.disk.place(changed, at: paths[1])
        try fixture.add()
        try fixture.store.seal()
        fixture.clock.pass(8 * day)
        #expect(try fixture.expireAll() == 1)
        #expect(fixture.disk.content(of: paths[1]) == bytes)
        for path in paths { fixture.disk.place(changed, at: path) }
        try fixture.add()
        try fixture.store.seal()
        fixture.clock.pass(8 * day)
        #expect(throws: StoreError.self) { try fixture.store.expire() }
        #expect(fixture.store.tables().events.segments.count == 1)
    }

    @Test("many files of what was said become few, and say the same")
    func manyFiles() throws {
        let fixture = try RetentionFixture(days: 6)
        for number in 0..<(IdentityLog.fileCountMax + 3) {
            try fixture.add("identify", user: "U\(number)", device: "D\(number)")
            try fixture.store.seal()
            fixture.clock.pass(7 * day)
            try fixture.add("view", device: "D\(number)")
            let person = try RetentionFixture.persons(fixture.store.tables())
            #expect(person.values.contains("U\(number)"))
            try fixture.store.seal()
            _ = try fixture.expireAll()
        }
        let files = fixture.store.view.withLock { $0.identityLog }
        #expect(files.count < 8)
        fixture.clock.pass(Limits.replacedFileAge)
        fixture.store.releaseReplaced()
        try fixture.open()
        try fixture.add("view", device: "D0")
        #expect(try RetentionFixture.persons(fixture.store.tables()).values.contains("U0"))
        #expect(fixture.store.status().damage == [])
    }

    @Test("a snapshot has what the events said")
    func snapshot() throws {
        let fixture = try RetentionFixture(days: 6)
        try makePersons(fixture)
        fixture.clock.pass(4 * day)
        #expect(try fixture.expireAll() == 6)
        let target = SimulatedDisk()
        _ = try fixture.store.snapshot(on: target)
        let kept = try RetentionFixture.persons(fixture.store.tables())
        let copy = try EventStore.open("s", on: target, options: fixture.options)
        #expect(copy.status().damage == [])
        #expect(try RetentionFixture.persons(copy.tables()) == kept)
        #expect(copy.status().ledger.expired == 6)
    }
}
