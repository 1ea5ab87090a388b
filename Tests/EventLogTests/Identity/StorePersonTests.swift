import Columns
import Glibc
import TestSupport
import Testing

@testable import EventLog

/// Persons as the tables show them, against the slow model: random events in the tail, in segments,
/// before and after restarts, with checkpoints, and seen from outside.
@Suite("persons in the tables")
struct StorePersonTests {
    /// Random stores per run; more with PERSON_STORES.
    static let seedCount = getenv("PERSON_STORES").flatMap { Int(String(cString: $0)) } ?? 12

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// A few ids, so that nearly everything meets something.
    private struct Sender {
        var random: SplitMix64
        var reference = ReferenceIdentity()
        var count = 0
        var timeMax: Int64 = 12

        mutating func batch(_ key: UInt64) -> EventBatch {
            var builder = BatchBuilder(identityKey: key)
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                count += 1
                let device = ["D1", "D2", "U1", nil].randomElement(using: &random) ?? nil
                let user = ["U1", "U2", "U3", "guest", nil, nil].randomElement(using: &random)
                let time = Int64.random(in: 0...timeMax, using: &random)
                if Int.random(in: 0..<8, using: &random) == 0 {
                    administer(&builder, device ?? "D1", time)
                    continue
                }
                // One is only called like an administrator's record.
                let event =
                    ["like", "like", "swipe", "identify", "clear", "playStart", "alias"]
                    .randomElement(using: &random) ?? "like"
                var fields: [EventColumn: String] = [:]
                if let device { fields[.deviceId] = device }
                if let user = user ?? nil { fields[.userId] = user }
                builder.add(event, id: "e\(count)", timestamp: time, fields: fields)
                note(event, device, user ?? nil, time)
            }
            return builder.batch
        }

        private mutating func administer(
            _ builder: inout BatchBuilder, _ device: String, _ time: Int64
        ) {
            let users = ["U1", "U2", "U3", "D1"].shuffled(using: &random)
            let record: IdentityRecord =
                switch Int.random(in: 0..<3, using: &random) {
                case 0: .alias(from: users[0], to: users[1], time: time, seq: UInt64(count))
                case 1: .unalias(from: users[0], to: users[1], time: time, seq: UInt64(count))
                default: .unlink(device: device, user: users[0], time: time)
                }
            reference.records.append(record)
            builder.add(
                "\(record.kind)", id: "e\(count)", timestamp: time,
                extra: record.kind == .unlink
                    ? [("deviceId", "\"\(device)\""), ("userId", "\"\(users[0])\"")]
                    : [("fromUser", "\"\(users[0])\""), ("toUser", "\"\(users[1])\"")],
                flags: .administrative)
        }

        private mutating func note(
            _ event: String, _ device: String?, _ user: String?, _ time: Int64
        ) {
            guard let device else { return }
            if event == "clear" {
                reference.records.append(.clear(device: device, time: time))
            } else if let user, !UserPlaceholder.matches(user) {
                reference.records.append(
                    event == "identify"
                        ? .identify(device: device, user: user, time: time)
                        : .implicit(device: device, user: user, time: time))
            }
        }
    }

    private func check(_ table: PersonTable, _ reference: ReferenceIdentity, _ note: String) throws
    {
        let names = ["deviceId", "userId", "timestamp", "personId", "isAnonymous"]
        var known: [[Value]: Person] = [:]
        for row in try table.rows(names) {
            let key = Array(row[..<3])
            guard case .timestamp(let time) = row[2] else { continue }
            let person =
                known[key]
                ?? reference.resolve(device: text(row[0]), user: text(row[1]), time: time)
            known[key] = person
            #expect(row[3] == (person.id.map { .string($0) } ?? .null), "\(note): \(row)")
            #expect(
                row[4] == (person == .none ? .null : .bool(person.isAnonymous)), "\(note): \(row)")
        }
    }

    private func text(_ value: Value) -> String? {
        if case .string(let text) = value { text } else { nil }
    }

    @Test(
        "are those of the model, whatever is sealed, squashed, restarted or checkpointed",
        arguments: 0..<seedCount)
    func model(number: Int) throws {
        let seed = 0x9E50_2026 &+ UInt64(number)
        var sender = Sender(random: SplitMix64(seed: seed))
        sender.timeMax = number.isMultiple(of: 2) ? 12 : 400
        sender.reference.usersMax = number % 3 == 0 ? 2 : 10
        var options = StoreOptions()
        options.identity = IdentityOptions(sharedDeviceUsersMax: sender.reference.usersMax)
        options.identityCheckpointRowCount = 30
        var store = try EventStore.open(directory.path, options: options)
        for step in 0..<24 {
            _ = try store.append([sender.batch(store.identityKey)], durability: .synced)
            let note = "seed \(seed), step \(step)"
            if sender.random.isHeads() {
                try check(store.tables().persons, sender.reference, note)
            }
            if Int.random(in: 0..<3, using: &sender.random) == 0 { try store.seal() }
            if Int.random(in: 0..<4, using: &sender.random) == 0 { _ = try store.squash() }
            if Int.random(in: 0..<5, using: &sender.random) == 0 {
                try check(
                    StoreReader(path: directory.path, options: options).tables.persons,
                    sender.reference, note + ", offline")
                try store.close()
                store = try EventStore.open(directory.path, options: options)
            }
        }
        try check(store.tables().persons, sender.reference, "seed \(seed), end")
        try store.close()
    }

    @Test(
        "what was worked out for a question follows the logins after it",
        arguments: [1, Limits.personChangeCountMax, Limits.personChangeCountMax + 1])
    func following(loginCount: Int) throws {
        let store = try EventStore.open(directory.path, options: StoreOptions())
        let deviceCount = Limits.personChangeCountMax + 10
        var builder = BatchBuilder(identityKey: store.identityKey)
        for device in 0..<deviceCount {
            builder.add(
                "like", id: "e\(device)", timestamp: 1, fields: [.deviceId: "D\(device)"])
        }
        _ = try store.append([builder.batch], durability: .synced)
        try store.seal()
        func knownCount() throws -> Int {
            try store.tables().persons.rows(["event", "personId", "isAnonymous"]).count {
                $0[0] == .string("like") && $0[2] == .bool(false)
            }
        }
        #expect(try knownCount() == 0)
        #expect(try knownCount() == 0)
        builder = BatchBuilder(identityKey: store.identityKey)
        for device in 0..<loginCount {
            builder.add(
                "identify", id: "i\(device)", timestamp: 2,
                fields: [.deviceId: "D\(device)", .userId: "U\(device)"])
        }
        _ = try store.append([builder.batch], durability: .synced)
        #expect(try knownCount() == loginCount)
        try store.seal()
        #expect(try knownCount() == loginCount)
        try store.close()
    }

    @Test("squashed persons are read until a record may have changed them, and never after")
    func squash() throws {
        var options = StoreOptions()
        options.identityCheckpointRowCount = 1
        var store = try EventStore.open(directory.path, options: options)
        func append(_ add: (inout BatchBuilder) -> Void) throws {
            var builder = BatchBuilder(identityKey: store.identityKey)
            add(&builder)
            _ = try store.append([builder.batch], durability: .synced)
        }
        func login(_ device: String, _ user: String, _ time: Int64) throws {
            try append {
                $0.add(
                    "identify", id: "\(device)\(user)\(time)", timestamp: time,
                    fields: [.deviceId: device, .userId: user])
            }
        }
        /// Persons by event, and how many segments were believed.
        func persons() throws -> ([String: String], Int) {
            let tables = store.tables()
            var found: [String: String] = [:]
            for row in try tables.persons.rows(["eventId", "personId"]) {
                found[text(row[0]) ?? ""] = text(row[1])
            }
            let resolvers = try store.identity.resolvers(
                of: tables.events, .resolved, ScanObserver())
            return (found, tables.events.segments.count { resolvers.squash(of: $0) != nil })
        }
        for device in ["D1", "D2"] {
            try append { $0.add("like", id: device, timestamp: 5, fields: [.deviceId: device]) }
            try login(device, "U\(device)", 6)
            try store.seal()
        }
        #expect(try persons().1 == 0)
        let plan = try store.squash(isDryRun: true)
        #expect(plan.squashed == 2 && plan.bytesAfter == 0)
        #expect(try store.squash().squashed == 2)
        #expect(try store.squash().squashed == 0)
        let before = ["D1": "UD1", "D2": "UD2", "D1UD16": "UD1", "D2UD26": "UD2"]
        #expect(try persons() == (before, 2))
        // The same login again changes nothing; another's does, for the segments with the device.
        try login("D1", "UD1", 9)
        #expect(try persons().1 == 2)
        try login("D1", "UX", 4)
        let (after, believed) = try persons()
        #expect(believed == 1 && after["D1"] == "UX" && after["D2"] == "UD2")
        try store.seal()
        #expect(try persons().1 == 1)
        // A checkpoint knows what changed.
        try store.close()
        store = try EventStore.open(directory.path, options: options)
        #expect(try persons() == (after, 1))
        #expect(try store.squash().squashed == 2)
        #expect(try persons() == (after, 3))
        // An alias may change everything, other rules too.
        try append {
            $0.add(
                "alias", id: "a", timestamp: 9,
                extra: [("fromUser", "\"UX\""), ("toUser", "\"UY\"")], flags: .administrative)
        }
        let (renamed, none) = try persons()
        #expect(none == 0 && renamed["D1"] == "UY")
        try store.seal()
        #expect(try store.squash().squashed == 4)
        try store.close()
        options.identity = IdentityOptions(claimWindow: 0)
        store = try EventStore.open(directory.path, options: options)
        #expect(try persons().1 == 0)
        #expect(try persons().0["D2"] == "anon:D2#0")
        try store.close()
    }

    @Test("a query without persons reads no more than before")
    func free() throws {
        let store = try EventStore.open(directory.path, options: StoreOptions())
        var sender = Sender(random: SplitMix64(seed: 5))
        _ = try store.append([sender.batch(store.identityKey)], durability: .synced)
        try store.seal()
        func bytesRead(_ names: [String], _ table: some Table) throws -> Int {
            let observer = ScanObserver()
            _ = try table.rows(names, observer: observer)
            return observer.counts.bytesRead + observer.counts.cacheHits
        }
        let tables = store.tables()
        _ = try tables.events.rows(["userId", "event"])
        #expect(
            try bytesRead(["userId", "event"], tables.persons)
                == bytesRead(["userId", "event"], tables.events))
        try store.close()
    }

    @Test("the column's condition is not taken for one of a file's columns")
    func bounds() throws {
        let store = try EventStore.open(directory.path, options: StoreOptions())
        var builder = BatchBuilder(identityKey: store.identityKey)
        builder.add("like", id: "a", timestamp: 1, fields: [.deviceId: "D1"])
        builder.add("identify", id: "b", timestamp: 2, fields: [.deviceId: "D1", .userId: "U1"])
        _ = try store.append([builder.batch], durability: .synced)
        try store.seal()
        let rows = try store.tables().persons.rows(
            ["eventId", "personId"], bounds: [("personId", .oneOf([.string("U1")]))])
        // A segment is ordered by the type of the events.
        #expect(rows == [[.string("b"), .string("U1")], [.string("a"), .string("U1")]])
        try store.close()
    }

    @Test("a checkpoint that is damaged, of another store or of another guard is as good as none")
    func damagedCheckpoint() throws {
        var map = IdentityMap(options: IdentityOptions(hashKey: 7))
        map.apply([.identify(device: "D1", user: "U1", time: 5, seq: 3)])
        let storeID = StoreID(high: 1, low: 2)
        let bytes = IdentityCheckpoint(position: 9, map: map).bytes(storeID: storeID)
        let options = IdentityOptions()
        let read = try #require(IdentityCheckpoint(bytes, storeID: storeID, options: options))
        #expect(read.position == 9)
        #expect(read.map.encode() == map.encode())
        #expect(
            IdentityCheckpoint(
                bytes, storeID: storeID, options: IdentityOptions(takesImplicitLinks: false)) == nil
        )
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x10
            let found = IdentityCheckpoint(other, storeID: storeID, options: options)
            // Of the header, only the position is not covered: the file's name says it too.
            #expect(found == nil || found?.position != 9, "byte \(index)")
            #expect(
                IdentityCheckpoint(Array(bytes[..<index]), storeID: storeID, options: options)
                    == nil)
        }
        #expect(
            IdentityCheckpoint(bytes, storeID: StoreID(high: 1, low: 3), options: options) == nil)
        #expect(
            IdentityCheckpoint(
                bytes, storeID: storeID, options: IdentityOptions(sharedDeviceUsersMax: 11)) == nil)
    }
}
