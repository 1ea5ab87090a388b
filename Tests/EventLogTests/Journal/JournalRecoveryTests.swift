import TestSupport
import Testing

@testable import EventLog

/// Write, crash at every call, recover (crashing again), and compare with what was promised.
@Suite struct JournalRecoveryTests {
    private let storeID = JournalFixture.storeID

    /// What a sender was told.
    private struct Promises {
        var appended: [Batch] = []
        /// How many of them are durable.
        var syncedCount = 0
    }

    /// Appends and syncs until something fails; a failed file is followed by a new one, once.
    private func write(_ disk: SimulatedDisk, _ promises: inout Promises) {
        do {
            let directory = try JournalDirectory(
                storeID: storeID, creatingOn: disk, growth: JournalFixture.growth)
            try writeFile(on: disk, from: 1, through: 6, &promises)
            try writeFile(on: disk, from: 7, through: 12, &promises)
            try directory.retire(through: 0)
        } catch {}
    }

    private func writeFile(
        on disk: SimulatedDisk, from first: Int64, through last: Int64, _ promises: inout Promises
    ) throws {
        var writer = try JournalWriter(
            creating: first, storeID: storeID, on: disk, growth: JournalFixture.growth)
        for seq in stride(from: first, through: last, by: 2) {
            for batch in [Batch(seq, size: 30), Batch(seq + 1, size: 300)] {
                writer.append(batch)
                promises.appended.append(batch)
            }
            try writer.write()
            try writer.synchronize()
            promises.syncedCount = promises.appended.count
        }
        try writer.close()
    }

    private func replay(
        _ disk: any Disk, after position: Int64 = 0
    ) throws -> (batches: [Batch], replay: JournalReplay) {
        var batches: [Batch] = []
        let directory = JournalDirectory(storeID: storeID, on: disk, growth: JournalFixture.growth)
        let replay = try directory.replay(after: position) { batches.append(Batch($0)) }
        return (batches, replay)
    }

    private func recover(_ disk: SimulatedDisk) throws -> [Batch] {
        let directory = try JournalDirectory(
            storeID: storeID, creatingOn: disk, growth: JournalFixture.growth)
        var batches: [Batch] = []
        let replay = try directory.replay(after: 0) { batches.append(Batch($0)) }
        try directory.rewrite(replay, after: 0)
        return batches
    }

    private func check(_ found: [Batch], _ promises: Promises, _ note: Comment) throws {
        // A torn first record may leave a sound second one; both belong to a write that was not
        // synced, so the prefix is exact up to there.
        try #require(Set(found).isSubset(of: promises.appended), note)
        try #require(Set(found).count == found.count, note)
        try #require(
            Array(found.prefix(promises.syncedCount))
                == Array(promises.appended.prefix(promises.syncedCount)), note)
    }

    private func callCount() throws -> Int {
        let disk = SimulatedDisk()
        var promises = Promises()
        write(disk, &promises)
        #expect(promises.syncedCount == 12)
        return disk.callCount
    }

    @Test func syncedRecordsSurviveACrashAtAnyCallAndAnotherDuringRecovery() throws {
        var cases = 0
        for call in 0...(try callCount()) {
            for seed in 0..<4 as Range<UInt64> {
                let disk = SimulatedDisk(fault: .crash(call: call))
                var promises = Promises()
                write(disk, &promises)
                var survivor = disk.survivor(seed: seed)
                let first = try replay(survivor).batches
                try check(first, promises, "call \(call), seed \(seed)")
                // Recovery crashes at a call of its own, and what comes next is the same.
                survivor.arm(.crash(call: Int(seed) * 3 + call % 3))
                let isDone = (try? recover(survivor)) != nil
                survivor = survivor.survivor(seed: seed &+ 77)
                let second = try recover(survivor)
                try #require(second == first, "call \(call), seed \(seed), \(isDone)")
                let third = try replay(survivor)
                try #require(third.batches == first, "call \(call), seed \(seed)")
                try #require(third.replay.damage.isEmpty)
                try #require(third.replay.files.isEmpty || third.replay.endedCleanly)
                cases += 1
            }
        }
        #expect(cases > 100)
    }

    @Test func anErrorAtAnyCallLosesNothingThatWasSynced() throws {
        for call in 0..<(try callCount()) {
            for code in [5, 28] as [Int32] {
                let disk = SimulatedDisk(fault: .failOnce(call: call, code: code))
                var promises = Promises()
                write(disk, &promises)
                #expect(disk.openFileCount == 0)
                let survivor = disk.survivor(seed: UInt64(call))
                try check(try recover(survivor), promises, "call \(call)")
                // Without a crash the system still shows what it dropped: it must be rewritten.
                disk.arm(.none)
                let found = try recover(disk)
                try check(found, promises, "call \(call)")
                let after = try replay(disk.survivor(seed: UInt64(call) &+ 1)).batches
                try #require(after == found, "call \(call)")
            }
        }
    }

    @Test func aCrashWhileAFileIsCreatedIsNoDamage() throws {
        for call in 0..<8 {
            for seed in 0..<20 as Range<UInt64> {
                let disk = try JournalFixture.disk()
                disk.arm(.crash(call: call))
                do {
                    let writer = try JournalWriter(
                        creating: 1, storeID: storeID, on: disk, growth: JournalFixture.growth)
                    try writer.close()
                } catch {}
                let (batches, found) = try replay(disk.survivor(seed: seed))
                try #require(batches.isEmpty && found.damage.isEmpty, "call \(call), seed \(seed)")
            }
        }
    }

    @Test func aFileWhoseFirstWriteFailedIsReplacedByItsSuccessor() throws {
        for call in 0..<2 {
            let disk = try JournalFixture.disk()
            var failed = try JournalWriter(
                creating: 1, storeID: storeID, on: disk, growth: JournalFixture.growth)
            disk.arm(.failOnce(call: call, code: 28))
            failed.append(Batch(1, size: 10))
            do {
                try failed.write()
                try failed.synchronize()
                Issue.record("call \(call) did not fail")
            } catch {}
            try failed.close()
            var next = try JournalWriter(
                creating: 1, storeID: storeID, on: disk, growth: JournalFixture.growth)
            next.append(Batch(1, count: 2, payload: [7]))
            try next.close()
            let (batches, replay) = try replay(disk.survivor(seed: 1))
            #expect(batches == [Batch(1, count: 2, payload: [7])])
            #expect(replay.damage.isEmpty)
        }
    }

    @Test func aNewFileTakesThePlaceOfWhatAFailedOneHoldsFromItsNumberOn() throws {
        let disk = try JournalFixture.disk()
        var failed = try JournalWriter(
            creating: 1, storeID: storeID, on: disk, growth: JournalFixture.growth)
        failed.append(Batch(1, size: 10))
        failed.append(Batch(2, payload: [9, 9]))
        try failed.write()
        try failed.close()
        var next = try JournalWriter(
            creating: 2, storeID: storeID, on: disk, growth: JournalFixture.growth)
        next.append(Batch(2, count: 2, payload: [7]))
        try next.close()
        let (batches, replay) = try replay(disk)
        #expect(batches == [Batch(1, size: 10), Batch(2, count: 2, payload: [7])])
        #expect(replay.damage.isEmpty)
        #expect(replay.lastSeq == 3)
    }

    @Test func recordsThatAreSealedAreNotReplayed() throws {
        let disk = SimulatedDisk()
        var promises = Promises()
        write(disk, &promises)
        #expect(try replay(disk, after: 4).batches.map(\.firstSeq) == Array(5...12))
        #expect(try replay(disk, after: 12).batches.isEmpty)
        let directory = JournalDirectory(storeID: storeID, on: disk, growth: JournalFixture.growth)
        try directory.retire(through: 5)
        #expect(try directory.files().map(\.firstSeq) == [1, 7])
        try directory.retire(through: 6)
        #expect(try directory.files().map(\.firstSeq) == [7])
        try directory.retire(through: 12)
        #expect(try directory.files().map(\.firstSeq) == [7])
        let (_, found) = try replay(disk, after: 12)
        try directory.rewrite(found, after: 12)
        #expect(try directory.files().isEmpty)
    }

    @Test func leadingEventsThatAreSealedAreCounted() throws {
        let disk = try JournalFixture.disk()
        var writer = try JournalWriter(
            creating: 1, storeID: storeID, on: disk, growth: JournalFixture.growth)
        writer.append(Batch(1, count: 10, size: 5))
        try writer.close()
        var covered: [Int] = []
        let directory = JournalDirectory(storeID: storeID, on: disk, growth: JournalFixture.growth)
        _ = try directory.replay(after: 4) { covered.append($0.coveredCount) }
        #expect(covered == [4])
    }

    @Test func aDamagedFileIsKeptAsideAndTheRestReplayed() throws {
        let disk = SimulatedDisk()
        var promises = Promises()
        write(disk, &promises)
        var bytes = disk.content(of: JournalFixture.path(1)) ?? []
        bytes[JournalFormat.firstRecordOffset + 50] ^= 4
        disk.place(bytes, at: JournalFixture.path(1))
        let found = try recover(disk)
        #expect(found == Array(promises.appended.dropFirst()))
        let name = JournalFormat.fileName(firstSeq: 1)
        #expect(disk.content(of: "journal/damaged/" + name) == bytes)
        let (after, replay) = try replay(disk)
        #expect(after == found)
        #expect(replay.damage.isEmpty)
    }
}
