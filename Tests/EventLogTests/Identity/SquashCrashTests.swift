import Columns
import Synchronization
import TestSupport
import Testing

@testable import EventLog

/// Segments take the place of others on a disk that dies, or fails, at every single call. Whatever
/// happens: each acknowledged event is there once, whose it is does not change, and no file is left over.
@Suite("Squashing on a disk that dies or fails at any call")
struct SquashCrashTests {
    @Test("a crash at any call keeps every event, once")
    func crashes() throws {
        for call in stride(from: 0, to: try Self.callCount(), by: CrashStep.of(20)) {
            let disk = SimulatedDisk(fault: .crash(call: call))
            let workload = Workload(disk)
            try? workload.run()
            #expect(disk.isDown)
            for seed in UInt64(0)..<2 {
                try Self.check(
                    disk.survivor(seed: seed), workload, "crash at call \(call), seed \(seed)")
            }
        }
    }

    @Test("a call that fails once changes nothing but a squash that is to be repeated")
    func singleFailures() throws {
        for call in stride(from: 1, to: try Self.callCount(), by: CrashStep.of(20)) {
            let disk = SimulatedDisk(fault: .failOnce(call: call, code: SimulatedDisk.noSpaceCode))
            let workload = Workload(disk)
            try workload.run(repeating: true)
            let store = try #require(workload.store)
            #expect(try Self.persons(in: store) == workload.acknowledged, "call \(call) failed")
            #expect(try store.squash().damaged == 0, "call \(call) failed")
            #expect(try Self.persons(in: store) == workload.acknowledged, "call \(call) failed")
            try Self.check(disk.survivor(seed: 1), workload, "call \(call) failed")
        }
    }

    private static func callCount() throws -> Int {
        let disk = SimulatedDisk()
        let workload = Workload(disk)
        try workload.run()
        #expect(workload.squashedCount == 5)
        try check(disk.survivor(seed: 0), workload, "nothing failed")
        return disk.callCount
    }

    private static func check(
        _ disk: SimulatedDisk, _ workload: Workload, _ circumstances: Comment
    ) throws {
        let store = try EventStore.open("s", on: disk, options: Workload.options)
        #expect(store.status().damage == [], circumstances)
        let found = try persons(in: store)
        for (id, person) in workload.acknowledged { #expect(found[id] == person, circumstances) }
        for id in found.keys { #expect(workload.tried[id] != nil, circumstances) }
        // What no commit names is gone.
        Workload.pass(Limits.replacedFileAge)
        store.releaseReplaced()
        let live = Set(store.tables().events.segments.map(\.path))
        #expect(Set(try files(on: disk, in: "events", 3)) == live, circumstances)
        // Repeats are still known, and a further squash changes nothing.
        let again = Workload(store)
        for (id, device) in found.keys.sorted().compactMap({ id in
            workload.tried[id].map { (id, $0) }
        }) {
            #expect(try again.append(id, device) == 0, circumstances)
        }
        _ = try store.squash()
        #expect(try persons(in: store) == found, circumstances)
        let last = try EventStore.open("s", on: disk.survivor(seed: 8), options: Workload.options)
        #expect(try persons(in: last) == found, circumstances)
    }

    private static func files(
        on disk: SimulatedDisk, in directory: String, _ depth: Int
    ) throws -> [String] {
        try disk.list(directory).flatMap { name -> [String] in
            let path = directory + "/" + name
            if depth == 0 { return [path] }
            return name.hasPrefix("_") ? [] : try files(on: disk, in: path, depth - 1)
        }
    }

    private static func persons(in store: EventStore) throws -> [String: String] {
        var persons: [String: String] = [:]
        for row in try store.tables().persons.rows(["eventId", "personId"]) {
            guard case .string(let id) = row[0], case .string(let person) = row[1] else { continue }
            #expect(persons.updateValue(person, forKey: id) == nil, "\(id) is there twice")
        }
        return persons
    }

    /// Events of two devices, of which one logs in at the beginning; seals, squashes, a restart.
    final class Workload {
        private static let clock = Atomic<Int64>(1_700_000_000_000_000)

        static var options: StoreOptions {
            var options = StoreOptions()
            options.identityCheckpointRowCount = 2
            options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
            // Two seconds a look, so that no pause after a failure is met.
            options.now = { clock.add(2_000_000, ordering: .relaxed).newValue }
            return options
        }

        /// Lets time pass, in µs.
        static func pass(_ time: Int64) { clock.add(time, ordering: .relaxed) }

        private let disk: SimulatedDisk?
        private(set) var store: EventStore?
        private(set) var acknowledged: [String: String] = [:]
        /// The device of each event that was sent.
        private(set) var tried: [String: String] = [:]
        private(set) var squashedCount = 0
        private var repeating = false

        init(_ disk: SimulatedDisk) { self.disk = disk }

        init(_ store: EventStore) {
            disk = nil
            self.store = store
        }

        /// - Parameter repeating: does again what failed.
        func run(repeating: Bool = false) throws {
            self.repeating = repeating
            try open()
            try attempt { try $0.append("login", "D1", event: "identify") }
            for id in ["a", "b"] { try attempt { try $0.append(id, "D1") } }
            try attempt { try $0.store?.seal() }
            try attempt { try $0.append("c", "D2") }
            try attempt { try $0.store?.seal() }
            try attempt { try $0.squash() }
            try attempt { try $0.append("d", "D1") }
            try attempt { try $0.store?.seal() }
            try open()
            try attempt { try $0.squash() }
            // Another login makes what was squashed of the device doubtful, and changes it not.
            try attempt { try $0.append("late", "D2", event: "clear") }
            try attempt { try $0.store?.seal() }
            try attempt { try $0.squash() }
        }

        private func open() throws {
            guard let disk else { return }
            try? store?.close()
            store = nil
            try attempt {
                $0.store = try EventStore.open("s", on: disk, options: Self.options)
            }
        }

        private func attempt(_ body: (Workload) throws -> Void) throws {
            do {
                try body(self)
            } catch {
                guard repeating else { throw error }
                try body(self)
            }
        }

        /// - Returns: the number of events stored.
        @discardableResult
        func append(_ id: String, _ device: String, event: String = "like") throws -> Int {
            guard let store else { return 0 }
            var builder = BatchBuilder(identityKey: store.identityKey)
            var fields: [EventColumn: String] = [.deviceId: device]
            if event == "identify" { fields[.userId] = "U1" }
            builder.add(event, id: id, timestamp: event == "clear" ? 9 : 5, fields: fields)
            tried[id] = device
            let stored = try store.append([builder.batch], durability: .synced)[0].stored
            acknowledged[id] =
                device == "D1" ? "U1" : event == "clear" ? "anon:D2#1" : "anon:D2#0"
            return stored
        }

        private func squash() throws {
            squashedCount += try store?.squash().squashed ?? 0
        }
    }
}
