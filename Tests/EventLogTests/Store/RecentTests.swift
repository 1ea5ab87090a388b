import Columns
import TestSupport
import Testing

@testable import EventLog

/// What one sees who takes in every event soon.
@Suite("Recent events")
struct RecentTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func append(_ count: Int, to store: EventStore) throws {
        var options = IngestOptions()
        options.archive = true
        var parser = EventParser(
            producer: "uid:1", peer: PeerCredentials(uid: 1, gid: 1, pid: 1),
            identityKey: store.identityKey, options: options)
        let text = (0..<count).map { _ in #"{"event":"own","contentId":"c","data":{"n":1}}"# }
            .joined(separator: "\n")
        let block = Array(text.utf8).withUnsafeBytes {
            parser.parse($0, firstLine: 1, now: noon)
        }
        _ = try store.append([block.batch], durability: .buffered)
    }

    private func seqs(of events: EventsTable, after seq: Int64) throws -> [Int64] {
        let request = ScanRequest(columns: [0], bounds: [], observer: ScanObserver())
        return try events.scan(request).units.flatMap { unit -> [Int64] in
            let block = try unit.read([Int(EventColumn.seq.rawValue)])
            guard case .int64(let numbers) = block.columns[0].values else { return [] }
            return numbers.filter { $0 > seq }
        }
    }

    @Test("each event comes once, whatever was appended, closed and sealed", arguments: 1...6)
    func once(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let store = try EventStore.open(
            directory.path + "/s\(seed)", options: StoreOptions())
        var moment: StoreMoment?
        var known: Int64 = 0
        var (answers, looks) = (0, 0)
        for _ in 0..<60 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: try store.seal()
            case 1: try append(Int.random(in: 1...30_000, using: &random), to: store)
            case 2...5: try append(Int.random(in: 1...200, using: &random), to: store)
            default:
                let recent = try store.recent(since: moment)
                moment = recent.moment
                let newest = store.newestSeq
                if let events = recent.events {
                    answers += 1
                    let found = try seqs(of: events, after: known)
                    #expect(found == Array(known + 1..<newest + 1))
                } else {
                    looks += 1
                }
                known = newest
            }
        }
        #expect(answers > 0 && looks > 0)
        try store.close()
    }

    @Test("a seal of what was not taken yet leaves a look at the tables")
    func sealed() throws {
        let store = try EventStore.open(directory.path + "/a", options: StoreOptions())
        #expect(try store.recent(since: nil).events == nil)
        try append(3, to: store)
        var moment = try store.recent(since: nil).moment
        try append(2, to: store)
        let taken = try store.recent(since: moment)
        #expect(try taken.events.map { try seqs(of: $0, after: 3) } == [4, 5])
        // What was taken in is none of the next answer's business.
        try store.seal()
        let again = try store.recent(since: taken.moment)
        #expect(try again.events.map { try seqs(of: $0, after: 5) } == [])
        try append(1, to: store)
        try store.seal()
        moment = again.moment
        let missed = try store.recent(since: moment)
        #expect(missed.events == nil)
        try append(1, to: store)
        let next = try store.recent(since: missed.moment)
        #expect(try next.events.map { try seqs(of: $0, after: 6) } == [7])
        try store.close()
    }
}
