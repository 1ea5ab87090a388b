import Columns
import TestSupport
import Testing

@testable import EventLog

@Suite struct CatalogLogTests {
    private let leaves = [
        CatalogLeaf(path: ["seq"], type: .int64, isNullable: false),
        CatalogLeaf(path: ["timestamp"], type: .timestamp, isNullable: false),
        CatalogLeaf(path: ["event"], type: .string, isNullable: true),
        CatalogLeaf(path: ["data", "position"], type: .int64, isNullable: true),
        CatalogLeaf(path: ["data", "autoplay"], type: .bool, isNullable: true),
        CatalogLeaf(path: ["data", "startupTime"], type: .double, isNullable: true),
    ]

    private func segment(_ seq: ClosedRange<Int64>) -> SegmentEntry {
        SegmentEntry(
            path: "2026/07/01/\(seq.lowerBound)-\(seq.upperBound)-0-0.parquet", size: 1234,
            modificationTime: 1_780_000_000_000, rowCount: seq.count, seq: seq,
            timestamp: 1_780_000_000_000_000...1_780_000_000_500_000,
            event: "heartbeat"..."viewEnd", contentId: "c1"..."c9", contentIdNullCount: 2)
    }

    private func make(_ disk: any Disk) throws -> (CatalogLog, CatalogState) {
        let log = CatalogLog(on: disk, directory: "events")
        let id = JournalFixture.storeID.description
        return (log, try log.create(tableID: id, leaves: leaves, now: 1, properties: ["a": "b"]))
    }

    @Test func aStateLoadsAsItWasCommitted() throws {
        let disk = SimulatedDisk()
        var (log, state) = try make(disk)
        #expect(try log.load() == state)
        #expect(state.storeID == JournalFixture.storeID)
        state = try log.commit(
            CatalogChange(.append, add: [segment(1...10)], journalPosition: 10), to: state, now: 2)
        state = try log.commit(
            CatalogChange(.append, add: [segment(11...12)], journalPosition: 12), to: state, now: 3)
        #expect(try log.load() == state)
        var wider = leaves
        wider.append(CatalogLeaf(path: ["data", "custom"], type: .string, isNullable: true))
        state = try log.commit(
            CatalogChange(
                .compact, add: [segment(1...12)], remove: state.segments.map(\.path),
                leaves: wider), to: state, now: 4)
        #expect(state.version == 3)
        #expect(state.segments == [segment(1...12)])
        #expect(state.leaves == wider)
        #expect(state.journalPosition == 12)
        #expect(try log.load() == state)
    }

    @Test func noTableIsNoState() throws {
        #expect(try CatalogLog(on: SimulatedDisk(), directory: "events").load() == nil)
    }

    @Test func aVersionIsCommittedOnce() throws {
        let disk = SimulatedDisk()
        let (log, state) = try make(disk)
        _ = try log.commit(CatalogChange(.append, add: [segment(1...2)]), to: state, now: 2)
        #expect(throws: CatalogError.conflict(version: 1)) {
            try log.commit(CatalogChange(.append, add: [segment(3...4)]), to: state, now: 2)
        }
        #expect(try log.load()?.segments == [segment(1...2)])
    }

    @Test func aCommitIsWhollyThereOrNotAfterACrashAtAnyCall() throws {
        for call in 0..<24 {
            for seed in 0..<10 as Range<UInt64> {
                let disk = SimulatedDisk()
                let (log, before) = try make(disk)
                disk.arm(.crash(call: call))
                let change = CatalogChange(.append, add: [segment(1...10)], journalPosition: 10)
                let after = try? log.commit(change, to: before, now: 2)
                let survivor = disk.survivor(seed: seed)
                let found = try CatalogLog(on: survivor, directory: "events").load()
                try #require(found == after ?? before || after == nil && found?.version == 1)
                // What the next run finds and builds on stays, whatever happens then.
                let next = CatalogLog(on: survivor, directory: "events")
                try next.prepare()
                let last = survivor.survivor(seed: seed &+ 1)
                try #require(try CatalogLog(on: last, directory: "events").load() == found)
                try #require(
                    try !survivor.list("events/_delta_log").contains(where: isTemporaryName))
            }
        }
    }

    @Test func anErrorAtAnyCallOfACommitLeavesTheOldStateOrTheNew() throws {
        for call in 0..<14 {
            let disk = SimulatedDisk()
            let (log, before) = try make(disk)
            disk.arm(.failOnce(call: call, code: 28))
            let change = CatalogChange(.append, add: [segment(1...10)], journalPosition: 10)
            let after = try? log.commit(change, to: before, now: 2)
            disk.arm(.none)
            try log.prepare()
            let found = try log.load()
            #expect(found == after || after == nil && (found == before || found?.version == 1))
            // A commit that is seen may be built on, so it must be durable by now.
            for seed in 0..<8 as Range<UInt64> {
                let survivor = CatalogLog(on: disk.survivor(seed: seed), directory: "events")
                #expect(try survivor.load() == found, "call \(call), seed \(seed)")
            }
            let next = try log.commit(CatalogChange(.append), to: try #require(found), now: 3)
            #expect(try log.load() == next)
            #expect(disk.openFileCount == 0)
        }
    }

    @Test func aDamagedCommitWithoutASoundCopyIsNamedWithItsLine() throws {
        let disk = SimulatedDisk()
        let (log, state) = try make(disk)
        _ = try log.commit(CatalogChange(.append, add: [segment(1...2)]), to: state, now: 2)
        let path = "events/_delta_log/00000000000000000001.json"
        let bytes = try #require(disk.content(of: path))
        try disk.unlink("catalog/00000000000000000001.json")
        let foreign = "{\"commitInfo\":{}}\n{\"add\":{\"path\":\"x\"}}\n"
        disk.place(Array(foreign.utf8), at: path)
        #expect(throws: CatalogError.damaged(file: path, line: 2, message: "not a sound add")) {
            try log.load()
        }
        for length in 0..<bytes.count {
            disk.place(Array(bytes.prefix(length)), at: path)
            _ = try? log.load()
        }
    }

    /// Among them are flips of a digit in a bound, a path or the journal's position, which are sound
    /// JSON and would be a silent loss.
    @Test func noFlippedBitOfACommitChangesTheState() throws {
        let disk = SimulatedDisk()
        let (log, first) = try make(disk)
        let state = try log.commit(
            CatalogChange(.append, add: [segment(1...2)], journalPosition: 2), to: first, now: 2)
        for version in 0...1 {
            let path = "events/_delta_log/0000000000000000000\(version).json"
            let bytes = try #require(disk.content(of: path))
            let bodyStart = try #require(bytes.firstIndex(of: 0x0A))
            for place in bytes.indices {
                var damaged = bytes
                damaged[place] ^= 1 << UInt8(place % 8)
                disk.place(damaged, at: path)
                var found = try #require(try log.load())
                if place > bodyStart {
                    #expect(found.damage.map(\.file) == [path], "byte \(place)")
                }
                found.damage = []
                #expect(found == state, "byte \(place) of version \(version)")
            }
            disk.place(bytes, at: path)
        }
    }

    @Test func aDamagedCommitIsPutRightAndKept() throws {
        let disk = SimulatedDisk()
        let (log, first) = try make(disk)
        let state = try log.commit(
            CatalogChange(.append, add: [segment(1...2)], journalPosition: 2), to: first, now: 2)
        let path = "events/_delta_log/00000000000000000001.json"
        let copy = "catalog/00000000000000000001.json"
        let bytes = try #require(disk.content(of: path))
        #expect(disk.content(of: copy) == bytes)
        disk.place([0x7B], at: path)
        #expect(try log.load()?.damage.count == 1)
        #expect(try log.prepare().map(\.file) == [path])
        #expect(try log.load() == state)
        #expect(disk.content(of: path) == bytes)
        #expect(disk.content(of: "catalog/damaged/00000000000000000001.json") == [0x7B])
        // The other way round: a damaged copy is made anew.
        disk.place([0x7B], at: copy)
        try log.prepare()
        #expect(disk.content(of: copy) == bytes)
        #expect(try log.load() == state)
    }

    @Test func aCommitThatIsGoneIsTakenFromItsCopyOrAnError() throws {
        let disk = SimulatedDisk()
        var (log, state) = try make(disk)
        state = try log.commit(CatalogChange(.append), to: state, now: 2)
        state = try log.commit(CatalogChange(.append), to: state, now: 3)
        let path = "events/_delta_log/00000000000000000001.json"
        try disk.unlink(path)
        #expect(try log.load()?.damage.map(\.file) == [path])
        try disk.unlink("catalog/00000000000000000001.json")
        #expect(throws: CatalogError.missing(file: path)) { try log.load() }
    }

    @Test func unknownActionsAndFieldsArePassedOver() throws {
        let disk = SimulatedDisk()
        let (log, state) = try make(disk)
        let text = """
            {"domainMetadata":{"domain":"x"}}
            {"txn":{"appId":"somebody","version":99}}
            {"txn":{"appId":"eventlog-journal","version":7,"new":{"a":[1,2.5e3,null]}}}

            """
        disk.place(Array(text.utf8), at: "events/_delta_log/00000000000000000001.json")
        let found = try log.load()
        #expect(found?.journalPosition == 7)
        #expect(found?.segments == state.segments)
    }

    @Test func aNewerTableIsRefused() throws {
        let disk = SimulatedDisk()
        let (log, _) = try make(disk)
        let text = "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7}}\n"
        let path = "events/_delta_log/00000000000000000001.json"
        disk.place(Array(text.utf8), at: path)
        #expect(throws: CatalogError.self) { try log.load() }
    }
}

@Suite struct DeltaStatisticsTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"),
            (1, "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.001Z"),
            (-1, "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z"),
            (951_782_400_000_999, "2000-02-29T00:00:00.000Z", "2000-02-29T00:00:00.001Z"),
            (253_402_300_799_999_000, "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String, String)])
    func timesAreRoundedOutward(_ time: Int64, _ lower: String, _ upper: String) {
        #expect(DeltaTime.textAtOrBefore(time) == lower)
        #expect(DeltaTime.textAtOrAfter(time) == upper)
    }

    @Test func timesReadBackAsBounds() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SplitMix64(seed: seed)
        for _ in 0..<20_000 {
            let time = Int64.random(
                in: -62_135_596_800_000_000...253_402_300_799_998_999,
                using: &generator)
            let lower = DeltaTime.textAtOrBefore(time).flatMap(DeltaTime.time)
            let upper = DeltaTime.textAtOrAfter(time).flatMap(DeltaTime.time)
            guard let lower, let upper else {
                Issue.record("no bound of \(time), seed \(seed)")
                return
            }
            #expect(lower <= time && time <= upper && upper - lower <= 1000, "seed \(seed)")
        }
        #expect(DeltaTime.textAtOrAfter(.max) == nil)
        #expect(DeltaTime.textAtOrBefore(.min) == nil)
    }

    @Test(arguments: [
        "", "2026-13-01T00:00:00Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567Z", "éé26-01-01T00:00:00Z",
    ])
    func aTextThatIsNoTimeIsNone(_ text: String) {
        #expect(DeltaTime.time(in: text) == nil)
    }

    @Test func longStringsAreCutOutward() {
        let long = String(repeating: "é", count: 40)
        let lower = DeltaStatistics.lowerBound(long)
        #expect(lower.unicodeScalars.count == 32)
        #expect(Array(lower.utf8).lexicographicallyPrecedes(Array(long.utf8)))
        let upper = DeltaStatistics.upperBound(long)
        #expect(upper.map { Array(long.utf8).lexicographicallyPrecedes(Array($0.utf8)) } == true)
        let exact = String(repeating: "x", count: 32)
        #expect(DeltaStatistics.upperBound(exact) == exact)
        #expect(DeltaStatistics.upperBound(exact + "\u{10FFFF}z") == nil)
    }
}

@Suite struct CatalogJSONTests {
    private func read(_ text: String) -> CatalogJSON? {
        try? CatalogJSONReader.read(Array(text.utf8)[...])
    }

    @Test(arguments: [
        "null", "true", "[]", "{}", "[1,-2,3.5,\"a\"]", "{\"a\":{\"b\":[false]},\"c\":\"\"}",
        "\"\\\"\\\\ \\u0001 é 😀\"", "9223372036854775807",
    ])
    func whatIsWrittenIsRead(_ text: String) throws {
        let value = try #require(read(text))
        #expect(value.text == text)
        #expect(read(" " + text + "\n") == value)
    }

    @Test func escapesAreUnderstood() {
        #expect(read("\"\\u00e9\\ud83d\\ude00\\n\\/\"") == .string("é😀\n/"))
    }

    @Test(arguments: [
        "", "tru", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "01", "1.", "1e", "-", "+1", "\"",
        "\"\\x\"", "\"\\ud800\"", "\"\\udc00\"", "\"\u{1}\"", "1 2", "{a:1}", "nulll", "1e999",
        String(repeating: "[", count: 100),
    ])
    func whatIsNotJSONIsRefused(_ text: String) {
        #expect(read(text) == nil)
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        #expect((try? CatalogJSONReader.read([0x22, 0xFF, 0x22][...])) == nil)
    }
}

@Suite struct StoreIDTests {
    @Test func anIDReadsBackFromItsText() {
        let id = StoreID.random()
        #expect(StoreID(id.description) == id)
        #expect(JournalFixture.storeID.description == "01234567-89ab-4def-8123-456789abcdef")
        #expect(StoreID("not an id") == nil)
        #expect(StoreID("0123456789ab-4def-8123-456789abcdef-") == nil)
    }
}
