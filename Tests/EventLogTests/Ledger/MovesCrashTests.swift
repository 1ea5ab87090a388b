import Columns
import Synchronization
import TestSupport
import Testing

@testable import EventLog

/// Events leave the table on a disk that dies, or fails, at every single call. Whatever happens: of each
/// producer the ledger counts as stored what the table has, no event is in two buckets or in none, and a
/// further start changes no number.
@Suite("Moves in the ledger on a disk that dies or fails at every call")
struct MovesCrashTests {
    @Test("a crash at any call leaves sums that are exact")
    func crashes() throws {
        for call in stride(from: 0, to: try Self.callCount(), by: CrashStep.of(24)) {
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

    @Test("a call that fails once leaves sums that are exact, at once and after a start")
    func singleFailures() throws {
        for call in stride(from: 0, to: try Self.callCount(), by: CrashStep.of(24)) {
            let disk = SimulatedDisk(fault: .failOnce(call: call, code: SimulatedDisk.noSpaceCode))
            let workload = Workload(disk)
            try workload.run(repeating: true)
            let store = try #require(workload.store)
            try Self.checkSums(store, workload, "call \(call) failed")
            #expect(store.status().ledger.expired == 6, "call \(call) failed")
            #expect(store.status().ledger.erased == 2, "call \(call) failed")
            try Self.check(disk.survivor(seed: 1), workload, "call \(call) failed")
        }
    }

    @Test("where the ledger is lost, what has gone since its file counts")
    func lostLedger() throws {
        let disk = SimulatedDisk()
        let workload = Workload(disk)
        try workload.run()
        let store = try #require(workload.store)
        try store.seal()
        let (segment, stored) = (store.tables().events.segments[0], store.status().ledger.stored)
        try workload.remove(segment)
        for name in try disk.list(LedgerFile.directory) {
            try disk.unlink(LedgerFile.directory + "/" + name)
        }
        try disk.synchronizeDirectory(LedgerFile.directory)
        let again = try EventStore.open(
            "s", on: disk.survivor(seed: 1), options: BooksWorkload.options)
        let ledger = again.status().ledger
        #expect(ledger.stored == stored - Int64(segment.entry.rowCount))
        #expect(ledger.expired == Int64(segment.entry.rowCount))
    }

    private static func callCount() throws -> Int {
        let disk = SimulatedDisk()
        let workload = Workload(disk)
        try workload.run()
        let store = try #require(workload.store)
        try checkSums(store, workload, "nothing failed")
        #expect(store.status().ledger.expired == 6)
        #expect(store.status().ledger.erased == 2)
        return disk.callCount
    }

    private static func check(
        _ disk: SimulatedDisk, _ workload: Workload, _ circumstances: Comment
    ) throws {
        let store = try EventStore.open("s", on: disk, options: BooksWorkload.options)
        #expect(store.status().damage == [], circumstances)
        try checkSums(store, workload, circumstances)
        let totals = store.status().ledger
        let again = try EventStore.open(
            "s", on: disk.survivor(seed: 7), options: BooksWorkload.options)
        #expect(again.status().ledger == totals, circumstances)
        try again.seal()
        #expect(again.status().ledger == totals, circumstances)
        try checkSums(again, workload, circumstances)
    }

    private static func checkSums(
        _ store: EventStore, _ workload: Workload, _ circumstances: Comment
    ) throws {
        let totals = store.status().ledger
        let offered = totals.stored + totals.erased + totals.expired
        #expect(
            (Int64(workload.acknowledged)...Int64(workload.tried)).contains(offered),
            circumstances)
        var found: [String: Int64] = [:]
        for row in try store.tables().events.rows(["producer"]) {
            if case .string(let name) = row[0] { found[name, default: 0] += 1 }
        }
        var counted: [String: Int64] = [:]
        for row in store.view.withLock({ $0.books.ledger.rows })
        where row.key.bucket == .stored {
            counted[row.key.producer, default: 0] += row.amount.events
        }
        #expect(found == counted, circumstances)
        #expect(store.status().ledger.stored == found.values.reduce(0, +), circumstances)
    }

    /// Two producers, a removal of a whole segment, one of rows, compaction of what is left, starts.
    final class Workload {
        private let disk: SimulatedDisk
        private(set) var store: EventStore?
        private(set) var acknowledged = 0
        private(set) var tried = 0
        private var repeating = false

        init(_ disk: SimulatedDisk) { self.disk = disk }

        /// - Parameter repeating: does again what failed.
        func run(repeating: Bool = false) throws {
            self.repeating = repeating
            try open()
            try append(["a": "uid:1", "b": "uid:2", "c": "uid:1"])
            try attempt { try $0.store?.seal() }
            try append(["d": "uid:1", "e": "uid:2"])
            try attempt { try $0.store?.seal() }
            try append(["f": "uid:1", "g": "uid:2", "h": "uid:1"])
            try attempt { try $0.store?.seal() }
            try append(["i": "uid:2"])
            try attempt { try $0.removeFirst(rowCount: 3) }
            try attempt { try $0.removeRow(ofRowCount: 3) }
            try append(["j": "uid:1"])
            try open()
            try attempt { try $0.removeRow(ofRowCount: 2) }
            try attempt { while try $0.store?.compact(isForced: true) != nil {} }
            try attempt { try $0.removeFirst(rowCount: 3) }
            try append(["k": "uid:3"])
        }

        private func open() throws {
            try? store?.close()
            store = nil
            try attempt {
                $0.store = try EventStore.open("s", on: disk, options: BooksWorkload.options)
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

        private func append(_ events: [String: String]) throws {
            tried += events.count
            try attempt {
                guard let store = $0.store else { return }
                var batches: [EventBatch] = []
                for (id, producer) in events.sorted(by: { $0.key < $1.key }) {
                    var builder = BatchBuilder(
                        producer: producer, identityKey: store.identityKey,
                        receivedAt: 1_700_000_000_000_000)
                    builder.add("like", id: id, contentId: "c", timestamp: 1_700_000_000_000_000)
                    batches.append(builder.batch)
                }
                _ = try store.append(batches, durability: .synced)
            }
            acknowledged += events.count
        }

        /// Removes the first segment of so many rows, if there is one still.
        private func removeFirst(rowCount: Int) throws {
            guard
                let segment = store?.tables().events.segments.first(where: {
                    $0.entry.rowCount == rowCount
                })
            else { return }
            try remove(segment)
        }

        func remove(_ segment: SegmentFile) throws {
            guard let store else { return }
            try store.rewriting.withLock { _ in
                let moves = try store.moves(of: [segment], to: .expired)
                #expect(moves.eventCount == Int64(segment.entry.rowCount))
                _ = try store.replace([segment], by: [], .expire, moving: moves)
            }
        }

        /// Removes the first row of the first segment that has so many.
        private func removeRow(ofRowCount rowCount: Int) throws {
            guard let store,
                let segment = store.tables().events.segments.first(where: {
                    $0.entry.rowCount == rowCount
                })
            else { return }
            try store.rewriting.withLock { _ in
                let isKept = [false] + [Bool](repeating: true, count: rowCount - 1)
                let outputs = try store.merge([segment], nil).run(
                    keyValues: store.footer(nil)
                ) { _ in RowDivision(keeping: isKept) }
                _ = try store.replace(
                    [segment], by: outputs, .erase,
                    moving: store.moves(of: [segment], except: isKept, to: .erased))
            }
        }
    }
}
