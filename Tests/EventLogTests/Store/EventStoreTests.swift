import Columns
import EventLog
import TestSupport
import Testing

@Suite("EventStore")
struct EventStoreTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func open() throws -> EventStore {
        try EventStore.open(directory.path, options: StoreOptions())
    }

    private func batch(_ store: EventStore, _ ids: [String?], event: String = "like") -> EventBatch
    {
        var builder = BatchBuilder(identityKey: store.identityKey)
        for (number, id) in ids.enumerated() {
            builder.add(event, id: id, contentId: "cnt_\(number % 3)", timestamp: Int64(number))
        }
        return builder.batch
    }

    private func ids(_ store: EventStore) throws -> [String] {
        try store.tables().events.rows(["eventId"]).map { row in
            if case .string(let id) = row[0] { id } else { "?" }
        }.sorted()
    }

    @Test("an appended event is in the tables at once, sealed or not")
    func visible() throws {
        let store = try open()
        let result = try store.append([batch(store, ["a", "b"])], durability: .synced)
        #expect(result == [AppendResult(stored: 2, duplicates: 0, adjusted: 0)])
        #expect(try ids(store) == ["a", "b"])
        #expect(try store.seal() == 2)
        #expect(try ids(store) == ["a", "b"])
        #expect(try store.seal() == 0)
        try store.close()
    }

    @Test("repeats are duplicates: in a batch, in the tail, in a segment, after a restart")
    func duplicates() throws {
        let store = try open()
        #expect(
            try store.append([batch(store, ["a", "a", "b"])], durability: .synced)[0].duplicates
                == 1)
        #expect(try store.append([batch(store, ["b"])], durability: .synced)[0].duplicates == 1)
        try store.seal()
        #expect(try store.append([batch(store, ["a", "c"])], durability: .synced)[0].stored == 1)
        try store.close()
        let again = try open()
        #expect(
            try again.append([batch(again, ["a", "b", "c", "d"])], durability: .synced)
                == [AppendResult(stored: 1, duplicates: 3, adjusted: 0)])
        while again.indexNextSegment() {}
        #expect(try again.append([batch(again, ["a", "d"])], durability: .synced)[0].stored == 0)
        #expect(try ids(again) == ["a", "b", "c", "d"])
        try again.close()
    }

    @Test("the same eventId from two producers is two events")
    func producers() throws {
        let store = try open()
        var other = BatchBuilder(producer: "uid:7", identityKey: store.identityKey)
        other.add("like", id: "a", contentId: "c", timestamp: 1)
        #expect(try store.append([batch(store, ["a"])], durability: .synced)[0].stored == 1)
        #expect(try store.append([other.batch], durability: .synced)[0].stored == 1)
        try store.seal()
        #expect(try store.append([other.batch], durability: .synced)[0].stored == 0)
        try store.close()
    }

    @Test(
        "a repeat in an old segment is known, whether it says what its first copy said or not",
        arguments: [0, 48 << 20])
    func repeatsInOldSegments(setSize: Int) throws {
        var options = StoreOptions()
        options.dedupSetSize = setSize
        let store = try EventStore.open(directory.path, options: options)
        // Several pages a segment, types and contents mixed, so that most pages are pruned.
        func events(_ numbers: [Int], content: String = "cnt", event: [String]) -> EventBatch {
            var builder = BatchBuilder(identityKey: store.identityKey)
            for number in numbers {
                builder.add(
                    event[number % event.count], id: "e\(number)",
                    contentId: "\(content)_\(number % 101)", timestamp: Int64(number))
            }
            return builder.batch
        }
        let types = ["like", "save", "feedEntry"]
        for segment in 0..<3 {
            let numbers = Array(segment * 20_000..<(segment + 1) * 20_000)
            _ = try store.append([events(numbers, event: types)], durability: .synced)
            try store.seal()
        }
        let asked = Array(stride(from: 5, to: 60_000, by: 997))
        let same = try store.append([events(asked, event: types)], durability: .synced)[0]
        #expect(same.duplicates == asked.count)
        // Few: each reads whole segments where none is kept.
        let few = [3, 30_000, 59_999]
        let changed = try store.append(
            [events(few, content: "other", event: ["save"])], durability: .synced)[0]
        #expect(changed.duplicates == few.count)
        let new = try store.append(
            [events([60_000, 60_001], event: types)], durability: .synced)[0]
        #expect(new.stored == 2)
        try store.close()
    }

    @Test("events without an id get one that stays the same after restart and sealing")
    func generatedIDs() throws {
        let store = try open()
        _ = try store.append([batch(store, [nil, nil])], durability: .synced)
        let made = try ids(store)
        #expect(Set(made).count == 2 && made.allSatisfy { $0.hasPrefix("evt_") })
        try store.close()
        let again = try open()
        #expect(try ids(again) == made)
        try again.seal()
        #expect(try ids(again) == made)
        try again.close()
    }

    @Test("a second opener is refused and told who holds the store")
    func locked() throws {
        let store = try open()
        #expect {
            _ = try open()
        } throws: { error in
            guard case StoreError.locked(let pid) = error else { return false }
            return pid != nil
        }
        try store.close()
        try open().close()
    }

    @Test(
        "a peer that is no process has numbers that none has: in the tail, after a restart, in a segment"
    )
    func unknownPeer() throws {
        let expected: [[Value]] = [[.int64(4_294_967_295), .int64(0)], [.int64(0), .int64(42)]]
        let store = try open()
        var other = batch(store, ["a"])
        other.peer = .unknown
        _ = try store.append([other, batch(store, ["b"])], durability: .synced)
        #expect(try store.tables().events.rows(["peerUid", "peerPid"]) == expected)
        try store.close()
        let again = try open()
        #expect(try again.tables().events.rows(["peerUid", "peerPid"]) == expected)
        #expect(try again.seal() == 2)
        #expect(try again.tables().events.rows(["peerUid", "peerPid"]) == expected)
        try again.close()
    }

    @Test("the oldest unsealed event is known until it is in a segment")
    func sealLag() throws {
        let store = try open()
        #expect(store.status().oldestUnsealedAt == nil)
        _ = try store.append([batch(store, ["a"])], durability: .synced)
        #expect(store.status().oldestUnsealedAt == 1_000_000)
        try store.seal()
        #expect(store.status().oldestUnsealedAt == nil)
        try store.close()
    }

    @Test("numbers go on after a restart and are never given twice")
    func sequence() throws {
        var seen: [Int64] = []
        for round in 0..<3 {
            let store = try open()
            _ = try store.append([batch(store, ["r\(round)a", "r\(round)b"])], durability: .synced)
            if round == 1 { try store.seal() }
            seen = try store.tables().events.rows(["seq"]).map { row in
                if case .int64(let seq) = row[0] { seq } else { -1 }
            }
            try store.close()
        }
        #expect(seen.sorted() == [1, 2, 3, 4, 5, 6])
    }

    @Test("custom fields get leaves of the first type seen; what does not fit is kept in extra")
    func customFields() throws {
        let store = try open()
        var builder = BatchBuilder(identityKey: store.identityKey)
        builder.add(
            "custom", id: "1", timestamp: 1,
            custom: [("score", .double(1.5)), ("deep", .json(#"{"a":[1,null]}"#))])
        builder.add("custom", id: "2", timestamp: 2, custom: [("score", .string("high"))])
        builder.add("custom", id: "3", timestamp: 3, custom: [("Score", .bool(true))])
        _ = try store.append([builder.batch], durability: .synced)
        let expected: [[Value]] = [
            [.string("1"), .double(1.5), .string(#"{"data":{"deep":{"a":[1,null]}}}"#)],
            [.string("2"), .null, .string(#"{"data":{"score":"high"}}"#)],
            [.string("3"), .null, .string(#"{"data":{"Score":true}}"#)],
        ]
        let names = ["eventId", "data.score", "extra"]
        #expect(try store.tables().events.rows(names) == expected)
        try store.seal()
        #expect(try store.tables().events.rows(names) == expected)
        try store.close()
        let again = try open()
        #expect(try again.tables().events.rows(names) == expected)
        try again.close()
    }

    @Test("a reader without lock or daemon sees the same rows and changes nothing")
    func reader() throws {
        let store = try open()
        _ = try store.append([batch(store, ["a", "b"])], durability: .synced)
        try store.seal()
        _ = try store.append([batch(store, ["c"])], durability: .synced)
        let reader = try StoreReader(path: directory.path)
        #expect(try reader.tables.events.rows(["eventId"]).count == 3)
        try store.close()
    }

    @Test("a damaged commit of the catalog costs nothing and is reported")
    func damagedCommit() throws {
        let disk = SimulatedDisk()
        let store = try EventStore.open("s", on: disk, options: StoreOptions())
        _ = try store.append([batch(store, ["a", "b"])], durability: .synced)
        try store.seal()
        _ = try store.append([batch(store, ["c"])], durability: .synced)
        try store.close()
        let path = "events/_delta_log/00000000000000000001.json"
        disk.place([0x7B], at: path)
        let again = try EventStore.open("s", on: disk, options: StoreOptions())
        #expect(again.status().damage.count == 1)
        #expect(again.status().damage.first?.hasPrefix(path) == true)
        #expect(try ids(again) == ["a", "b", "c"])
        #expect(try again.append([batch(again, ["a", "c"])], durability: .synced)[0].stored == 0)
        try again.close()
    }

    @Test("of many segments only so many are open at once, also during a query")
    func openSegments() throws {
        var options = StoreOptions()
        options.openSegmentCount = 4
        let disk = SimulatedDisk()
        let store = try EventStore.open("s", on: disk, options: options)
        for number in 0..<12 {
            _ = try store.append([batch(store, ["e\(number)"])], durability: .synced)
            try store.seal()
        }
        #expect(try ids(store).count == 12)
        // The repeats are looked up in every segment.
        let all = batch(store, (0..<12).map { "e\($0)" })
        #expect(try store.append([all], durability: .synced)[0].duplicates == 12)
        // One more is the lock.
        #expect(disk.openFileCount <= 5)
        let scan = try store.tables().events.scan(
            ScanRequest(columns: [0], bounds: [], observer: ScanObserver()))
        #expect(scan.units.count == 12)
        #expect(disk.openFileCount <= 5)
    }

    @Test("pruning leaves out segments and pages, never rows that match")
    func pruning() throws {
        let store = try open()
        for part in 0..<3 {
            var builder = BatchBuilder(identityKey: store.identityKey)
            for number in 0..<40_000 {
                let time = Int64(part * 40_000 + number)
                builder.add(
                    number % 2 == 0 ? "like" : "share", id: "\(part)-\(number)",
                    contentId: "cnt_\(number % 500)", timestamp: time)
            }
            _ = try store.append([builder.batch], durability: .synced)
            if part < 2 { try store.seal() }
        }
        let observer = ScanObserver()
        let all = try store.tables().events.rows(["contentId", "timestamp"])
        let found = try store.tables().events.rows(
            ["contentId", "timestamp"],
            bounds: [
                ("contentId", .oneOf([.string("cnt_7")])),
                ("timestamp", .range(lower: .timestamp(45_000), upper: .timestamp(50_000))),
            ], observer: observer)
        func wanted(_ row: [Value]) -> Bool {
            guard case .timestamp(let time) = row[1] else { return false }
            return row[0] == .string("cnt_7") && (45_000...50_000).contains(time)
        }
        #expect(all.count == 120_000)
        #expect(found.filter(wanted).count == all.filter(wanted).count)
        #expect(all.filter(wanted).count > 0)
        #expect(observer.counts.segmentsPruned == 1)
        #expect(observer.counts.pagesPruned > 0)
        try store.close()
    }
}
