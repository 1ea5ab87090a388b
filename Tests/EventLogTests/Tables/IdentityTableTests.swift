import Columns
import TestSupport
import Testing

@testable import EventLog

/// The tables `identity` and `persons`, against the rules for single events and the slow model.
@Suite("The tables identity and persons")
struct IdentityTableTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private struct Interval {
        var device: String
        var epoch: Int64
        var start: Int64?
        var end: Int64?
        var person: String?
        var isAnonymous: Bool
        var isShared: Bool
    }

    private func intervals(_ table: any Table) throws -> [Interval] {
        try table.rows([
            "deviceId", "epoch", "startedAt", "endedAt", "personId", "isAnonymous", "isShared",
        ]).map { row in
            func time(_ value: Value) -> Int64? {
                if case .timestamp(let time) = value { time } else { nil }
            }
            func text(_ value: Value) -> String? {
                if case .string(let text) = value { text } else { nil }
            }
            let epoch: Int64 = if case .int64(let number) = row[1] { number } else { -1 }
            return Interval(
                device: text(row[0]) ?? "", epoch: epoch, start: time(row[2]), end: time(row[3]),
                person: text(row[4]), isAnonymous: row[5] == .bool(true),
                isShared: row[6] == .bool(true))
        }
    }

    private func batch(
        _ store: EventStore, receivedAt: Int64 = 1_000_000,
        _ events: [(String, String?, String?, Int64)]
    ) -> EventBatch {
        var builder = BatchBuilder(identityKey: store.identityKey, receivedAt: receivedAt)
        for (number, (event, device, user, time)) in events.enumerated() {
            var fields: [EventColumn: String] = [:]
            fields[.deviceId] = device
            fields[.userId] = user
            builder.add(event, id: "e\(receivedAt)-\(number)", timestamp: time, fields: fields)
        }
        return builder.batch
    }

    @Test(
        "an interval says of each time what the model says, in every mode", arguments: 0..<8)
    func model(number: Int) throws {
        var random = SplitMix64(seed: 0x1DE7 &+ UInt64(number))
        var options = StoreOptions()
        let usersMax = number.isMultiple(of: 2) ? 2 : 10
        options.identity = IdentityOptions(sharedDeviceUsersMax: usersMax)
        let store = try EventStore.open(directory.path, options: options)
        var records: [(arrival: Int64, record: IdentityRecord)] = []
        for arrival in [Int64(10), 20, 30] {
            var events: [(String, String?, String?, Int64)] = []
            for _ in 0..<30 {
                let device = ["D1", "D2", "D3"].randomElement(using: &random) ?? ""
                let user = ["U1", "U2", "U3", "U4"].randomElement(using: &random) ?? ""
                let time = Int64.random(in: 0...50, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0:
                    events.append(("clear", device, nil, time))
                    records.append((arrival, .clear(device: device, time: time)))
                case 1, 2:
                    events.append(("identify", device, user, time))
                    records.append((arrival, .identify(device: device, user: user, time: time)))
                case 3:
                    events.append(("like", device, user, time))
                    records.append((arrival, .implicit(device: device, user: user, time: time)))
                default: events.append(("like", device, nil, time))
                }
            }
            _ = try store.append(
                [batch(store, receivedAt: arrival, events)], durability: .synced)
            if arrival == 20 { try store.seal() }
        }
        let devices = store.tables().devices
        for mode: IdentityMode in [.resolved, .raw, .asOf(20), .asOf(0)] {
            var reference = ReferenceIdentity(usersMax: usersMax)
            reference.records = records.filter {
                if case .asOf(let time) = mode { return $0.arrival <= time }
                return mode != .raw || $0.record.kind == .clear
            }.map(\.record)
            let known =
                mode == .raw
                ? Set(records.map(\.record.device)) : Set(reference.records.map(\.device))
            let found = try intervals(try #require(devices.identified(by: mode)))
            #expect(Set(found.map(\.device)) == known, "\(mode)")
            for device in known {
                let own = found.filter { $0.device == device }
                #expect(own.first?.start == nil && own.last?.end == nil)
                for (a, b) in zip(own, own.dropFirst()) {
                    #expect(a.end == b.start && (a.epoch, a.person) != (b.epoch, b.person))
                }
                for time in Int64(-1)...51 {
                    let person = reference.resolve(device: device, user: nil, time: time)
                    let at = own.filter {
                        ($0.start ?? .min) <= time && time < ($0.end ?? .max)
                    }
                    #expect(at.count == 1 && at[0].person == person.id, "\(mode) \(device) \(time)")
                    #expect(at.first?.isAnonymous == person.isAnonymous)
                    let clears = Set(
                        reference.records.filter {
                            $0.kind == .clear && $0.device == device && $0.time <= time
                        }.map(\.time))
                    #expect(at.first?.epoch == Int64(clears.count))
                }
            }
        }
        try store.close()
    }

    @Test("a condition on the device reads that device, and gives the same rows")
    func bounds() throws {
        let store = try EventStore.open(directory.path, options: StoreOptions())
        let events = (0..<300).map { ("identify", "D\($0)" as String?, "U1" as String?, Int64(1)) }
        _ = try store.append([batch(store, events)], durability: .synced)
        let table = store.tables().devices
        func count(_ condition: ColumnBound.Condition) throws -> (rows: Int, scanned: Int) {
            let observer = ScanObserver()
            let rows = try table.rows(
                ["deviceId", "personId"], bounds: [("deviceId", condition)], observer: observer)
            #expect(rows.allSatisfy { $0[1] == .string("U1") })
            return (rows.count, observer.counts.rowsScanned)
        }
        #expect(try count(.oneOf([.string("D7"), .string("D8"), .string("none")])) == (2, 2))
        #expect(try count(.range(lower: .string("D7"), upper: .string("D7"))) == (1, 1))
        #expect(try count(.range(lower: .string("D7"), upper: .string("D8"))).rows == 300)
        #expect(try count(.oneOf([])) == (0, 0))
        try store.close()
    }

    @Test(
        "one device with many logouts comes in several units",
        arguments: [0, 1, scanUnitRowCountMax - 1, scanUnitRowCountMax, 2 * scanUnitRowCountMax])
    func units(clearCount: Int) throws {
        var map = IdentityMap()
        map.apply((0..<clearCount).map { .clear(device: "B", time: Int64($0)) })
        map.apply(["A", "C", "D"].map { .identify(device: $0, user: "U", time: 5) })
        let identity = IdentityIndex(
            options: IdentityOptions(), domain: { StringDomain(sizeMax: 0) }
        ) { [map] in
            IdentityCheckpoint(position: 1, map: map)
        }
        let table = IdentityTable(
            events: EventsTable(schema: EventSchema(), segments: [], tail: []), identity: identity)
        let scan = try table.scan(
            ScanRequest(columns: [0, 1], bounds: [], observer: ScanObserver()))
        let total = 3 + (clearCount == 0 ? 0 : clearCount + 1)
        #expect(scan.units.reduce(0) { $0 + $1.rowCount } == total)
        #expect(scan.units.allSatisfy { 1...scanUnitRowCountMax ~= $0.rowCount })
        var seen: Set<[Value]> = []
        for unit in scan.units {
            let block = try unit.read([0, 1])
            #expect(block.rowCount == unit.rowCount)
            for row in 0..<block.rowCount { seen.insert(block.columns.map { $0[row] }) }
        }
        #expect(seen.count == total)
    }

    @Test("persons are users with their devices, their ids and when they were seen")
    func persons() throws {
        var map = IdentityMap()
        map.apply([
            .identify(device: "D1", user: "U1", time: 5),
            .implicit(device: "D1", user: "U1", time: 9),
            .identify(device: "D2", user: "U2", time: 3),
            .identify(device: "D2", user: "U1", time: 4),
            .identify(device: "D3", user: "anon:x", time: 7),
            .alias(from: "U1", to: "Ä\"1", seq: 1), .alias(from: "lone", to: "one", seq: 2),
        ])
        map.apply((0..<11).map { .identify(device: "J", user: "job\($0)", time: 1) })
        let identity = IdentityIndex(
            options: IdentityOptions(), domain: { StringDomain(sizeMax: 0) }
        ) { [map] in
            IdentityCheckpoint(position: 1, map: map)
        }
        let events = EventsTable(schema: EventSchema(), segments: [], tail: [])
        let table = PersonsTable(events: events, identity: identity)
        let names = ["personId", "userIds", "deviceCount", "firstLinkedAt", "lastLinkedAt"]
        func rows(_ table: any Table) throws -> Set<[Value]> { Set(try table.rows(names)) }
        #expect(
            try rows(table) == [
                [
                    .string("Ä\"1"), .string(#"["U1","Ä\"1"]"#), .int64(2), .timestamp(4),
                    .timestamp(9),
                ],
                [.string("U2"), .string(#"["U2"]"#), .int64(1), .timestamp(3), .timestamp(3)],
                [
                    .string("user:anon:x"), .string(#"["anon:x"]"#), .int64(1), .timestamp(7),
                    .timestamp(7),
                ],
                [.string("one"), .string(#"["lone","one"]"#), .int64(0), .null, .null],
            ])
        let raw = try rows(try #require(table.identified(by: .raw)))
        #expect(
            raw == [
                [.string("U1"), .string(#"["U1"]"#), .int64(2), .timestamp(4), .timestamp(9)],
                [.string("U2"), .string(#"["U2"]"#), .int64(1), .timestamp(3), .timestamp(3)],
                [
                    .string("user:anon:x"), .string(#"["anon:x"]"#), .int64(1), .timestamp(7),
                    .timestamp(7),
                ],
            ])
        #expect(try rows(try #require(table.identified(by: .asOf(0)))).isEmpty)
    }
}
