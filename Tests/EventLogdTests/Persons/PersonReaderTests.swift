import Columns
import Foundation
import Query
import TestSupport
import Testing

@testable import EventLog
@testable import Persons

/// What is told of persons, with its bounds.
@Suite("Answers about persons")
struct PersonReaderTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private typealias Event = (type: String, id: String, device: String?, user: String?)

    /// Answers over a store with these events, a batch for each producer.
    private func reader(_ batches: [(producer: String, events: [Event])]) throws -> PersonReader {
        let store = try EventStore.open(directory.path, options: StoreOptions())
        for (producer, events) in batches {
            var builder = BatchBuilder(producer: producer, identityKey: store.identityKey)
            for (number, event) in events.enumerated() {
                var fields: [EventColumn: String] = [:]
                fields[.deviceId] = event.device
                fields[.userId] = event.user
                builder.add(event.type, id: event.id, timestamp: Int64(number), fields: fields)
            }
            _ = try store.append([builder.batch], durability: .synced)
        }
        let tables = store.tables()
        try store.close()
        return PersonReader(
            tables: tables,
            engine: QueryEngine(catalog: tables, limits: QueryLimits(), now: 0, threadCount: 1),
            now: 0)
    }

    @Test(
        "lists of a person end, and say how much there is beyond",
        arguments: [PersonLimits.itemCountMax, PersonLimits.itemCountMax + 1])
    func itemCount(count: Int) throws {
        let reader = try reader([
            ("uid:0", (0..<count).map { ("t\($0)", "e\($0)", "D\($0)", "U1") })
        ])
        let report = try reader.person("U1")
        #expect(report.events == count)
        #expect(report.byEvent.count == PersonLimits.itemCountMax)
        #expect(report.byEventOmitted == count - PersonLimits.itemCountMax)
        #expect(report.devices.count == PersonLimits.itemCountMax)
        #expect(report.devicesOmitted == count - PersonLimits.itemCountMax)
    }

    @Test(
        "others on a device end, the most active first",
        arguments: [PersonLimits.otherCountMax, PersonLimits.otherCountMax + 1])
    func otherCount(count: Int) throws {
        var events: [Event] = [("like", "own", "D", "U1")]
        for user in 0..<count {
            for number in 0...user {
                events.append(("like", "e\(user)-\(number)", "D", "V\(user)"))
            }
        }
        let device = try #require(try reader([("uid:0", events)]).person("U1").devices.first)
        #expect(device.others.count == PersonLimits.otherCountMax)
        #expect(device.othersOmitted == count - PersonLimits.otherCountMax)
        #expect(device.others.first?.personId == "V\(count - 1)")
        #expect(device.others.first?.events == count)
    }

    @Test(
        "events of one id are explained one by one",
        arguments: [1, PersonLimits.eventCountMax, PersonLimits.eventCountMax + 1])
    func eventCount(count: Int) throws {
        let reader = try reader(
            (0..<count).map { ("uid:\($0)", [("like", "same", nil, "U\($0)")]) })
        let found = try reader.explanation(ofEvent: "same").explanations
        #expect(
            found.map(\.personId) == (0..<min(count, PersonLimits.eventCountMax)).map { "U\($0)" })
    }

    @Test("the doctor's bounds are the ones that were asked for", arguments: [3, 4])
    func doctor(deviceCount: Int) throws {
        let reader = try reader([
            ("uid:0", (0..<deviceCount).map { ("identify", "i\($0)", "D\($0)", "U1") })
        ])
        var options = IdentityDoctorOptions()
        options.devicesMax = 3
        let report = try reader.diagnosis(options)
        #expect(report.devices == deviceCount)
        #expect(report.findings.map(\.kind) == IdentityDoctorReport.Kind.allCases)
        #expect(report.findings[1].count == (deviceCount > 3 ? 1 : 0))
        #expect(report.findings.allSatisfy { !$0.meaning.isEmpty && !$0.advice.isEmpty })
    }

    @Test("a question that makes no sense, and one about nobody")
    func errors() throws {
        let reader = try reader([("uid:0", [("like", "e", "D", "U1")])])
        func outcome(_ question: PersonQuestion) -> String {
            do {
                _ = try reader.answer(question)
                return "answered"
            } catch {
                switch error {
                case .unknown: return "unknown"
                case .invalid: return "invalid"
                case .query: return "query"
                }
            }
        }
        #expect(outcome(.show(id: " NULL ")) == "invalid")
        #expect(outcome(.show(id: "U2")) == "unknown")
        #expect(outcome(.explainEvent(id: "f")) == "unknown")
        #expect(outcome(.show(id: "U1")) == "answered")
    }

    private func lines(
        _ map: IdentityMap, device: String?, user: String? = nil, time: Int64
    ) -> String {
        let why = map.explain(device: device, user: user, time: time)
        return Sentences(why, device: device, user: user, map).lines.joined(separator: "\n")
    }

    @Test("an explanation names the rule, the link, the epoch, aliases, and what was taken back")
    func sentences() {
        var map = IdentityMap(
            options: IdentityOptions(sharedDeviceUsersMax: 2, claimWindow: 10_000_000))
        map.apply([
            .identify(device: "D", user: "U1", time: 100_000_000, seq: 1),
            .implicit(device: "D", user: "U2", time: 200_000_000, seq: 2),
            .unlink(device: "D", user: "U2", time: 150_000_000, seq: 3),
            .clear(device: "D", time: 300_000_000, seq: 4),
            .alias(from: "U1", to: "Ann", time: 0, seq: 5),
        ])
        #expect(
            lines(map, device: "D", time: 120_000_000) == """
                It has no user, so its device decides: D (rule 2).
                What linked U2 to it up to 1970-01-01T00:02:30Z was taken back.
                The latest login on it until then is U1's, at 1970-01-01T00:01:40Z (rule 2.1).
                U1 goes by Ann: an alias says so (record 5).
                So it is Ann's.
                """)
        #expect(
            lines(map, device: "D", time: 250_000_000).contains(
                "The latest event with a user on it until then is U2's, at 1970-01-01T00:03:20Z"))
        #expect(
            lines(map, device: "D", time: 95_000_000).contains("claims what was done before it"))
        #expect(
            lines(map, device: "D", time: 80_000_000).contains(
                "U1's at 1970-01-01T00:01:40Z, comes too late to claim it"))
        let later = lines(map, device: "D", time: 300_000_000)
        #expect(
            later.contains("epoch 1, which began when somebody logged out, at 1970-01-01T00:05:00Z")
        )
        #expect(later.contains("Nobody was seen on it in this epoch (rule 2.3)."))
        #expect(later.hasSuffix("So it is anon:D#1's."))
        map.apply(["U3", "U4"].map { .identify(device: "D", user: $0, time: 310_000_000, seq: 6) })
        #expect(lines(map, device: "D", time: 120_000_000).contains("More than 2 users were seen"))
        #expect(
            lines(map, device: nil, user: "U1", time: 0) == """
                It names its user, U1: that decides, whatever else (rule 1).
                U1 goes by Ann: an alias says so (record 5).
                So it is Ann's.
                """)
        #expect(
            lines(map, device: nil, user: "Guest", time: 0) == """
                The user id that was sent, "Guest", stands for nobody.
                It has neither a user nor a device (rule 3).
                So it is nobody's.
                """)
    }
}
