import TestSupport
import Testing

@testable import EventLog

/// Whatever happens, and whenever: the table is readable, and is the version that was published
/// last or the one that was on its way. A start leaves nothing behind that it does not name.
@Suite("the identity table on a disk that dies or fails at every call")
struct IdentityLakeCrashTests {
    private static let versionCount = 3

    /// Version n has the devices up to n, with a logout each, in files of a few rows.
    private static func map(_ number: Int) -> IdentityMap {
        var map = IdentityMap()
        map.apply((0...number).map { .clear(device: "D\($0)", time: 5) })
        return map
    }

    /// Publishes all versions, with a start before each second one.
    /// - Returns: how many were published.
    @discardableResult
    private static func run(
        on disk: SimulatedDisk, from first: Int = 0, checkpointEvery commitCount: Int64 = 100
    ) throws -> Int {
        var policy = CatalogLog.Policy()
        policy.commitCount = commitCount
        policy.replacedAge = 0
        let lake = IdentityLake(disk: disk, policy: policy)
        var newest: IdentityLakeVersion?
        var mustSweep = true
        var number = first
        var failureCount = 0
        while number < versionCount {
            do {
                if mustSweep || number % 2 == 0 { newest = try lake.sweep() }
                mustSweep = true
                newest = try lake.publish(
                    map(number), position: Int64(number), after: newest,
                    tableID: StoreID(high: 1, low: 2), now: 1)
                mustSweep = false
                number += 1
            } catch {
                failureCount += 1
                if disk.isDown || failureCount > 1 { break }
            }
        }
        return number
    }

    private static func check(
        _ disk: SimulatedDisk, published: Int, _ circumstances: Comment
    ) throws {
        func isPossible(_ table: PublishedTable?) -> Bool {
            guard let table else { return published == 0 }
            return Int(table.position) + 1 >= published && table.position <= published
                && table.rows.count == 2 * Int(table.position + 1)
        }
        let found = try PublishedTable(on: disk)
        #expect(isPossible(found), circumstances)
        let foreign = try ForeignReader(disk, directory: "identity").state(usesHint: true)
        #expect(foreign?.version == found?.version, circumstances)
        let lake = IdentityLake(disk: disk)
        let swept = try lake.sweep()
        #expect(swept?.position == found?.position, circumstances)
        let names = try disk.list("identity").filter { !$0.hasPrefix("_") }
        #expect(names == found?.files ?? [], circumstances)
        // What a start has seen stays, whatever happens next.
        #expect(try PublishedTable(on: disk.survivor(seed: 9)) == found, circumstances)
        try run(on: disk, from: versionCount - 1)
        #expect(
            try PublishedTable(on: disk)?.rows.count == 2 * versionCount, circumstances)
    }

    @Test(
        "a crash at every call leaves the old version or the new one",
        arguments: [100, 1] as [Int64])
    func crashes(checkpointEvery commitCount: Int64) throws {
        let whole = SimulatedDisk()
        #expect(
            try Self.run(on: whole, checkpointEvery: commitCount) == Self.versionCount)
        for call in 0..<whole.callCount {
            let disk = SimulatedDisk(fault: .crash(call: call))
            let published = try Self.run(on: disk, checkpointEvery: commitCount)
            #expect(disk.isDown)
            for seed in UInt64(0)..<2 {
                try Self.check(
                    disk.survivor(seed: seed), published: published,
                    "crash at call \(call), seed \(seed)")
            }
        }
    }

    @Test("a crash at every call of the start and the publication after a crash does too")
    func crashesOfTheNextStart() throws {
        let whole = SimulatedDisk()
        try Self.run(on: whole)
        for call in stride(from: 1, to: whole.callCount, by: 5) {
            let disk = SimulatedDisk(fault: .crash(call: call))
            let published = try Self.run(on: disk)
            var second = 0
            while true {
                let survivor = disk.survivor(seed: UInt64(call))
                let found = try PublishedTable(on: survivor).map { Int($0.position) + 1 } ?? 0
                survivor.arm(.crash(call: second))
                let again = try Self.run(on: survivor, from: min(published, Self.versionCount - 1))
                guard survivor.isDown else { break }
                let left = try PublishedTable(on: survivor.survivor(seed: UInt64(second)))
                #expect(
                    (left.map { Int($0.position) + 1 } ?? 0) >= min(found, again),
                    "crash at call \(call), then at call \(second) of the start")
                second += 2
            }
        }
    }

    @Test(
        "a call that fails leaves the old version or the new one, and the next attempt goes on",
        arguments: [SimulatedDisk.noSpaceCode, 5])
    func singleFailures(code: Int32) throws {
        let whole = SimulatedDisk()
        try Self.run(on: whole)
        for call in 0..<whole.callCount {
            let disk = SimulatedDisk(fault: .failOnce(call: call, code: code))
            #expect(try Self.run(on: disk) == Self.versionCount, "call \(call)")
            for seed in UInt64(0)..<1 {
                try Self.check(
                    disk.survivor(seed: seed), published: Self.versionCount,
                    "call \(call) failed, seed \(seed)")
            }
        }
    }
}
