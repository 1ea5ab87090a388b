import Columns
import Query
import Synchronization
import TestSupport
import Testing

@testable import EventLog

/// Rollups are made, replaced and left behind by an expiry on a disk that dies, or fails, at any call. Whatever
/// happens: no event counts twice, none is missing, and no file is left over.
@Suite("Rollups on a disk that dies or fails at any call")
struct RollupCrashTests {
    private static let question =
        "FROM events |> AGGREGATE count(*) AS n, count(DISTINCT deviceId) AS d GROUP BY contentId"
    private static let cutoff = RollupWorkload.start + 12 * RollupWorkload.hour

    /// - Returns: how many events are acknowledged.
    private static func run(_ disk: SimulatedDisk, _ count: inout Int) throws {
        var workload = try RollupWorkload(seed: 3, disk: disk)
        for _ in 0..<2 {
            try workload.append(20)
            count = workload.count
            try workload.store.seal()
        }
        try workload.buildAll()
        try workload.compactAll()
        try workload.buildAll()
        try workload.expire(before: cutoff)
        try workload.buildAll()
    }

    /// - Parameter counts: how many events there may be.
    private static func check(
        _ disk: SimulatedDisk, _ counts: ClosedRange<Int>, _ note: Comment
    ) throws {
        let store = try EventStore.open("s", on: disk, options: RollupWorkload.options)
        #expect(store.status().damage == [], note)
        let asker = RollupAsker(store.tables())
        func total() throws -> Int64 {
            try RollupAsker(store.tables()).rows(question).reduce(0) { sum, row in
                if case .int64(let count) = row[1] { sum + count } else { sum }
            }
        }
        let found = try total()
        #expect(counts.contains(Int(found)), note)
        let answer = try asker.rows(question)
        while try store.buildRollup() != nil {}
        while try store.compact(isForced: true) != nil {}
        while try store.buildRollup() != nil {}
        #expect(try RollupAsker(store.tables()).rows(question) == answer, note)
        let live = Set(store.view.withLock { $0.rollupFiles.map(\.file.path) })
        let waiting = Set(store.replaced.withLock { $0.map(\.path) })
        for grain in RollupGrain.allCases {
            for path in try files(on: disk, in: grain.directory) {
                #expect(live.contains(path) || waiting.contains(path), "\(note): \(path)")
            }
        }
    }

    private static func files(on disk: SimulatedDisk, in directory: String) throws -> [String] {
        try disk.list(directory).flatMap { name -> [String] in
            let path = directory + "/" + name
            if name == "_delta_log" { return [] }
            return name.contains(".") ? [path] : try files(on: disk, in: path)
        }
    }

    private static func callCount() throws -> Int {
        let disk = SimulatedDisk()
        var count = 0
        try run(disk, &count)
        try check(disk.survivor(seed: 0), count...count, "nothing failed")
        return disk.callCount
    }

    @Test("a crash at any call loses nothing and counts nothing twice")
    func crashes() throws {
        for call in stride(from: 0, to: try Self.callCount(), by: CrashStep.of(29)) {
            let disk = SimulatedDisk(fault: .crash(call: call))
            var count = 0
            try? Self.run(disk, &count)
            #expect(disk.isDown)
            // What was being acknowledged may be there or not.
            try Self.check(
                disk.survivor(seed: UInt64(call)), count...count + 20, "crash at call \(call)")
        }
    }

    @Test("a call that fails once leaves a store that goes on")
    func singleFailures() throws {
        for call in stride(from: 1, to: try Self.callCount(), by: CrashStep.of(29)) {
            let disk = SimulatedDisk(fault: .failOnce(call: call, code: SimulatedDisk.noSpaceCode))
            var count = 0
            try? Self.run(disk, &count)
            try Self.check(disk.survivor(seed: 1), count...count + 20, "call \(call) failed")
        }
    }
}
