import Columns
import Glibc
import TestSupport
import Testing

@testable import EventLog

/// Random persons on a few devices, sealed, compacted, squashed and restarted at random: whoever is erased is gone from
/// every file, and whose everything else is does not change (specification, section 4.8).
@Suite("Erasing anybody from any history")
struct ErasureModelTests {
    /// Histories per run; more with ERASURE_STORES.
    static let seedCount = getenv("ERASURE_STORES").flatMap { Int(String(cString: $0)) } ?? 6

    private static let users = ["Uone", "Utwo", "Uthree"]
    private static let devices = ["Done", "Dtwo", "Uone"]

    private struct History {
        var it: ErasedStore
        var random: SplitMix64
        var count = 0

        mutating func append() throws {
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                count += 1
                let time = Int64.random(in: 0...12, using: &random)
                if Int.random(in: 0..<12, using: &random) == 0 {
                    let two = ErasureModelTests.users.shuffled(using: &random)
                    try it.alias(two[0], two[1], at: time)
                    continue
                }
                let event = ["like", "like", "swipe", "identify", "clear"]
                    .randomElement(using: &random)
                let user = (ErasureModelTests.users + ["guest"]).randomElement(using: &random)
                try it.append(
                    event ?? "like", "e\(count)",
                    device: Bool.random(using: &random)
                        ? ErasureModelTests.devices.randomElement(using: &random) : nil,
                    user: Bool.random(using: &random) ? user : nil, at: time)
            }
        }

        mutating func step() throws {
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1: try it.store.seal()
            case 2: while try it.store.compact(isForced: true) != nil {}
            case 3: _ = try it.store.squash()
            case 4: try it.reopen()
            default: try append()
            }
        }
    }

    /// By event: its person, its kind, its device and its user.
    private static func rows(_ store: EventStore) throws -> [String: [Value]] {
        var rows: [String: [Value]] = [:]
        for row in try store.tables().persons.rows([
            "eventId", "personId", "event", "deviceId", "userId",
        ]) {
            guard case .string(let id) = row[0] else { continue }
            rows[id] = Array(row[1...])
        }
        return rows
    }

    @Test(
        "takes the person's events and links, and changes nobody else's", arguments: 0..<seedCount)
    func histories(number: Int) throws {
        var history = History(
            it: try ErasedStore(), random: SplitMix64(seed: 0xE5A5_2026 &+ UInt64(number)))
        for _ in 0..<20 { try history.step() }
        for round in 0..<2 {
            let user = Self.users[Int.random(in: 0..<3, using: &history.random)]
            let before = try Self.rows(history.it.store)
            let map = try history.it.store.tables().identityMap(ScanObserver())
            let ids = map.userIds(ofPersonOf: user)
            let person = Value.string(map.canonical(user))
            history.it.clock.value += 60_000_000
            let request = try history.it.store.requestErasure(of: user)
            let note: Comment = "history \(number), round \(round), \(user)"
            var expected = before.filter { id, row in
                row[0] != person
                    && !(row[1] == .string("alias") && ids.contains { id.contains($0) })
            }
            // Until the files are rewritten logouts of forgotten devices are still there.
            #expect(try Self.rows(history.it.store) == expected, note)
            if history.random.isHeads() { try history.it.reopen() }
            let receipt = try #require(try history.it.store.erase(request.id))
            let others = Set(
                expected.values.filter {
                    $0[1] != .string("clear")
                        || $0[3] != .null && $0[3] != .string("guest")
                }.map { $0[2] })
            let own = Set(
                before.values.filter { $0[0] == person }.map { $0[2] }
            ).subtracting(others).subtracting([.null])
            let linked = own.filter { device in
                before.values.contains {
                    $0[2] == device && $0[0] == person
                }
            }
            expected = expected.filter { !linked.contains($0.value[2]) }
            for _ in 0..<2 {
                #expect(try Self.rows(history.it.store) == expected, note)
                try history.it.reopen()
            }
            #expect(receipt.events >= before.count - expected.count, note)
            var gone = ids.filter { id in !Self.devices.contains(id) || !ids.contains("Uone") }
            gone += linked.compactMap { if case .string(let name) = $0 { name } else { nil } }
            // One id is a user's and a device's.
            gone.removeAll { $0 == "Uone" }
            try ErasedStore.expectNoHits(gone, on: history.it.disk, note)
            try history.append()
        }
    }
}
