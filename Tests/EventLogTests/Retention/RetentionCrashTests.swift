import Columns
import TestSupport
import Testing

@testable import EventLog

/// Events expire on a disk that dies, or fails, at sampled calls. Whatever happens: none goes that is not too old,
/// the ledger adds up, and whose the others are is as before.
@Suite("Retention on a disk that dies or fails at any call")
struct RetentionCrashTests {
    private static let day = RetentionFixture.day

    private static func prepared() throws -> RetentionFixture {
        let fixture = try RetentionFixture(days: 6)
        fixture.options.retention.rewritesFresh = true
        try fixture.open()
        for number in 0..<3 {
            try fixture.add("identify", age: 5 * day, user: "U\(number)", device: "D\(number)")
            try fixture.add("view", age: 5 * day, user: "V\(number)", device: "D\(number)")
            if number == 1 { try fixture.add("view", device: "D0") }
            try fixture.store.seal()
        }
        try fixture.add("view", device: "D1")
        try fixture.add("view", device: "D2")
        try fixture.store.seal()
        fixture.clock.pass(4 * day)
        return fixture
    }

    private static let kept = ["e5", "e8", "e9"]

    private static func callCount() throws -> Int {
        let fixture = try prepared()
        let before = fixture.disk.callCount
        #expect(try fixture.expireAll() == 6)
        try fixture.store.seal()
        #expect(try fixture.ids() == kept)
        return fixture.disk.callCount - before
    }

    private static func check(
        _ disk: SimulatedDisk, _ fixture: RetentionFixture, _ persons: [String: String],
        _ circumstances: Comment
    ) throws {
        let store = try EventStore.open("s", on: disk, options: fixture.options)
        #expect(store.status().damage == [], circumstances)
        let totals = store.status().ledger
        let ids = try store.tables().events.rows(["eventId"])
        #expect(totals.stored == Int64(ids.count), circumstances)
        #expect(totals.stored + totals.expired == 9, circumstances)
        let found = try RetentionFixture.persons(store.tables())
        for id in kept { #expect(found[id] == persons[id], circumstances) }
        while try store.expire(trustsClock: true) != nil {}
        #expect(store.status().ledger.expired == 6, circumstances)
        #expect(try RetentionFixture.persons(store.tables()) == persons, circumstances)
        try store.seal()
        let again = try EventStore.open("s", on: disk.survivor(seed: 9), options: fixture.options)
        #expect(again.status().ledger.expired == 6, circumstances)
        #expect(again.status().damage == [], circumstances)
        #expect(try RetentionFixture.persons(again.tables()) == persons, circumstances)
    }

    @Test("a crash or a failure at any call loses nobody, and counts every event once")
    func faults() throws {
        for call in stride(from: 0, to: try Self.callCount(), by: CrashStep.of(12)) {
            for isCrash in [true, false] {
                let fixture = try Self.prepared()
                var persons = try RetentionFixture.persons(fixture.store.tables())
                persons = persons.filter { Self.kept.contains($0.key) }
                fixture.disk.arm(
                    isCrash
                        ? .crash(call: call)
                        : .failOnce(call: call, code: SimulatedDisk.noSpaceCode))
                let circumstances: Comment = "\(isCrash ? "crash" : "failure") at call \(call)"
                if isCrash {
                    _ = try? fixture.expireAll()
                    _ = try? fixture.store.seal()
                    #expect(fixture.disk.isDown, circumstances)
                } else {
                    for _ in 0..<3 {
                        _ = try? fixture.expireAll()
                        fixture.clock.pass(2_000_000)
                        _ = try? fixture.store.seal()
                    }
                    #expect(try fixture.ids() == Self.kept, circumstances)
                    #expect(fixture.store.status().ledger.expired == 6, circumstances)
                }
                try Self.check(
                    fixture.disk.survivor(seed: UInt64(call)), fixture, persons, circumstances)
            }
        }
    }
}
