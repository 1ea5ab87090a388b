import Columns
import EventLog
import Synchronization
import TestSupport
import Testing

/// The whole store on a disk that dies, or fails, at every single call of a workload that covers
/// first start, appends, repeats, buffered events, seals and restarts.
///
/// What was sent and what was acknowledged is kept outside. However it ends, the next start must find
/// acknowledged ⊆ stored ⊆ sent, each event once, each batch wholly or not at all; sending everything
/// again must lead to everything once, and that must outlive the next power failure.
@Suite("EventStore on a disk that dies or fails at every call")
struct EventStoreCrashTests {
    private static let noSpace: Int32 = 28
    private static let inputOutput: Int32 = 5

    @Test("a crash at every call loses nothing acknowledged and doubles nothing")
    func crashes() throws {
        let callCount = try Self.callCount()
        #expect(callCount > 60)
        for call in stride(from: 0, to: callCount, by: CrashStep.of(2)) {
            for seed in UInt64(0)..<2 {
                let disk = SimulatedDisk(fault: .crash(call: call))
                let history = History()
                try? Workload(disk, history).run()
                #expect(disk.isDown)
                try Self.check(
                    disk.survivor(seed: seed), history, "crash at call \(call), seed \(seed)")
            }
        }
    }

    @Test("a crash at every call of the start that follows a crash changes nothing")
    func crashesOfRecovery() throws {
        for call in stride(from: 3, to: try Self.callCount(), by: 7) {
            let disk = SimulatedDisk(fault: .crash(call: call))
            let history = History()
            try? Workload(disk, history).run()
            var second = 0
            while true {
                let survivor = disk.survivor(seed: UInt64(call))
                survivor.arm(.crash(call: second))
                _ = try? EventStore.open("s", on: survivor, options: Workload.options)
                guard survivor.isDown else { break }
                try Self.check(
                    survivor.survivor(seed: UInt64(second)), history,
                    "crash at call \(call), then at call \(second) of the start")
                second += 1
            }
            #expect(second > 0)
        }
    }

    @Test(
        "a call that fails once is told, survived and made good by sending again",
        arguments: [noSpace, inputOutput])
    func singleFailures(code: Int32) throws {
        // Another third of the calls for each error.
        let first = code == Self.noSpace ? 0 : 1
        for call in stride(from: first, to: try Self.callCount(), by: CrashStep.of(3)) {
            let disk = SimulatedDisk(fault: .failOnce(call: call, code: code))
            let history = History()
            try Workload(disk, history).runRepeating()
            #expect(history.acknowledged == history.sent, "call \(call) failed")
            try Self.check(disk.survivor(seed: 1), history, "call \(call) failed with \(code)")
        }
    }

    @Test("a disk that stays full, or broken, from any call on takes nothing that was acknowledged")
    func lastingFailures() throws {
        for code in [Self.noSpace, Self.inputOutput] {
            for call in stride(from: 0, to: try Self.callCount(), by: CrashStep.of(4)) {
                let disk = SimulatedDisk(fault: .failFrom(call: call, code: code))
                let history = History()
                try? Workload(disk, history).run()
                try Self.check(
                    disk.survivor(seed: 2), history, "calls from \(call) on failed with \(code)")
            }
        }
    }

    @Test("after calls failed for a while, the same store takes events again")
    func passingFailures() throws {
        for call in stride(from: 0, to: try Self.callCount(), by: CrashStep.of(5)) {
            let disk = SimulatedDisk(fault: .failFrom(call: call, code: Self.noSpace))
            let history = History()
            let workload = Workload(disk, history)
            try? workload.run()
            guard let store = workload.store else { continue }
            disk.arm(.none)
            try history.sendAll(to: store)
            try store.seal()
            #expect(history.acknowledged == history.sent, "calls from \(call) on failed")
            try Self.check(disk.survivor(seed: 3), history, "calls from \(call) on failed")
        }
    }

    @Test("a store on a full disk opens after any crash, shows its events, and recovers by itself")
    func fullAtStart() throws {
        for call in stride(from: 12, to: try Self.callCount(), by: CrashStep.of(3)) {
            let disk = SimulatedDisk(fault: .crash(call: call))
            let history = History()
            try? Workload(disk, history).run()
            let full = disk.survivor(seed: UInt64(call))
            // The first start came to its end and something was sent, or there is nothing to show.
            guard try !full.list("events/_delta_log").isEmpty, try full.exists("LOCK"),
                !history.sent.isEmpty
            else { continue }
            full.arm(.failFrom(call: 0, code: SimulatedDisk.noSpaceCode))
            let store = try EventStore.open("s", on: full, options: Workload.options)
            let found = try History.ids(in: store)
            #expect(history.acknowledged.isSubset(of: found), "crash at call \(call)")
            // A repeat of what is there would be an acknowledgement, too.
            let error = #expect(throws: StoreError.self) { try history.sendAll(to: store) }
            #expect(error?.reason == "disk_full")
            #expect(store.status().writeError == "disk_full")
            full.arm(.none)
            try history.sendAll(to: store)
            #expect(store.status().writeError == nil)
            try Self.check(full.survivor(seed: 5), history, "crash at call \(call), then full")
        }
    }

    @Test("a repeat of an event whose sync failed is no duplicate until it is safe, restart or not")
    func repeatsAfterFailedSync() throws {
        let disk = SimulatedDisk()
        let history = History()
        let store = try EventStore.open("s", on: disk, options: Workload.options)
        try history.send(["a"], to: store, .buffered)
        // The sync fails; nothing but buffered events follow, and the stop is in good order.
        disk.arm(.failOnce(call: 0, code: Self.inputOutput))
        #expect(throws: StoreError.self) { try store.append([], durability: .synced) }
        disk.arm(.none)
        try history.send(["b"], to: store, .buffered)
        try store.close()
        let again = try EventStore.open("s", on: disk, options: Workload.options)
        try history.send(["a"], to: again, .synced)
        try history.send(["b"], to: again, .synced)
        for seed in UInt64(0)..<8 {
            try Self.check(disk.survivor(seed: seed), history, "seed \(seed)")
        }
    }

    // MARK: Helpers

    private static func callCount() throws -> Int {
        let disk = SimulatedDisk()
        let history = History()
        try Workload(disk, history).run()
        #expect(history.acknowledged == history.sent)
        return disk.callCount
    }

    /// Files three levels down: where the segments are.
    private static func fileCount(
        below path: String, on disk: SimulatedDisk, depth: Int = 3
    ) throws -> Int {
        let names = try disk.list(path)
        if depth == 0 { return names.count }
        return try names.filter { $0 != "_delta_log" }.reduce(0) {
            try $0 + fileCount(below: "\(path)/\($1)", on: disk, depth: depth - 1)
        }
    }

    private static func check(
        _ disk: SimulatedDisk, _ history: History, _ circumstances: Comment
    ) throws {
        let history = history.copy()
        let store = try EventStore.open("s", on: disk, options: Workload.options)
        let found = try History.ids(in: store)
        #expect(Set(found).count == found.count, circumstances)
        // Interrupted seals leave nothing for ever.
        #expect(
            try fileCount(below: "events", on: disk) == store.status().segments, circumstances)
        #expect(history.acknowledged.isSubset(of: found), circumstances)
        #expect(history.sent.isSuperset(of: found), circumstances)
        for batch in history.batches {
            let count = batch.count(where: found.contains)
            #expect(count == 0 || count == batch.count, circumstances)
        }
        // Repeats of what is there are acknowledged as duplicates: they must be as safe.
        try history.sendAll(to: store)
        #expect(try History.ids(in: store) == history.sent.sorted(), circumstances)
        let again = try EventStore.open("s", on: disk.survivor(seed: 9), options: Workload.options)
        #expect(try History.ids(in: again) == history.sent.sorted(), circumstances)
    }
}

/// What was sent and acknowledged, as the senders know it.
private final class History {
    private(set) var batches: [[String]] = []
    private(set) var acknowledged: Set<String> = []
    private var buffered: Set<String> = []
    var sent: Set<String> { Set(batches.joined()) }

    func copy() -> History {
        let copy = History()
        (copy.batches, copy.acknowledged, copy.buffered) = (batches, acknowledged, buffered)
        return copy
    }

    static func ids(in store: EventStore) throws -> [String] {
        try store.tables().events.rows(["eventId"]).map { row in
            if case .string(let id) = row[0] { id } else { "?" }
        }.sorted()
    }

    func send(_ ids: [String], to store: EventStore, _ durability: Durability) throws {
        if !batches.contains(ids) { batches.append(ids) }
        var builder = BatchBuilder(identityKey: store.identityKey)
        for id in ids { builder.add("like", id: id, contentId: "c", timestamp: 1) }
        let result = try store.append([builder.batch], durability: durability)[0]
        #expect(result.stored + result.duplicates == ids.count)
        switch durability {
        case .synced: acknowledged.formUnion(ids)
        case .buffered: buffered.formUnion(ids)
        }
    }

    func sync(_ store: EventStore) throws {
        _ = try store.append([], durability: .synced)
        acknowledged.formUnion(buffered)
        buffered = []
    }

    /// The death of the store's process ends the memory of what was only buffered.
    func forgetBuffered() { buffered = [] }

    func sendAll(to store: EventStore) throws {
        for batch in batches { try send(batch, to: store, .synced) }
    }
}

private final class Workload {
    private static let clock = Atomic<Int64>(1_700_000_000_000_000)

    static var options: StoreOptions {
        var options = StoreOptions()
        options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
        // Seven hours a look: no pause after a failure is met, and attempts at one thing fall on several
        // days.
        options.now = { clock.add(7 * 3_600_000_000, ordering: .relaxed).newValue }
        return options
    }

    private let disk: SimulatedDisk
    private let history: History
    private(set) var store: EventStore?
    private var nextID = 0

    init(_ disk: SimulatedDisk, _ history: History) {
        self.disk = disk
        self.history = history
    }

    private typealias Step = @Sendable (Workload) throws -> Void

    private static let steps: [Step] = [
        { try $0.open() },
        { try $0.send(3, .synced) },
        { try $0.send(1, .buffered) },
        { try $0.send(2, .buffered) },
        { try $0.history.sync($0.opened()) },
        { try $0.opened().seal() },
        { try $0.repeatFirst(.synced) },
        { try $0.send(2, .synced) },
        { try $0.send(2, .buffered) },
        { try $0.opened().seal() },
        { try $0.send(1, .buffered) },
        { try $0.repeatLast(.synced) },
        { try $0.close() },
        { try $0.open() },
        { try $0.repeatLast(.synced) },
        { try $0.send(2, .synced) },
        { try $0.opened().seal() },
        { try $0.send(2, .synced) },
        { try $0.close() },
        { try $0.open() },
        { try $0.history.sendAll(to: $0.opened()) },
    ]

    /// Stops at the first failure, as a process that dies.
    func run() throws {
        for step in Self.steps { try step(self) }
    }

    /// Does each step until it succeeds, as daemon and clients do; one failure a step is expected.
    func runRepeating() throws {
        for step in Self.steps {
            do {
                try step(self)
            } catch {
                try step(self)
            }
        }
    }

    private func opened() throws -> EventStore {
        if store == nil { try open() }
        return try #require(store)
    }

    private func open() throws {
        guard store == nil else { return }
        history.forgetBuffered()
        store = try EventStore.open("s", on: disk, options: Self.options)
    }

    private func close() throws {
        guard let store = store else { return }
        self.store = nil
        try store.close()
    }

    private func send(_ count: Int, _ durability: Durability) throws {
        let ids = (nextID..<nextID + count).map { "e\($0)" }
        try history.send(ids, to: opened(), durability)
        nextID += count
    }

    private func repeatFirst(_ durability: Durability) throws {
        try history.send(history.batches[0], to: opened(), durability)
    }

    private func repeatLast(_ durability: Durability) throws {
        try history.send(history.batches[history.batches.count - 1], to: opened(), durability)
    }
}
