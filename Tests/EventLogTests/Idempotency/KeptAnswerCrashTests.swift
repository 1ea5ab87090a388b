import Columns
import EventLog
import Synchronization
import TestSupport
import Testing

/// Requests with a key on a disk that dies, or fails, at every single call.
///
/// The events have no ids, so only the key can keep a repeat from storing them twice. However it
/// ends: an answer that was given is given again; the events are there exactly if the answer is;
/// and sending everything again leads to everything once.
@Suite("Kept answers on a disk that dies or fails at every call")
struct KeptAnswerCrashTests {
    @Test("a crash at every call keeps answer and events together")
    func crashes() throws {
        let callCount = try Self.callCount()
        #expect(callCount > 40)
        for call in 0..<callCount {
            let disk = SimulatedDisk(fault: .crash(call: call))
            let senders = Senders()
            try? senders.run(on: disk)
            #expect(disk.isDown)
            try Self.check(disk.survivor(seed: UInt64(call)), senders, "crash at call \(call)")
        }
    }

    @Test("a call that fails once is made good by sending again with the same key")
    func singleFailures() throws {
        for call in 0..<(try Self.callCount()) {
            let disk = SimulatedDisk(fault: .failOnce(call: call, code: 5))
            let senders = Senders()
            try senders.run(on: disk, repeating: true)
            try Self.check(disk.survivor(seed: 1), senders, "call \(call) failed")
        }
    }

    @Test("a disk that fails from any call on takes no answer back")
    func lastingFailures() throws {
        for call in stride(from: 0, to: try Self.callCount(), by: 2) {
            let disk = SimulatedDisk(fault: .failFrom(call: call, code: 28))
            let senders = Senders()
            try? senders.run(on: disk)
            try Self.check(disk.survivor(seed: 2), senders, "calls from \(call) on failed")
        }
    }

    @Test("on a full disk nothing is confirmed that a power failure could take back")
    func fullAtStart() throws {
        for call in 0..<(try Self.callCount()) {
            let disk = SimulatedDisk(fault: .crash(call: call))
            let senders = Senders()
            try? senders.run(on: disk)
            let full = disk.survivor(seed: UInt64(call))
            guard try full.exists("events/_delta_log"), try full.exists("LOCK"),
                try !full.list("events/_delta_log").isEmpty
            else { continue }
            full.arm(.failFrom(call: 0, code: SimulatedDisk.noSpaceCode))
            let store = try EventStore.open("s", on: full, options: Senders.options)
            let found = senders.sent.filter { store.keptAnswer(to: Senders.key($0)) != nil }
            for isFull in [true, false] {
                if !isFull { full.arm(.none) }
                do {
                    _ = try store.append([], durability: .synced)
                } catch {
                    #expect(isFull, "call \(call)")
                    continue
                }
                let again = try EventStore.open(
                    "s", on: full.survivor(seed: 3), options: Senders.options)
                for name in found {
                    #expect(
                        again.keptAnswer(to: Senders.key(name)) != nil,
                        "\(name), crash at call \(call), full: \(isFull)")
                }
            }
        }
    }

    private static func callCount() throws -> Int {
        let disk = SimulatedDisk()
        try Senders().run(on: disk)
        return disk.callCount
    }

    private static func check(
        _ disk: SimulatedDisk, _ senders: Senders, _ circumstances: Comment
    ) throws {
        let store = try EventStore.open("s", on: disk, options: Senders.options)
        for name in senders.sent {
            let kept = store.keptAnswer(to: Senders.key(name))
            if let given = senders.given[name] { #expect(kept?.body == given, circumstances) }
            let count = try Senders.eventCount(of: name, in: store)
            #expect(
                count == (kept == nil ? 0 : Senders.eventCount(of: name)),
                "\(name), \(circumstances)")
        }
        for name in senders.sent { try senders.send(name, to: store) }
        let again = try EventStore.open("s", on: disk.survivor(seed: 9), options: Senders.options)
        for name in senders.sent {
            #expect(
                try Senders.eventCount(of: name, in: again) == Senders.eventCount(of: name),
                "\(name) once, \(circumstances)")
            #expect(
                again.keptAnswer(to: Senders.key(name))?.body == senders.given[name], circumstances)
        }
    }
}

/// Clients that send each request until it is answered, and know what they were answered.
private final class Senders {
    private static let clock = Atomic<Int64>(1_700_000_000_000_000)

    static var options: StoreOptions {
        var options = StoreOptions()
        options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
        // Two seconds a look, so that no pause after a failure is met.
        options.now = { clock.add(2_000_000, ordering: .relaxed).newValue }
        return options
    }

    private(set) var sent: [String] = []
    private(set) var given: [String: [UInt8]] = [:]

    static func key(_ name: String) -> RequestKey {
        RequestKey(producer: "uid:1", request: "POST /v1/events", key: name)
    }

    /// A name that begins with `none` is a request without an accepted event.
    static func eventCount(of name: String) -> Int { name.hasPrefix("none") ? 0 : 2 }

    static func eventCount(of name: String, in store: EventStore) throws -> Int {
        try store.tables().events.rows(["contentId"]).count(where: { row in
            row[0] == .string(name)
        })
    }

    func send(_ name: String, to store: EventStore) throws {
        if !sent.contains(name) { sent.append(name) }
        if let kept = store.keptAnswer(to: Self.key(name)) {
            #expect(given[name] == nil || given[name] == kept.body)
            given[name] = kept.body
            return
        }
        #expect(given[name] == nil, "\(name) was answered before")
        var builder = BatchBuilder(identityKey: store.identityKey)
        for _ in 0..<Self.eventCount(of: name) {
            builder.add("like", id: nil, contentId: name, timestamp: 1)
        }
        var batch = builder.batch
        batch.keeping = AnswerKeeping(Self.key(name)) { result in
            KeptAnswer(
                fingerprint: [], status: 200, contentType: "text/plain",
                body: Array(
                    "\(name): \(result.stored) from \(result.placement?.firstSeq ?? -1)".utf8))
        }
        let result = try store.append([batch], durability: .synced)[0]
        #expect(result.stored == Self.eventCount(of: name))
        given[name] = store.keptAnswer(to: Self.key(name))?.body
        #expect(given[name] != nil)
    }

    func run(on disk: SimulatedDisk, repeating: Bool = false) throws {
        var store: EventStore?
        func opened() throws -> EventStore {
            if let store { return store }
            let opened = try EventStore.open("s", on: disk, options: Self.options)
            store = opened
            return opened
        }
        func step(_ body: () throws -> Void) throws {
            do {
                try body()
            } catch  where repeating {
                try body()
            }
        }
        for round in 0..<3 {
            try step { try self.send("none-\(round)", to: opened()) }
            try step { try self.send("a-\(round)", to: opened()) }
            try step { _ = try opened().seal() }
            try step { try self.send("b-\(round)", to: opened()) }
            try step { try self.send("none-b-\(round)", to: opened()) }
            try step { try self.send("a-0", to: opened()) }
            if round == 1 {
                try step {
                    let closing = store
                    store = nil
                    try closing?.close()
                }
            }
        }
    }
}
