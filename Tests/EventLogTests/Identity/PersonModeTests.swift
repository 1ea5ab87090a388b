import Columns
import TestSupport
import Testing

@testable import EventLog

/// `events(identity => …)` against the slow model, which for an earlier time sees only what had arrived.
@Suite("identity modes of the table")
struct PersonModeTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Sends random events, a batch at each arrival time.
    private struct Sender {
        var random: SplitMix64
        var usersMax: Int
        var count = 0
        /// Records, each with the id of its event.
        var records: [(id: String, record: IdentityRecord)] = []
        /// When each event arrived, as the store says.
        var arrivals: [String: Int64] = [:]

        mutating func batch(_ key: UInt64, arrival: Int64) -> EventBatch {
            var builder = BatchBuilder(identityKey: key, receivedAt: arrival)
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                count += 1
                let device = ["D1", "D2", "U1", nil].randomElement(using: &random) ?? nil
                let user =
                    ["U1", "U2", "U3", "guest", nil, nil].randomElement(using: &random) ?? nil
                let time = Int64.random(in: 0...60, using: &random)
                let id = "e\(count)"
                let event =
                    ["like", "like", "identify", "clear"].randomElement(using: &random) ?? "like"
                var fields: [EventColumn: String] = [:]
                if let device { fields[.deviceId] = device }
                if let user { fields[.userId] = user }
                builder.add(event, id: id, timestamp: time, fields: fields)
                guard let device else { continue }
                let isUser = user.map { !UserPlaceholder.matches($0) } ?? false
                if event == "clear" {
                    records.append((id, .clear(device: device, time: time)))
                } else if isUser, let user {
                    records.append(
                        (
                            id,
                            event == "identify"
                                ? .identify(device: device, user: user, time: time)
                                : .implicit(device: device, user: user, time: time)
                        ))
                }
            }
            return builder.batch
        }

        /// A clock that is set back does not make what comes later earlier, but a restart may.
        mutating func noteArrivals(_ table: PersonTable) throws {
            for row in try table.rows(["eventId", "receivedAt"]) {
                guard case .string(let id) = row[0], case .timestamp(let time) = row[1] else {
                    continue
                }
                arrivals[id] = time
            }
        }

        func reference(asOf arrival: Int64) -> ReferenceIdentity {
            ReferenceIdentity(
                records: records.filter { arrivals[$0.id, default: .min] <= arrival }
                    .map(\.record),
                usersMax: usersMax)
        }
    }

    private func text(_ value: Value) -> String? {
        if case .string(let text) = value { text } else { nil }
    }

    private func check(
        _ table: PersonTable, _ mode: IdentityMode, _ reference: ReferenceIdentity, _ note: String
    ) throws {
        let told = try #require(table.identified(by: mode))
        var known: [[Value]: Person] = [:]
        for row in try told.rows(["deviceId", "userId", "timestamp", "personId", "isAnonymous"]) {
            let key = Array(row[..<3])
            guard case .timestamp(let time) = row[2] else { continue }
            let person =
                known[key]
                ?? reference.resolve(device: text(row[0]), user: text(row[1]), time: time)
            known[key] = person
            #expect(
                row[3] == (person.id.map { .string($0) } ?? .null), "\(note), \(mode): \(row)")
            #expect(
                row[4] == (person == .none ? .null : .bool(person.isAnonymous)),
                "\(note), \(mode): \(row)")
        }
    }

    @Test(
        "answer as the model does, whatever is sealed, restarted, or asked before",
        arguments: 0..<10)
    func model(number: Int) throws {
        let seed = 0xA50F_2026 &+ UInt64(number)
        var sender = Sender(
            random: SplitMix64(seed: seed), usersMax: number.isMultiple(of: 3) ? 1 : 10)
        var options = StoreOptions()
        options.identity = IdentityOptions(sharedDeviceUsersMax: sender.usersMax)
        options.identityCheckpointRowCount = 40
        var store = try EventStore.open(directory.path, options: options)
        for step in 0..<20 {
            let isSetBack = Int.random(in: 0..<5, using: &sender.random) == 0
            let arrival = Int64(step * 10 - (isSetBack ? 25 : 0))
            _ = try store.append(
                [sender.batch(store.identityKey, arrival: arrival)], durability: .synced)
            try sender.noteArrivals(store.tables().persons)
            if Int.random(in: 0..<3, using: &sender.random) == 0 { try store.seal() }
            if Int.random(in: 0..<4, using: &sender.random) == 0 {
                try store.close()
                store = try EventStore.open(directory.path, options: options)
            }
            let note = "seed \(seed), step \(step)"
            var raw = sender.reference(asOf: .max)
            raw.records = raw.records.filter { $0.kind == .clear }
            try check(store.tables().persons, .raw, raw, note)
            // The same time twice, with events in between, and one that is asked about once.
            for time in [95, Int64.random(in: -30...230, using: &sender.random)] {
                try check(
                    store.tables().persons, .asOf(time), sender.reference(asOf: time), note)
            }
        }
        for time in [Int64.min, 95, .max] {
            try check(
                StoreReader(path: directory.path, options: options).tables.persons, .asOf(time),
                sender.reference(asOf: time), "seed \(seed), offline")
        }
        try check(
            store.tables().persons, .resolved, sender.reference(asOf: .max), "seed \(seed), end")
        try store.close()
    }

    @Test("an earlier time is exact to the microsecond of the arrival")
    func edge() throws {
        let store = try EventStore.open(directory.path, options: StoreOptions())
        var builder = BatchBuilder(identityKey: store.identityKey, receivedAt: 100)
        builder.add("like", id: "a", timestamp: 1, fields: [.deviceId: "D1"])
        _ = try store.append([builder.batch], durability: .synced)
        builder = BatchBuilder(identityKey: store.identityKey, receivedAt: 200)
        builder.add("identify", id: "b", timestamp: 0, fields: [.deviceId: "D1", .userId: "U1"])
        _ = try store.append([builder.batch], durability: .synced)
        func person(_ time: Int64) throws -> Value? {
            try store.tables().persons.identified(by: .asOf(time))?.rows(["event", "personId"])
                .first { $0[0] == .string("like") }?[1]
        }
        #expect(try person(199) == .string("anon:D1#0"))
        #expect(try person(200) == .string("U1"))
        try store.seal()
        #expect(try person(199) == .string("anon:D1#0"))
        #expect(try person(200) == .string("U1"))
        try store.close()
    }

    @Test("a question about the same time again reads no event again")
    func repeated() throws {
        let store = try EventStore.open(directory.path, options: StoreOptions())
        var sender = Sender(random: SplitMix64(seed: 3), usersMax: 10)
        _ = try store.append([sender.batch(store.identityKey, arrival: 5)], durability: .synced)
        try store.seal()
        let events = store.tables().events
        let first = try store.identity.resolvers(of: events, .asOf(7), ScanObserver())
        let again = try store.identity.resolvers(of: events, .asOf(7), ScanObserver())
        #expect(first === again)
        let raw = try store.identity.resolvers(of: events, .raw, ScanObserver())
        #expect(try raw === store.identity.resolvers(of: events, .raw, ScanObserver()))
        try store.close()
    }
}
