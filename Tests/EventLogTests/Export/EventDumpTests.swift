import Columns
import TestSupport
import Testing

@testable import EventLog

@Suite("Dump")
struct EventDumpTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func append(_ text: [UInt8], to store: EventStore) throws -> AppendResult {
        var options = IngestOptions()
        options.archive = true
        var parser = EventParser(
            producer: "uid:1", peer: PeerCredentials(uid: 1, gid: 1, pid: 1),
            identityKey: store.identityKey, options: options)
        let block = text.withUnsafeBytes { parser.parse($0, firstLine: 1, now: noon) }
        return try store.append([block.batch], durability: .synced)[0]
    }

    private func dump(
        _ store: EventStore, from first: Int64 = 0, sortSizeMax: Int = Limits.dumpSortSizeMax
    ) throws -> (text: [UInt8], counts: EventDump.Counts) {
        var dump = EventDump(
            store.tables().events, observer: ScanObserver(), sortSizeMax: sortSizeMax)
        var text: [UInt8] = []
        let counts = try dump.run(from: first) { text.append(contentsOf: $0) }
        return (text, counts)
    }

    /// A store of two segments and a tail, each with events of all kinds.
    private func filledStore(_ name: String) throws -> (store: EventStore, events: Int) {
        let store = try EventStore.open(directory.path + "/" + name, options: StoreOptions())
        var random = RandomEvent(seed: 42)
        var events = 0
        for round in 0..<3 {
            let text = (0..<400).map { _ in random.line() }.joined(separator: "\n")
            events += try append(Array(text.utf8), to: store).stored
            if round < 2 { try store.seal() }
        }
        return (store, events)
    }

    private func ids(_ text: [UInt8]) throws -> [String?] {
        try parse(bytes: text, archive: true).batch.count == 0
            ? [] : rows(of: parse(bytes: text, archive: true).batch).map { $0["eventId"] }
    }

    @Test("all events come in the order of arrival, sealed or not, however little fits into memory")
    func order() throws {
        let (store, events) = try filledStore("a")
        let all = try store.tables().events.rows(["seq", "eventId"])
        let expected = all.compactMap { row -> (Int64, String)? in
            guard case .int64(let seq) = row[0], case .string(let id) = row[1] else { return nil }
            return (seq, id)
        }.sorted { $0.0 < $1.0 }
        let whole = try dump(store)
        #expect(whole.counts == .init(events: events, bytes: whole.text.count))
        #expect(try ids(whole.text) == expected.map(\.1))
        for size in [1, 5_000, 60_000] {
            #expect(try dump(store, sortSizeMax: size).text == whole.text)
        }
        // Numbers have gaps: what was refused meanwhile has some too.
        let half = expected.dropFirst(events / 2)
        let from = try #require(half.first?.0)
        #expect(try ids(try dump(store, from: from).text) == half.map(\.1))
        let last = try #require(expected.last?.0)
        #expect(try dump(store, from: last + 1).text.isEmpty)
        try store.close()
    }

    @Test("a dump sent to another store makes the same store, and sent twice it makes it once")
    func again() throws {
        let (store, events) = try filledStore("a")
        let text = try dump(store).text
        let copy = try EventStore.open(directory.path + "/b", options: StoreOptions())
        #expect(try append(text, to: copy).stored == events)
        #expect(
            try append(text, to: copy).duplicates == events, "every event has an id by now")
        try copy.seal()
        // Fields that were set aside may change places among themselves.
        func readable(_ text: [UInt8]) throws -> [ReadableRow] {
            try rows(of: parse(bytes: text, archive: true).batch)
        }
        let copied = try readable(dump(copy).text)
        #expect(try copied.count == store.tables().events.rows(["seq"]).count)
        #expect(try copied == readable(text))
        try store.close()
        try copy.close()
    }

    @Test("an empty store has nothing to say")
    func empty() throws {
        let store = try EventStore.open(directory.path, options: StoreOptions())
        #expect(try dump(store).text.isEmpty)
        try store.close()
    }

    @Test("a store is dumped from outside, while its daemon goes on")
    func offline() throws {
        let (store, events) = try filledStore("a")
        let reader = try StoreReader(path: directory.path + "/a")
        var dump = EventDump(reader.tables.events, observer: ScanObserver())
        var lines = 0
        let counts = try dump.run { lines += $0.count { $0 == 0x0A } }
        #expect(counts.events == events && lines == events)
        try store.close()
    }
}
