import Columns
import Synchronization
import TestSupport
import Testing

@testable import EventLog

/// Segments are put together on a disk that dies, or fails, at every single call. Whatever happens: each
/// acknowledged event is there once, repeats are known, and no file is left over.
// One clock for all: a test that lets time pass must not do so under another.
@Suite("Compaction on a disk that dies or fails at any call", .serialized)
struct CompactionCrashTests {
    @Test("a crash at any call keeps every event, once")
    func crashes() throws {
        for call in stride(from: 0, to: try Self.callCount(), by: CrashStep.of(16)) {
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

    @Test("a call that fails once changes nothing but a step that is to be repeated")
    func singleFailures() throws {
        for call in stride(from: 1, to: try Self.callCount(), by: CrashStep.of(16)) {
            let disk = SimulatedDisk(fault: .failOnce(call: call, code: SimulatedDisk.noSpaceCode))
            let workload = Workload(disk)
            try workload.run(repeating: true)
            let store = try #require(workload.store)
            #expect(try Self.ids(in: store) == workload.acknowledged, "call \(call) failed")
            #expect(try store.compact(isForced: true) == nil, "call \(call) failed")
            #expect(store.compactionPlan(isForced: true).damaged == 0, "call \(call) failed")
            try Self.check(disk.survivor(seed: 1), workload, "call \(call) failed")
        }
    }

    private static func callCount() throws -> Int {
        let disk = SimulatedDisk()
        let workload = Workload(disk)
        try workload.run()
        #expect(workload.stepCount == 4)
        try check(disk.survivor(seed: 0), workload, "nothing failed")
        return disk.callCount
    }

    private static func check(
        _ disk: SimulatedDisk, _ workload: Workload, _ circumstances: Comment
    ) throws {
        let store = try EventStore.open("s", on: disk, options: Workload.options)
        #expect(store.status().damage == [], circumstances)
        let found = try ids(in: store)
        #expect(found.isSuperset(of: workload.acknowledged), circumstances)
        #expect(found.isSubset(of: workload.tried), circumstances)
        // What no commit names is gone, and what one names is there.
        Workload.pass(Limits.replacedFileAge)
        store.releaseReplaced()
        let live = Set(store.tables().events.segments.map(\.path))
        #expect(Set(try files(on: disk, in: "events", 3)) == live, circumstances)
        // Repeats are still known, and what is put together later says the same.
        let again = Workload(store)
        for id in found.sorted() {
            #expect(try again.append([id], late: false) == 0, circumstances)
        }
        while try store.compact(isForced: true) != nil {}
        #expect(try ids(in: store) == found, circumstances)
        let last = try EventStore.open("s", on: disk.survivor(seed: 8), options: Workload.options)
        #expect(try ids(in: last) == found, circumstances)
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

    private static func ids(in store: EventStore) throws -> Set<String> {
        var ids: Set<String> = []
        for row in try store.tables().events.rows(["eventId"]) {
            guard case .string(let id) = row[0] else { continue }
            #expect(ids.insert(id).inserted, "\(id) is there twice")
        }
        return ids
    }

    /// Events of two days; seals, compactions between them, a restart.
    final class Workload {
        private static let clock = Atomic<Int64>(1_700_000_000_000_000)

        static var options: StoreOptions {
            var options = StoreOptions()
            options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
            // Two seconds a look, so that no pause after a failure is met.
            options.now = { clock.add(2_000_000, ordering: .relaxed).newValue }
            return options
        }

        /// Lets time pass, in µs.
        static func pass(_ time: Int64) { clock.add(time, ordering: .relaxed) }

        private let disk: SimulatedDisk?
        private(set) var store: EventStore?
        private(set) var acknowledged: Set<String> = []
        private(set) var tried: Set<String> = []
        private(set) var stepCount = 0
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
            try attempt { try $0.append(["a", "b"], late: true) }
            try attempt { try $0.store?.seal() }
            try attempt { try $0.append(["c"], late: false) }
            try attempt { try $0.store?.seal() }
            try attempt { try $0.compactAll() }
            try attempt { try $0.append(["d", "e"], late: true) }
            try attempt { try $0.store?.seal() }
            try open()
            try attempt { try $0.compactAll() }
            try attempt { try $0.append(["f"], late: false) }
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

        /// - Parameter late: whether the second one is of the day before.
        /// - Returns: the number of events stored.
        @discardableResult
        func append(_ ids: [String], late: Bool) throws -> Int {
            guard let store else { return 0 }
            var builder = BatchBuilder(identityKey: store.identityKey)
            for (number, id) in ids.enumerated() {
                let time = 1_700_000_000_000_000 - (late && number == 1 ? 86_400_000_000 : 0)
                builder.add("like", id: id, contentId: "c", timestamp: Int64(time))
            }
            tried.formUnion(ids)
            let stored = try store.append([builder.batch], durability: .synced)[0].stored
            acknowledged.formUnion(ids)
            return stored
        }

        private func compactAll() throws {
            while try store?.compact(isForced: true) != nil { stepCount += 1 }
        }
    }
}
