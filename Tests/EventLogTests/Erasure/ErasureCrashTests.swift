import Columns
import TestSupport
import Testing

@testable import EventLog

/// A person is erased on a disk that dies, or fails, at any call. Whatever happens: nobody else loses an event,
/// and a request that was answered is carried out after the next start.
@Suite("Erasing on a disk that dies or fails at any call")
struct ErasureCrashTests {
    private static let ids = ["anna-1", "phone-1"]
    private static let others = ["x", "y", "z"]

    private struct Progress {
        var request: String?
        var isDone = false
    }

    /// - Returns: how far it came.
    private static func run(
        on disk: SimulatedDisk, repeating: Bool = false
    ) throws -> (ErasedStore, Progress) {
        var progress = Progress()
        let it = try repeating ? (try? ErasedStore(disk)) ?? ErasedStore(disk) : ErasedStore(disk)
        @discardableResult
        func attempt<Result>(_ body: () throws -> Result) throws -> Result {
            guard repeating else { return try body() }
            return try (try? body())
                ?? {
                    // So that no pause after a failure is met.
                    it.clock.value += 10_000_000
                    return try body()
                }()
        }
        try attempt { try it.append("like", "x", device: "other-1", at: 1) }
        try attempt { try it.append("like", "a", device: "phone-1", at: 1) }
        _ = try attempt { try it.store.seal() }
        try attempt { try it.append("identify", "i", device: "phone-1", user: "anna-1", at: 2) }
        try attempt { try it.append("like", "y", device: "other-1", user: "bert-1", at: 2) }
        _ = try attempt { try it.store.seal() }
        while try attempt({ try it.store.compact(isForced: true) }) != nil {}
        try attempt { try it.append("like", "b", device: "phone-1", user: "anna-1", at: 3) }
        try attempt { try it.append("like", "z", user: "bert-1", at: 3) }
        it.clock.value += 60_000_000
        let request = try attempt { try it.store.requestErasure(of: "anna-1") }
        progress.request = request.id
        let receipt = try attempt { try it.store.erase(request.id) }
        progress.isDone = receipt?.status == .erased
        return (it, progress)
    }

    private static func callCount() throws -> Int {
        let disk = SimulatedDisk()
        let (it, progress) = try run(on: disk)
        #expect(progress.isDone)
        #expect(try Set(it.persons.keys) == Set(others))
        return disk.callCount
    }

    /// What holds after a start of what is left.
    private static func check(
        _ disk: SimulatedDisk, _ circumstances: Comment, mustBeDone: Bool = false
    ) throws {
        let it = try ErasedStore(disk)
        it.clock.value += 120_000_000
        #expect(it.store.status().damage == [], circumstances)
        let pending = it.store.pendingErasures()
        let before = Set(try it.persons.keys)
        if !pending.isEmpty || mustBeDone {
            #expect(before.isDisjoint(with: ["a", "i", "b"]), circumstances)
        }
        for id in pending { _ = try it.store.erase(id) }
        let after = Set(try it.persons.keys)
        #expect(after.intersection(others) == before.intersection(others), circumstances)
        #expect(it.store.pendingErasures() == [], circumstances)
        if !pending.isEmpty || mustBeDone {
            try ErasedStore.expectNoHits(ids, on: disk, circumstances)
            // The replay of what is gone is refused.
            #expect(
                try it.append("like", "b", device: "phone-1", user: "anna-1", at: 3).erasedRows == [
                    0
                ],
                circumstances)
        }
        // The books add up: each event that is not there any more was erased.
        let ledger = it.store.status().ledger
        #expect(ledger.stored == Int64(try it.persons.count), circumstances)
    }

    @Test("a crash at any call leaves the others, and a request that is carried out")
    func crashes() throws {
        for call in stride(from: 0, to: try Self.callCount(), by: CrashStep.of(29)) {
            let disk = SimulatedDisk(fault: .crash(call: call))
            let progress = try? Self.run(on: disk).1
            #expect(disk.isDown)
            for seed in UInt64(0)..<2 {
                try Self.check(
                    disk.survivor(seed: seed), "crash at call \(call), seed \(seed)",
                    mustBeDone: progress?.isDone ?? false)
            }
        }
    }

    @Test("a call that fails once is made up for")
    func singleFailures() throws {
        for call in stride(from: 1, to: try Self.callCount(), by: CrashStep.of(29)) {
            let disk = SimulatedDisk(fault: .failOnce(call: call, code: SimulatedDisk.noSpaceCode))
            let (it, progress) = try Self.run(on: disk, repeating: true)
            #expect(try Set(it.persons.keys) == Set(Self.others), "call \(call) failed")
            #expect(progress.isDone, "call \(call) failed")
            try Self.check(disk.survivor(seed: 1), "call \(call) failed", mustBeDone: true)
        }
    }
}
