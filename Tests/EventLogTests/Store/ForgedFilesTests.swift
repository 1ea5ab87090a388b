import Columns
import TestSupport
import Testing

@testable import EventLog

/// Every checksum is right, and what is said is impossible, or said in the wrong place. Found by fuzzing and by
/// exchanging files: somebody made it so, or restored single files.
@Suite("Files that are sound by themselves and wrong")
struct ForgedFilesTests {
    private static func store(_ disk: SimulatedDisk) throws -> EventStore {
        var options = StoreOptions()
        options.now = { 1_800_000_000_000_000 }
        options.journalGrowth = JournalGrowth(stepMin: 4608, stepMax: 9216)
        return try EventStore.open("s", on: disk, options: options)
    }

    /// A store with segments of one and of two events.
    private static func filled() throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        let store = try Self.store(disk)
        for ids in [["a"], ["b", "c"]] {
            var builder = BatchBuilder(identityKey: store.identityKey)
            for id in ids {
                builder.add("like", id: id, contentId: "c", timestamp: 1_799_999_999_000_000)
            }
            _ = try store.append([builder.batch], durability: .synced)
            try store.seal()
        }
        try store.close()
        return disk
    }

    private static func payload(flags: EventFlags, tail: [UInt8] = []) throws -> [UInt8] {
        var builder = BatchBuilder(identityKey: 7)
        builder.add("like", id: "e", timestamp: 5, flags: flags)
        if !tail.isEmpty {
            let size = UInt32(builder.batch.rows.count - 4 + tail.count)
            builder.batch.rows += tail
            for byte in 0..<4 {
                builder.batch.rows[byte] = UInt8(truncatingIfNeeded: size >> UInt32(8 * byte))
            }
            builder.batch.rowOffsets[1] = UInt32(builder.batch.rows.count)
        }
        var bytes: [UInt8] = []
        builder.batch.appendPayload(rows: [0..<1], to: &bytes)
        return bytes
    }

    private static func read(_ payload: [UInt8]) throws -> EventBatch {
        try payload.withUnsafeBytes { try EventBatch(payload: $0, count: 1, identityKey: 7) }
    }

    @Test("a row with an id and the wish for one, or whose end is no field, is no row")
    func rows() throws {
        #expect(try Self.read(Self.payload(flags: [])).count == 1)
        #expect(throws: EventRowError.unexpectedColumn(.eventId, at: 0)) {
            try Self.read(Self.payload(flags: .generatedID))
        }
        // Behind the id, where nobody looks who only wants the id.
        #expect(throws: EventRowError.self) { try Self.read(Self.payload(flags: [], tail: [0xFF])) }
    }

    @Test("the highest sequence number is one, and the next is not")
    func numbers() throws {
        for (seq, isNumber) in [(Limits.seqMax, true), (Limits.seqMax + 1, false), (.max, false)] {
            let header = JournalFileHeader(storeID: JournalFixture.storeID, firstSeq: seq, nonce: 1)
            var bytes = [UInt8](repeating: 0, count: JournalFormat.fileHeaderSize)
            bytes.withUnsafeMutableBytes { header.write(to: $0) }
            #expect((bytes.withUnsafeBytes { JournalFileHeader(reading: $0) } != nil) == isNumber)
            let record = JournalRecordHeader(
                kind: 1, flags: 0, storedLength: 0, rawLength: 0, firstSeq: seq, count: 1,
                payloadChecksum: 0)
            bytes = [UInt8](repeating: 0, count: JournalFormat.recordHeaderSize)
            bytes.withUnsafeMutableBytes { record.write(to: $0, nonce: 1, offset: 8) }
            let found = bytes.withUnsafeBytes {
                JournalRecordHeader(reading: $0, nonce: 1, offset: 8)
            }
            #expect((found != nil) == isNumber)
            #expect(
                (JournalFormat.firstSeq(ofFileNamed: JournalFormat.fileName(firstSeq: seq)) != nil)
                    == isNumber)
            let text = Array(#"{"txn":{"appId":"eventlog-journal","version":\#(seq)}}"#.utf8)
            #expect(((try? DeltaStep.steps(in: text, file: "c")) != nil) == isNumber)
        }
    }

    @Test("bounds that contradict each other are no statistics", arguments: ["seq", "timestamp"])
    func bounds(column: String) {
        var entry = SegmentEntry(
            path: "p", size: 1, modificationTime: 1, rowCount: 1, seq: 0...0, timestamp: 0...0)
        func isRead(_ low: String, _ high: String) -> Bool {
            DeltaStatistics.read(
                #"{"numRecords":1,"minValues":{"\#(column)":\#(low)},"maxValues":{"\#(column)":\#(high)}}"#,
                into: &entry)
        }
        let (low, high) =
            column == "seq"
            ? ("1", "2") : (#""2026-01-01T00:00:00.000Z""#, #""2027-01-01T00:00:00.000Z""#)
        #expect(isRead(low, high))
        #expect(isRead(low, low))
        #expect(!isRead(high, low))
    }

    @Test("a column that a schema has twice, or as a struct besides, makes it none")
    func schemas() throws {
        let leaf = #"{"name":"a","type":"long","nullable":true}"#
        let structure = #"{"name":"a","type":{"type":"struct","fields":[\#(leaf)]}}"#
        func leaves(_ fields: String...) -> Int? {
            let fields = fields.joined(separator: ",")
            return DeltaSchema.leaves(in: #"{"type":"struct","fields":[\#(fields)]}"#)?.count
        }
        #expect(leaves(leaf) == 1)
        #expect(leaves(structure) == 1)
        // A checkpoint of such a table ended the daemon.
        #expect(leaves(leaf, leaf) == nil)
        #expect(leaves(leaf, structure) == nil)
    }

    @Test("a segment in the place of another is damage, and the others are answered")
    func segments() throws {
        let disk = try Self.filled()
        let store = try Self.store(disk)
        let paths = store.tables().events.segments.map(\.path)
        try store.close()
        try #require(paths.count == 2)
        disk.place(try #require(disk.content(of: paths[0])), at: paths[1])
        let reader = try StoreReader(on: disk)
        let observer = ScanObserver()
        #expect(try reader.tables.events.rows(["eventId"], observer: observer) == [[.string("a")]])
        #expect(observer.damage.map(\.file) == [paths[1]])
        #expect(observer.damage.first?.message.contains("the catalog names one of") == true)
    }

    @Test("a commit in the place of another is damage, and its copy is read")
    func commits() throws {
        let disk = try Self.filled()
        let (first, second) = (
            "events/_delta_log/00000000000000000001.json",
            "events/_delta_log/00000000000000000002.json"
        )
        disk.place(try #require(disk.content(of: first)), at: second)
        let reader = try StoreReader(on: disk)
        #expect(try reader.tables.events.rows(["eventId"]).count == 3)
        #expect(reader.report.damage.map(\.file) == [second])
        try disk.unlink("catalog/00000000000000000002.json")
        // Without the copy the files themselves are read, and nobody who writes opens it.
        let alone = try StoreReader(on: disk)
        #expect(try alone.tables.events.rows(["eventId"]).count == 3)
        #expect(alone.report.damage.map(\.file) == ["events/_delta_log"])
        #expect(alone.report.damage[0].message.contains("it says that it is another version"))
        #expect(throws: StoreError.self) {
            try EventStore.open("s", on: disk, options: StoreOptions())
        }
    }

    @Test("a commit that ends early is damage wherever it ends, and its copy is read")
    func cutCommits() throws {
        let disk = try Self.filled()
        let path = "events/_delta_log/00000000000000000002.json"
        let whole = try #require(disk.content(of: path))
        for count in whole.indices {
            disk.place(Array(whole[..<count]), at: path)
            let reader = try StoreReader(on: disk)
            #expect(try reader.tables.events.rows(["eventId"]).count == 3, "cut to \(count)")
            #expect(reader.report.damage.map(\.file) == [path], "cut to \(count)")
        }
    }
}
