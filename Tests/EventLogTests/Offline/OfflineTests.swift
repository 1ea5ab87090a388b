import Columns
import Parquet
import TestSupport
import Testing

@testable import EventLog

@Suite("Offline")
struct OfflineTests {
    @Test("escapes of JSON are what they stand for, pairs of surrogates too")
    func escapes() {
        let cases = [
            (#"{"a":"n\u00e9e"}"#, #"{"a":"née"}"#), (#"\ud83d\ude00!"#, "😀!"),
            (#"a\\u0041\n\"\/"#, "a\\u0041\n\"/"), (#"\u00"#, "u00"), ("\\", "\\"), ("", ""),
        ]
        for (json, text) in cases {
            let found = TextColumns.withoutEscapes(Array(json.utf8)[...])
            #expect(String(decoding: found, as: UTF8.self) == text, "\(json)")
        }
    }

    @Test("a row before its place is found, nulls at either end")
    func order() {
        let integers = Column(integers: [1, 2, 0, 0], validity: [1, 1, 0, 0])
        let last = ParquetSortingColumn(leaf: 0, areNullsFirst: false)
        #expect(RowOrder([(last, integers)]).firstMisplacedRow == nil)
        #expect(
            RowOrder([(ParquetSortingColumn(leaf: 0, areNullsFirst: true), integers)])
                .firstMisplacedRow == 2)
        let second = Column(integers: [5, 4, 2, 1])
        #expect(RowOrder([(last, integers), (last, second)]).firstMisplacedRow == 3)
        #expect(RowOrder([]).firstMisplacedRow == nil)
    }

    @Test("the numbers in a name are those of its events")
    func names() {
        #expect(
            SegmentName.range(ofFileNamed: "000000000001-000000196608-0-0.parquet") == 1...196_608)
        #expect(SegmentName.range(ofFileNamed: "000000000009-000000000001-0-0.parquet") == nil)
        #expect(SegmentName.range(ofFileNamed: "saved.parquet") == nil)
    }

    @Test(
        "numbers are known wherever they stand, however few pages there may be",
        arguments: [0, 1, 3, 8192])
    func numberSets(pageCountMax: Int) {
        var random = SplitMix64(seed: 3)
        var set = NumberSet(pageCountMax: pageCountMax)
        var exact: Set<Int64> = []
        let edges: [Int64] = [.min, .max, 0, -1, 65_535, 65_536, -65_536, -65_537]
        let scattered = (0..<500).map { _ in Int64(bitPattern: random.next()) }
        let close = (0..<2_000).map { _ in Int64(random.next() % 300_000) }
        for number in (edges + scattered + close + edges + scattered).shuffled(using: &random) {
            let isNew = set.insert(number)
            let isReallyNew = exact.insert(number).inserted
            #expect(isNew == isReallyNew, "\(number)")
        }
    }

    @Test("events and numbers that stand twice are found, however few are compared at a time")
    func repetitions() throws {
        let directory = try TemporaryDirectory()
        let store = try EventStore.open(directory.path + "/s", options: StoreOptions())
        var builder = BatchBuilder(identityKey: store.identityKey)
        for number in 0..<200 {
            builder.add("like", id: "e\(number)", contentId: "c", timestamp: 1_000_000)
        }
        _ = try store.append([builder.batch], durability: .synced)
        try store.seal()
        let events = store.tables().events
        let twice = EventsTable(
            columns: events.columns, segments: events.segments + events.segments, tail: [])
        for size in [1, 7, 1_000] {
            func run(_ table: EventsTable) throws -> RepetitionAudit.Counts {
                try RepetitionAudit.run(table, observer: ScanObserver(), keyCountMax: size)
            }
            #expect(try run(events) == RepetitionAudit.Counts())
            let counts = try run(twice)
            #expect(counts.repeatedEvents == 200)
            #expect(counts.repeatedNumbers == 200)
            #expect(counts.examples == Array(1...10))
            var diff = EventDiff(
                events, twice, observers: (ScanObserver(), ScanObserver()), keyCountMax: size)
            #expect(try diff.run() == .init(onlyInA: 0, onlyInB: 0, different: 0, same: 200))
        }
        try store.close()
    }
}
