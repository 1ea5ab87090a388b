import Columns
import TestSupport
import Testing

@testable import EventLog

/// Commits, checkpoints and removals, with a start now and then, on a disk that dies or fails.
@Suite("checkpoints on a disk that dies or fails at every call")
struct CheckpointCrashTests {
    private static let commitCount = 5
    /// What was committed, by version: two runs of a history are the same.
    private static let states: [CatalogState] = {
        var states: [CatalogState] = []
        _ = try? run(on: SimulatedDisk()) { states.append($0) }
        return states
    }()

    private static func log(_ disk: SimulatedDisk) -> CatalogLog {
        CatalogLog(testing: disk, every: 2, replacedAge: 0)
    }

    /// - Parameter body: gets each state that is known to be committed.
    private static func run(
        on disk: SimulatedDisk, _ body: (CatalogState) -> Void = { _ in }
    ) throws {
        let log = log(disk)
        var history = CatalogHistory(seed: 2)
        var state = try CatalogHistory.create(log)
        body(state)
        for number in 1...commitCount {
            if number == 4 {
                try log.prepare()
                #expect(try log.load() == state)
            }
            state = try log.commit(history.change(of: state), to: state, now: history.now)
            body(state)
        }
    }

    private static func check(
        _ disk: SimulatedDisk, acknowledged: Int, _ circumstances: Comment
    ) throws {
        let log = log(disk)
        let found = try log.load()
        guard let found else {
            #expect(acknowledged == -1, circumstances)
            return
        }
        let version = Int(found.version)
        #expect(version == acknowledged || version == acknowledged + 1, circumstances)
        #expect(found == states[version], circumstances)
        for usesHint in [true, false] {
            #expect(
                try ForeignReader(disk).state(usesHint: usesHint) == found,
                "\(circumstances), hint \(usesHint)")
        }
        // What the next start has seen stays, and the log goes on.
        #expect(try log.prepare().isEmpty, circumstances)
        let survivor = disk.survivor(seed: 7)
        #expect(try self.log(survivor).load() == found, circumstances)
        #expect(try ForeignReader(survivor).state(usesHint: true) == found, circumstances)
        #expect(try !disk.list("events/_delta_log").contains(where: isTemporaryName))
        var (state, history) = (found, CatalogHistory(seed: 77))
        for _ in 0..<2 {
            var change = history.change(of: state)
            change.added = []
            state = try log.commit(change, to: state, now: history.now)
        }
        #expect(try log.load() == state, circumstances)
        #expect(try ForeignReader(disk).state(usesHint: true) == state, circumstances)
        #expect(try log.listing().commits.count <= 7, circumstances)
        #expect(try log.copies() == log.listing().commits, circumstances)
    }

    @Test("a crash at every call leaves a table that we and others read")
    func crashes() throws {
        let whole = SimulatedDisk()
        try Self.run(on: whole)
        for call in 0..<whole.callCount {
            let disk = SimulatedDisk(fault: .crash(call: call))
            var acknowledged = -1
            try? Self.run(on: disk) { acknowledged = Int($0.version) }
            #expect(disk.isDown)
            try Self.check(
                disk.survivor(seed: UInt64(call)), acknowledged: acknowledged,
                "crash at call \(call)")
        }
    }

    @Test("a call that fails, each third in turn, costs a checkpoint at most")
    func failures() throws {
        let whole = SimulatedDisk()
        try Self.run(on: whole)
        for call in stride(from: 0, to: whole.callCount, by: 3) {
            let code = call % 2 == 0 ? SimulatedDisk.noSpaceCode : 5
            let disk = SimulatedDisk(fault: .failOnce(call: call, code: code))
            var acknowledged = -1
            try? Self.run(on: disk) { acknowledged = Int($0.version) }
            disk.arm(.none)
            #expect(disk.openFileCount == 0)
            try Self.check(
                disk, acknowledged: acknowledged, "call \(call) failed with \(code)")
        }
    }
}
