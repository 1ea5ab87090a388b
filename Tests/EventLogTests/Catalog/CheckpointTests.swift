import Columns
import Parquet
import TestSupport
import Testing

@testable import EventLog

@Suite("checkpoints of the catalog")
struct CheckpointTests {
    private func names(_ disk: SimulatedDisk, _ directory: String = "events/_delta_log") throws
        -> [String]
    {
        try disk.list(directory).map { $0.replacing("00000000000000000", with: "") }
    }

    @Test(
        "a state is the same from a checkpoint, from all commits, and as it was committed",
        arguments: UInt64(1)...4)
    func sameState(seed: UInt64) throws {
        let (disk, plain) = (SimulatedDisk(), SimulatedDisk())
        let log = CatalogLog(testing: disk, every: 7, replacedAge: .max / 2)
        let plainLog = CatalogLog(testing: plain, every: .max, replacedAge: 0)
        var history = CatalogHistory(seed: seed)
        var state = try CatalogHistory.create(log)
        _ = try CatalogHistory.create(plainLog)
        for _ in 0..<40 {
            let change = history.change(of: state)
            let next = try log.commit(change, to: state, now: history.now)
            #expect(try plainLog.commit(change, to: state, now: history.now) == next)
            state = next
        }
        #expect(!state.removed.isEmpty)
        #expect(try names(disk).count { $0.hasSuffix(".checkpoint.parquet") } == 5)
        #expect(try names(plain).count { $0.hasSuffix(".parquet") } == 0)
        #expect(try log.load() == state)
        #expect(try plainLog.load() == state)
        for usesHint in [true, false] {
            #expect(try ForeignReader(disk).state(usesHint: usesHint) == state)
        }
        // The commits that a checkpoint covers are not needed.
        for version in 0..<35 as Range<Int64> {
            try disk.unlink(log.path(of: version))
            if let copy = log.copyPath(of: version) { try disk.unlink(copy) }
        }
        #expect(try log.load() == state)
        #expect(try log.prepare().isEmpty)
        #expect(try history.run(log, 9, from: state) == log.load())
    }

    @Test("a checkpoint comes with every hundredth commit")
    func everyHundred() throws {
        let disk = SimulatedDisk()
        let log = CatalogLog(on: disk, directory: "events")
        var state = try CatalogHistory.create(log)
        for _ in 0..<99 { state = try log.commit(CatalogChange(.append), to: state, now: 1) }
        #expect(try log.listing().checkpoints == [])
        state = try log.commit(CatalogChange(.append), to: state, now: 1)
        #expect(try log.listing().checkpoints == [100])
        #expect(Limits.checkpointCommitCount == 100)
        let hint = try #require(disk.content(of: log.hintPath))
        let size = try #require(disk.content(of: log.path(ofCheckpoint: 100))).count
        #expect(
            String(decoding: hint, as: UTF8.self)
                == "{\"version\":100,\"size\":3,\"sizeInBytes\":\(size),\"numOfAddFiles\":0}")
    }

    @Test("what a checkpoint replaced goes once the time is over, and not before")
    func removal() throws {
        let disk = SimulatedDisk()
        let log = CatalogLog(testing: disk, every: 2, replacedAge: 1000)
        var state = try CatalogHistory.create(log)
        func commit(at now: Int64) throws {
            state = try log.commit(CatalogChange(.append), to: state, now: now)
        }
        for _ in 1...6 { try commit(at: 5000) }
        #expect(try log.listing().checkpoints == [2, 4, 6])
        // The checkpoint of version 4 was replaced by that of 6 before the commit of 7.
        try commit(at: 6000)
        try commit(at: 6999)
        #expect(try log.listing().commits == Array(2...8), "that of 4 replaced 2 at 5000")
        #expect(try log.listing().checkpoints == [2, 4, 6, 8])
        #expect(try log.copies() == Array(2...8))
        try commit(at: 6999)
        try commit(at: 7000)
        #expect(try log.listing().checkpoints == [4, 6, 8, 10])
        #expect(try log.listing().commits == Array(4...10))
        #expect(try log.copies() == Array(4...10))
        for _ in 0..<6 { try commit(at: 99_000) }
        // However old, one before the newest stays, with the commits since, and who began with the
        // newest a moment ago finds what was there.
        try commit(at: 200_000)
        try commit(at: 300_000)
        #expect(try log.listing().checkpoints == [14, 16, 18])
        #expect(try log.listing().commits == Array(14...18))
        #expect(try log.load() == state)
        #expect(try ForeignReader(disk).state(usesHint: true) == state)
        #expect(try log.wasUsed())
    }

    @Test("a removed segment is remembered for a day, in order of time")
    func removedSegments() throws {
        let disk = SimulatedDisk()
        let log = CatalogLog(testing: disk, every: 2, replacedAge: 0)
        var history = CatalogHistory(seed: 3)
        var state = try history.run(log, 12, from: try CatalogHistory.create(log))
        let entries = Array(state.segments.prefix(2))
        let before = state.removed
        let now = history.now + Limits.removedSegmentAge
        for (entry, later) in zip(entries, [5, 3] as [Int64]) {
            state = try log.commit(
                CatalogChange(.expire, remove: [entry.path]), to: state, now: history.now + later)
        }
        let removed = zip(entries, [5, 3] as [Int64]).map {
            RemovedSegment(path: $0.path, size: $0.size, deletionTimestamp: history.now + $1)
        }
        #expect(state.removed.filter { !before.contains($0) } == removed.reversed())
        #expect(try log.load() == state)
        for (later, count) in [(3, 2), (4, 1), (5, 1), (6, 0)] as [(Int64, Int)] {
            state = try log.commit(CatalogChange(.append), to: state, now: now + later)
            #expect(state.removed == removed.reversed().suffix(count))
            #expect(try log.load() == state)
        }
        #expect(Limits.removedSegmentAge == 24 * 3600 * 1000)
    }

    // MARK: Damage

    /// A log of 18 commits, with the checkpoints of versions 12 and 16.
    private struct Sample {
        var disk: SimulatedDisk
        var log: CatalogLog
        var state: CatalogState
        var history: CatalogHistory
    }

    private func sample(_ seed: UInt64) throws -> Sample {
        let disk = SimulatedDisk()
        let log = CatalogLog(testing: disk, every: 4, replacedAge: 0)
        var history = CatalogHistory(seed: seed)
        let state = try history.run(log, 18, from: try CatalogHistory.create(log))
        #expect(try log.listing().checkpoints == [12, 16])
        return Sample(disk: disk, log: log, state: state, history: history)
    }

    @Test("a damaged or missing checkpoint is made good by the one before and the commits since")
    func oneCheckpoint() throws {
        for version in [12, 16] as [Int64] {
            for replacement in [[0x50], nil] as [[UInt8]?] {
                var sample = try sample(4)
                let (disk, log, state) = (sample.disk, sample.log, sample.state)
                let path = log.path(ofCheckpoint: version)
                if let replacement {
                    disk.place(replacement, at: path)
                } else {
                    try disk.unlink(path)
                }
                let isSeen = replacement != nil && version == 16
                var found = try #require(try log.load())
                #expect(found.damage.map(\.file) == (isSeen ? [path] : []))
                found.damage = []
                #expect(found == state)
                // A start puts it right for others too, and keeps what it was.
                #expect(try log.prepare().map(\.file) == (replacement != nil ? [path] : []))
                #expect(try log.load() == state)
                for usesHint in [true, false] {
                    #expect(try ForeignReader(disk).state(usesHint: usesHint) == state)
                }
                if let replacement {
                    let kept = "catalog/damaged/" + DeltaCheckpoint.fileName(version)
                    #expect(disk.content(of: kept) == replacement)
                }
                #expect(try log.prepare().isEmpty)
                let next = try sample.history.run(log, 9, from: state)
                #expect(try log.load() == next)
                #expect(try ForeignReader(disk).state(usesHint: true) == next)
            }
        }
    }

    @Test("where nothing makes a checkpoint good, the store says which it is")
    func allCheckpoints() throws {
        let sample = try sample(5)
        let (disk, log) = (sample.disk, sample.log)
        for version in [12, 16] as [Int64] { disk.place([], at: log.path(ofCheckpoint: version)) }
        let path = log.path(ofCheckpoint: 16)
        #expect {
            try log.load()
        } throws: { error in
            guard case CatalogError.damaged(path, _, _) = error else { return false }
            return true
        }
        #expect(throws: CatalogError.self) { try log.prepare() }
    }

    @Test("a checkpoint tells that there was a commit")
    func lostCommit() throws {
        let disk = SimulatedDisk()
        let log = CatalogLog(testing: disk, every: 4, replacedAge: 0)
        var history = CatalogHistory(seed: 6)
        let state = try history.run(log, 16, from: try CatalogHistory.create(log))
        try disk.unlink(log.path(of: 16))
        #expect(try log.load() == state)
        disk.place([], at: log.path(ofCheckpoint: 16))
        #expect(try log.load()?.damage.count == 2)
        try disk.unlink("catalog/" + DeltaCommit.fileName(16))
        #expect(throws: CatalogError.self) { try log.load() }
    }

    @Test("a hint that is damaged, missing or wrong is made anew by a start")
    func hints() throws {
        let sample = try sample(7)
        let (disk, log, state) = (sample.disk, sample.log, sample.state)
        let hint = try #require(disk.content(of: log.hintPath))
        for wrong in ["", "{", "{\"version\":4}", "{\"version\":99}", "[]"] {
            disk.place(Array(wrong.utf8), at: log.hintPath)
            #expect(try log.load() == state)
            #expect(try log.prepare().isEmpty)
            #expect(disk.content(of: log.hintPath) == hint, "\(wrong)")
        }
        try disk.unlink(log.hintPath)
        try log.prepare()
        #expect(disk.content(of: log.hintPath) == hint)
    }

    @Test("damage in commits that a checkpoint covers costs nothing and is told once")
    func coveredCommits() throws {
        let sample = try sample(8)
        let (disk, log, state) = (sample.disk, sample.log, sample.state)
        let (path, copy) = (log.path(of: 14), "catalog/" + DeltaCommit.fileName(14))
        let text = disk.content(of: path)
        disk.place([0x7B], at: path)
        #expect(try log.load() == state)
        #expect(try log.prepare().map(\.file) == [path])
        #expect(disk.content(of: path) == text)
        for file in [path, copy] { disk.place([0x7B], at: file) }
        #expect(try log.prepare().map(\.file) == [path])
        #expect(try log.prepare().isEmpty)
        #expect(try log.load() == state)
    }

    @Test("the checkpoints of others are passed over")
    func foreign() throws {
        let disk = SimulatedDisk()
        let log = CatalogLog(testing: disk, every: 100, replacedAge: 0)
        var history = CatalogHistory(seed: 9)
        let state = try history.run(log, 5, from: try CatalogHistory.create(log))
        var writer = NestedParquetWriter(fields: [NestedField("x", .list(.int32))])
        try writer.append([.null])
        disk.place(writer.finish(), at: log.path(ofCheckpoint: 3))
        #expect(try log.load() == state)
        #expect(try log.prepare().isEmpty)
    }

    @Test("a log of many commits gets its checkpoint at a start")
    func overdue() throws {
        let disk = SimulatedDisk()
        var history = CatalogHistory(seed: 10)
        let old = CatalogLog(testing: disk, every: .max, replacedAge: 0)
        let state = try history.run(old, 30, from: try CatalogHistory.create(old))
        for (every, checkpoints) in [(31, []), (30, [30])] as [(Int64, [Int64])] {
            let log = CatalogLog(testing: disk, every: every, replacedAge: 0)
            #expect(try log.prepare().isEmpty)
            #expect(try log.listing().checkpoints == checkpoints)
            #expect(try log.load() == state)
        }
    }

    @Test("flipped bytes and truncations of a checkpoint are noticed or harmless")
    func bytes() throws {
        let sample = try sample(11)
        let (disk, log, state) = (sample.disk, sample.log, sample.state)
        let path = log.path(ofCheckpoint: 16)
        let bytes = try #require(disk.content(of: path))
        let truth = try DeltaCheckpoint.replay(bytes, version: 16, file: path)?
            .state(version: 16, file: path)
        func check(_ damaged: [UInt8], _ comment: Comment) throws {
            let found = try? DeltaCheckpoint.replay(damaged, version: 16, file: path)?
                .state(version: 16, file: path)
            #expect(found == nil || found == truth, comment)
        }
        // Each byte of a smaller file is the matter of the tests of nested rows.
        for place in stride(from: 0, to: bytes.count, by: 5) {
            var damaged = bytes
            damaged[place] ^= 1 << UInt8(place % 8)
            try check(damaged, "byte \(place)")
            if place % 55 == 0 {
                disk.place(damaged, at: path)
                var found = try #require(try log.load())
                found.damage = []
                #expect(found == state, "byte \(place)")
            }
        }
        for count in stride(from: 0, to: bytes.count, by: 29) {
            try check(Array(bytes.prefix(count)), "\(count) bytes")
        }
        #expect(throws: CatalogError.self) {
            try DeltaCheckpoint.replay(bytes, version: 15, file: path)
        }
    }
}
