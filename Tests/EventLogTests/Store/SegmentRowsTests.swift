import Columns
import TestSupport
import Testing

@testable import EventLog

/// Some rows of a segment's pages, against the same rows of the pages as a whole.
@Suite("Rows of segments")
struct SegmentRowsTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func store(_ random: inout SplitMix64) throws -> EventStore {
        let store = try EventStore.open(directory.path + "/s", options: StoreOptions())
        var options = IngestOptions()
        options.archive = true
        var parser = EventParser(
            producer: "uid:1", peer: PeerCredentials(uid: 1, gid: 1, pid: 1),
            identityKey: store.identityKey, options: options)
        let lines = (0..<30_000).map { number in
            let user = Int.random(in: 0..<200, using: &random)
            return switch number % 4 {
            case 0: #"{"event":"like","contentId":"c\#(user % 9)","userId":"u\#(user)"}"#
            case 1:
                #"{"event":"playStart","contentId":"c\#(user % 5)","deviceId":"d\#(user)","data":{"startupTime":\#(number % 700)}}"#
            case 2: #"{"event":"own\#(number % 3)","data":{"n":\#(number),"ok":\#(user > 90)}}"#
            default:
                #"{"event":"swipe","data":{"fromContentId":"c\#(user)","toContentId":"c1","watchTimeOnFrom":\#(number % 60),"direction":"up"}}"#
            }
        }
        for start in stride(from: 0, to: lines.count, by: 2_000) {
            let text = lines[start..<start + 2_000].joined(separator: "\n") + "\n"
            let block = Array(text.utf8).withUnsafeBytes {
                parser.parse($0, firstLine: UInt64(start + 1), now: noon)
            }
            #expect(block.refusals.isEmpty, "\(block.refusals.prefix(2))")
            _ = try store.append([block.batch], durability: .buffered)
        }
        try store.sealAll()
        return store
    }

    @Test("are the rows of the whole pages, read alone, read again, and after these")
    func same() throws {
        var random = SplitMix64(seed: 0x5EED)
        let store = try store(&random)
        let table = store.tables().events
        let all = Array(table.columns.indices)
        let observer = ScanObserver()
        let units = try table.scan(
            ScanRequest(columns: all, bounds: [], observer: observer)
        ).units.filter { $0 is SegmentUnit }
        #expect(units.count >= 1 && units.reduce(0) { $0 + $1.rowCount } == 30_000)
        for unit in units {
            for share in [7, 300, 9_000] {
                let rows = (0..<Int32(unit.rowCount)).filter { _ in
                    Int.random(in: 0..<share, using: &random) == 0
                }
                let alone = try unit.read(all, rows: rows)
                let again = try unit.read(all, rows: rows)
                let whole = try unit.read(all).gather(rows)
                let picked = try unit.read(all.reversed(), rows: rows)
                #expect(alone.unreadable.isEmpty && alone.rowCount == rows.count)
                for (position, definition) in table.columns.enumerated() {
                    let expected = whole.columns[position].cells
                    #expect(alone.columns[position].cells == expected, "\(definition.name)")
                    #expect(again.columns[position].cells == expected, "\(definition.name)")
                    #expect(
                        picked.columns[all.count - 1 - position].cells == expected,
                        "\(definition.name)")
                }
            }
            #expect(try unit.read(all, rows: []).rowCount == 0)
        }
        #expect(observer.damage.isEmpty)
        try store.close()
    }

    @Test("pages are passed over that no side of an OR can have")
    func choices() throws {
        var random = SplitMix64(seed: 3)
        let store = try store(&random)
        let table = store.tables().events
        func position(_ name: String) throws -> Int {
            try #require(table.columns.firstIndex { $0.name == name })
        }
        let (event, content, from) = try (
            position("event"), position("contentId"), position("data.fromContentId")
        )
        func pages(_ alternatives: [[ColumnBound]]) throws -> (pruned: Int, rows: Int) {
            let observer = ScanObserver()
            let scan = try table.scan(
                ScanRequest(
                    columns: [event], bounds: [], choices: [BoundChoice(alternatives)],
                    observer: observer))
            return (observer.counts.pagesPruned, scan.units.reduce(0) { $0 + $1.rowCount })
        }
        let swipe = [
            ColumnBound(column: event, .oneOf([.string("swipe")])),
            ColumnBound(column: from, .oneOf([.string("c7")])),
        ]
        let none = [ColumnBound(column: content, .oneOf([.string("nowhere")]))]
        #expect(try pages([none, none]).rows == 0)
        let some = try pages([none, swipe])
        #expect(some.rows > 0 && some.rows < 30_000 && some.pruned > 0)
        #expect(try pages([swipe, [ColumnBound(column: event, .isNotNull)]]).rows == 30_000)
        try store.close()
    }
}

extension Column {
    fileprivate var cells: [Value] { (0..<count).map { self[$0] } }
}
