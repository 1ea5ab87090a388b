import Columns
import TestSupport
import Testing

@testable import EventLog

/// What those see who follow the events.
@Suite("Follow")
struct FollowTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func append(
        _ count: Int, _ durability: Durability, to store: EventStore
    ) throws {
        var options = IngestOptions()
        options.archive = true
        var parser = EventParser(
            producer: "uid:1", peer: PeerCredentials(uid: 1, gid: 1, pid: 1),
            identityKey: store.identityKey, options: options)
        let text = (0..<count).map { _ in #"{"event":"own","contentId":"c"}"# }
            .joined(separator: "\n")
        let block = Array(text.utf8).withUnsafeBytes {
            parser.parse($0, firstLine: 1, now: noon)
        }
        _ = try store.append([block.batch], durability: durability)
    }

    @Test("what is only buffered is not durable until something is synced, or sealed")
    func durableSeq() throws {
        let path = directory.path + "/a"
        let store = try EventStore.open(path, options: StoreOptions())
        #expect(store.durableSeq == 0 && store.newestSeq == 0)
        try append(2, .buffered, to: store)
        #expect(store.durableSeq == 0 && store.newestSeq == 2)
        try append(1, .synced, to: store)
        #expect(store.durableSeq == 3)
        try append(2, .buffered, to: store)
        #expect(store.durableSeq == 3 && store.newestSeq == 5)
        try store.seal()
        #expect(store.durableSeq == 5 && store.followed().durableSeq == 5)
        try append(1, .buffered, to: store)
        try store.close()
        let again = try EventStore.open(path, options: StoreOptions())
        #expect(again.durableSeq == 6 && again.storeTag == store.storeTag)
        try again.close()
    }

    @Test("blocks of unsealed events that a scan by number cannot need are not handed out")
    func prunedBlocks() throws {
        let store = try EventStore.open(directory.path + "/b", options: StoreOptions())
        for _ in 0..<3 { try append(Tail.blockRowCount / 2 + 100, .synced, to: store) }
        let events = store.tables().events
        func rows(_ range: ClosedRange<Int64>) throws -> Int {
            let bound = ColumnBound(
                column: Int(EventColumn.seq.rawValue),
                .range(lower: .int64(range.lowerBound), upper: .int64(range.upperBound)))
            let request = ScanRequest(columns: [0], bounds: [bound], observer: ScanObserver())
            return try events.scan(request).units.reduce(0) { $0 + $1.rowCount }
        }
        let size = Int64(Tail.blockRowCount)
        #expect(try rows(1...size) == Tail.blockRowCount)
        #expect(try rows(size + 1...size + 1) == Int(events.lastSeq - size))
        #expect(try rows(size...size + 1) == Int(events.lastSeq))
        try store.close()
    }

    @Test("lines come in pieces of whole lines, each with the last of its numbers")
    func pieces() throws {
        var lines = SortedLines(sizeMax: 1_000)
        for seq in [5, 3, 9, 1, 7] as [Int64] {
            try lines.add(seq) { $0 += Array("line \(seq)\n".utf8) }
        }
        lines.keepFirst(4)
        #expect(lines.cut == 9)
        var pieces: [(String, Int, Int64)] = []
        lines.pieces(of: 10) { pieces.append((String(decoding: $0, as: UTF8.self), $1, $2)) }
        #expect(pieces.map(\.0) == ["line 1\nline 3\n", "line 5\nline 7\n"])
        #expect(pieces.map(\.1) == [2, 2] && pieces.map(\.2) == [3, 7])
    }
}
