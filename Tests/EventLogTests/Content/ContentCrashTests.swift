import Columns
import EventLog
import Synchronization
import TestSupport
import Testing

/// Content items on a disk that dies, or fails, at every single call. Whatever happens: each item is as
/// it was last acknowledged, or as somebody tried to make it afterwards, and a further start or seal
/// changes nothing.
@Suite("Content items on a disk that dies or fails at every call")
struct ContentCrashTests {
    /// What putters were told, and what they tried since.
    final class History {
        /// Titles by id; `nil` where the item was deleted.
        var acknowledged: [String: String?] = [:]
        var tried: [String: [String?]] = [:]

        func isPossible(_ title: String?, of id: String) -> Bool {
            (acknowledged[id] ?? nil) == title || tried[id, default: []].contains(title)
        }
    }

    @Test("a crash at every call keeps what was acknowledged last")
    func crashes() throws {
        for call in stride(from: 0, to: try Self.callCount(), by: CrashStep.of(5)) {
            let disk = SimulatedDisk(fault: .crash(call: call))
            let history = History()
            try? Workload(disk, history).run()
            #expect(disk.isDown)
            for seed in UInt64(0)..<2 {
                try Self.check(
                    disk.survivor(seed: seed), history, "crash at call \(call), seed \(seed)")
            }
        }
    }

    @Test("a crash at every call of the start that follows a crash changes no item")
    func crashesOfRecovery() throws {
        for call in stride(from: 3, to: try Self.callCount(), by: CrashStep.of(37)) {
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
                second += 3
            }
        }
    }

    @Test("a call that fails once leaves the items as they were acknowledged")
    func singleFailures() throws {
        for call in stride(from: 0, to: try Self.callCount(), by: CrashStep.of(5)) {
            let disk = SimulatedDisk(fault: .failOnce(call: call, code: SimulatedDisk.noSpaceCode))
            let history = History()
            let workload = Workload(disk, history)
            try workload.runRepeating()
            let store = try #require(workload.store)
            for id in Workload.ids {
                #expect(
                    store.contentItem(id)?.document.title == history.acknowledged[id] ?? nil,
                    "call \(call) failed, \(id)")
            }
            try Self.check(disk.survivor(seed: 1), history, "call \(call) failed")
        }
    }

    private static func callCount() throws -> Int {
        let disk = SimulatedDisk()
        let history = History()
        try Workload(disk, history).run()
        #expect(history.acknowledged.count == Workload.ids.count)
        return disk.callCount
    }

    private static func check(
        _ disk: SimulatedDisk, _ history: History, _ circumstances: Comment
    ) throws {
        let store = try EventStore.open("s", on: disk, options: Workload.options)
        #expect(store.status().damage == [], circumstances)
        let titles = try titles(in: store)
        for id in Workload.ids {
            #expect(history.isPossible(titles[id], of: id), circumstances)
        }
        let again = try EventStore.open("s", on: disk.survivor(seed: 7), options: Workload.options)
        #expect(try Self.titles(in: again) == titles, circumstances)
        try again.seal()
        #expect(try Self.titles(in: again) == titles, circumstances)
        let last = try EventStore.open("s", on: disk.survivor(seed: 8), options: Workload.options)
        #expect(try Self.titles(in: last) == titles, circumstances)
    }

    private static func titles(in store: EventStore) throws -> [String: String] {
        var titles: [String: String] = [:]
        for row in try store.tables().content.rows(["contentId", "title"]) {
            if case .string(let id) = row[0], case .string(let title) = row[1] {
                titles[id] = title
            }
        }
        return titles
    }

    /// First start, items put alone and beside events, changed, deleted, put again; seals with and
    /// without changes, restarts.
    final class Workload {
        private static let clock = Atomic<Int64>(1_700_000_000_000_000)
        static let ids = ["a", "b", "c"]

        static var options: StoreOptions {
            var options = StoreOptions()
            options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
            // Two seconds a look, so that no pause after a failure is met.
            options.now = { clock.add(2_000_000, ordering: .relaxed).newValue }
            return options
        }

        private let disk: SimulatedDisk
        private let history: History
        private(set) var store: EventStore?

        init(_ disk: SimulatedDisk, _ history: History) {
            self.disk = disk
            self.history = history
        }

        private static let steps: [@Sendable (Workload) throws -> Void] = [
            { _ = try $0.opened() },
            { try $0.put(["a": "1"]) },
            { try $0.put(["a": "2", "b": "1"]) },
            { try $0.event() },
            { try $0.opened().seal() },
            { try $0.put(["b": nil]) },
            { try $0.event() },
            { try $0.opened().seal() },
            { try $0.event() },
            { try $0.opened().seal() },
            { try $0.put(["b": "2", "c": "1"]) },
            { try $0.close() },
            { _ = try $0.opened() },
            { try $0.put(["c": "2"]) },
            { try $0.opened().seal() },
            { try $0.put(["a": nil]) },
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
            let opened = try EventStore.open("s", on: disk, options: Self.options)
            store = opened
            return opened
        }

        private func put(_ titles: [String: String?]) throws {
            let store = try opened()
            let batches = titles.sorted { $0.key < $1.key }.map { id, title in
                history.tried[id, default: []].append(title)
                var builder = BatchBuilder(identityKey: store.identityKey)
                builder.batch.content = ContentChange(
                    id: id, document: title.map { ContentDocument(topics: ["t"], title: $0) })
                return builder.batch
            }
            _ = try store.append(batches, durability: .synced)
            for (id, title) in titles {
                history.acknowledged.updateValue(title, forKey: id)
                history.tried[id] = []
            }
        }

        private func event() throws {
            let store = try opened()
            var builder = BatchBuilder(identityKey: store.identityKey)
            builder.add("like", id: nil, contentId: "a", timestamp: 1)
            _ = try store.append([builder.batch], durability: .synced)
        }

        private func close() throws {
            guard let store else { return }
            self.store = nil
            try store.close()
        }
    }
}
