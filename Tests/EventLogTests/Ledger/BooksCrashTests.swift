import EventLog
import Synchronization
import TestSupport
import Testing

/// Ledger and quarantine on a disk that dies, or fails, at every single call. Whatever happens: what
/// was acknowledged is counted, once; nothing is counted that nobody offered; the events stored are as
/// many as the ledger says; and a further start changes no number.
@Suite("Ledger and quarantine on a disk that dies or fails at every call")
struct BooksCrashTests {
    @Test("a crash at every call counts everything acknowledged once and nothing twice")
    func crashes() throws {
        for call in stride(from: 0, to: try Self.callCount(), by: CrashStep.of(5)) {
            let disk = SimulatedDisk(fault: .crash(call: call))
            let history = BooksHistory()
            try? BooksWorkload(disk, history).run()
            #expect(disk.isDown)
            for seed in UInt64(0)..<2 {
                try Self.check(
                    disk.survivor(seed: seed), history, "crash at call \(call), seed \(seed)")
            }
        }
    }

    @Test("a crash at every call of the start that follows a crash changes no number")
    func crashesOfRecovery() throws {
        for call in stride(from: 5, to: try Self.callCount(), by: CrashStep.of(37)) {
            let disk = SimulatedDisk(fault: .crash(call: call))
            let history = BooksHistory()
            try? BooksWorkload(disk, history).run()
            var second = 0
            while true {
                let survivor = disk.survivor(seed: UInt64(call))
                survivor.arm(.crash(call: second))
                _ = try? EventStore.open("s", on: survivor, options: BooksWorkload.options)
                guard survivor.isDown else { break }
                try Self.check(
                    survivor.survivor(seed: UInt64(second)), history,
                    "crash at call \(call), then at call \(second) of the start")
                second += 3
            }
        }
    }

    @Test("a call that fails once leaves numbers that are exactly those acknowledged")
    func singleFailures() throws {
        for call in stride(from: 0, to: try Self.callCount(), by: CrashStep.of(5)) {
            let disk = SimulatedDisk(fault: .failOnce(call: call, code: SimulatedDisk.noSpaceCode))
            let history = BooksHistory()
            let workload = BooksWorkload(disk, history)
            try workload.runRepeating()
            let store = try #require(workload.store)
            let counts = BooksHistory.Counts(store.status().ledger)
            #expect(history.acknowledged.isWithin(counts), "call \(call) failed")
            #expect(
                counts.isWithin(history.acknowledged + history.forgotten), "call \(call) failed")
            let texts = try BooksHistory.texts(in: store).subtracting(history.keptForgotten)
            #expect(
                texts == history.kept.subtracting(history.left.union(history.keptForgotten)),
                "call \(call) failed")
            try Self.check(disk.survivor(seed: 1), history, "call \(call) failed")
        }
    }

    // MARK: Helpers

    private static func callCount() throws -> Int {
        let disk = SimulatedDisk()
        let history = BooksHistory()
        let workload = BooksWorkload(disk, history)
        try workload.run()
        let store = try #require(workload.store)
        #expect(BooksHistory.Counts(store.status().ledger) == history.acknowledged)
        #expect(history.acknowledged.duplicate > 0 && history.left.count > 1)
        #expect(try BooksHistory.texts(in: store) == history.kept.subtracting(history.left))
        return disk.callCount
    }

    private static func check(
        _ disk: SimulatedDisk, _ history: BooksHistory, _ circumstances: Comment
    ) throws {
        let store = try EventStore.open("s", on: disk, options: BooksWorkload.options)
        let counts = BooksHistory.Counts(store.status().ledger)
        #expect(history.durable.isWithin(counts), circumstances)
        #expect(counts.isWithin(history.offered), circumstances)
        #expect(
            try store.tables().events.rows(["seq"]).count == Int(counts.stored), circumstances)
        let texts = try BooksHistory.texts(in: store)
        #expect(
            history.kept.subtracting(history.leftOffered).isSubset(of: texts), circumstances)
        #expect(texts.isSubset(of: history.keptOffered.subtracting(history.left)), circumstances)
        #expect(store.status().quarantine.events == texts.count, circumstances)

        let again = try EventStore.open(
            "s", on: disk.survivor(seed: 7), options: BooksWorkload.options)
        #expect(BooksHistory.Counts(again.status().ledger) == counts, circumstances)
        #expect(try BooksHistory.texts(in: again) == texts, circumstances)
        try again.seal()
        #expect(BooksHistory.Counts(again.status().ledger) == counts, circumstances)
        #expect(try BooksHistory.texts(in: again) == texts, circumstances)
    }
}

/// First start, refusals beside events and alone, duplicates, events taken out, seals with and without
/// events, restarts.
final class BooksWorkload {
    private static let clock = Atomic<Int64>(1_700_000_000_000_000)

    static var options: StoreOptions {
        var options = StoreOptions()
        options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
        // Two seconds a look, so that no pause after a failure is met.
        options.now = { clock.add(2_000_000, ordering: .relaxed).newValue }
        return options
    }

    private let disk: SimulatedDisk
    private let history: BooksHistory
    private(set) var store: EventStore?

    init(_ disk: SimulatedDisk, _ history: BooksHistory) {
        self.disk = disk
        self.history = history
    }

    private static let steps: [@Sendable (BooksWorkload) throws -> Void] = [
        { _ = try $0.opened() },
        { try $0.send(2, 1, 2, .synced) },
        { try $0.send(0, 1, 1, .buffered) },
        { try $0.send(0, 0, 1, .synced) },
        { try $0.opened().seal() },
        { try $0.send(0, 2, 2, .synced) },
        { try $0.takeOut() },
        { try $0.opened().seal() },
        { try $0.send(1, 0, 1, .buffered) },
        { try $0.close() },
        { _ = try $0.opened() },
        { try $0.takeOut() },
        { try $0.send(1, 2, 0, .synced) },
        { try $0.opened().seal() },
        { try $0.send(0, 1, 1, .synced) },
    ]

    func run() throws {
        for step in Self.steps { try step(self) }
    }

    /// The same with one more attempt at each step that failed.
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
        if let store { return store }
        history.forgetBuffered()
        let opened = try EventStore.open("s", on: disk, options: Self.options)
        store = opened
        return opened
    }

    private func send(
        _ new: Int, _ repeats: Int, _ refused: Int, _ durability: Durability
    ) throws {
        try history.send(
            new: new, repeats: repeats, refused: refused, to: opened(), durability)
    }

    private func takeOut() throws { try history.takeOut(from: opened()) }

    private func close() throws {
        guard let store else { return }
        self.store = nil
        try store.close()
        history.settle()
    }
}
