import Columns
import TestSupport

@testable import EventLog

/// A table that changes at random.
struct CatalogHistory {
    static let leaves = [
        CatalogLeaf(path: ["seq"], type: .int64, isNullable: false),
        CatalogLeaf(path: ["timestamp"], type: .timestamp, isNullable: false),
        CatalogLeaf(path: ["event"], type: .string, isNullable: true),
        CatalogLeaf(path: ["data", "position"], type: .int64, isNullable: true),
    ]

    private var generator: SplitMix64
    private var nextSeq: Int64 = 1
    private var fileCount = 0
    /// ms since 1970.
    private(set) var now: Int64 = 1_780_000_000_000
    /// How far apart commits may be, in ms.
    private let stepMax: Int64 = 20_000_000

    init(seed: UInt64) {
        generator = SplitMix64(seed: seed)
    }

    static func create(_ log: CatalogLog) throws -> CatalogState {
        try log.create(
            tableID: JournalFixture.storeID.description, leaves: leaves, now: 1,
            properties: ["a": "b"])
    }

    private mutating func segment(_ seq: ClosedRange<Int64>) -> SegmentEntry {
        fileCount += 1
        let isPlain = generator.isHeads()
        return SegmentEntry(
            path: "2026/07/01/\(seq.lowerBound)-\(seq.upperBound)-0-\(fileCount).parquet",
            size: Int(generator.next() % 10_000), modificationTime: now, rowCount: seq.count,
            seq: seq, timestamp: now * 1000...now * 1000 + 77,
            event: isPlain ? "heartbeat"..."viewEnd" : nil,
            contentId: isPlain ? "c\"\u{1F600}"..."d" : nil, contentIdNullCount: isPlain ? 2 : nil)
    }

    /// The next change to `state`: new segments, and some of the old ones merged or removed.
    mutating func change(of state: CatalogState) -> CatalogChange {
        now += Int64(generator.next() % UInt64(stepMax))
        // A clock is put back now and then.
        if generator.next() % 16 == 0 { now -= 3 * stepMax }
        if generator.next() % 20 == 0 {
            let name = "custom\(generator.next() % 1000)"
            return CatalogChange(
                .append,
                leaves: state.leaves + [
                    CatalogLeaf(path: ["data", name], type: .double, isNullable: true)
                ])
        }
        let old = state.segments.filter { _ in generator.next() % 8 == 0 }
        if generator.next() % 3 == 0, let first = old.first, let last = old.last {
            let merged = segment(first.seqMin...max(first.seqMin, last.seqMax))
            return CatalogChange(.compact, add: [merged], remove: old.map(\.path))
        }
        let seq = nextSeq...nextSeq + Int64(generator.next() % 10)
        nextSeq = seq.upperBound + 1
        return CatalogChange(
            old.isEmpty ? .append : .expire, add: [segment(seq)], remove: old.map(\.path),
            journalPosition: seq.upperBound)
    }

    /// - Returns: the newest state.
    mutating func run(_ log: CatalogLog, _ count: Int, from state: CatalogState) throws
        -> CatalogState
    {
        var state = state
        for _ in 0..<count { state = try log.commit(change(of: state), to: state, now: now) }
        return state
    }
}

extension CatalogLog {
    /// With small numbers.
    init(testing disk: any Disk, every commitCount: Int64, replacedAge: Int64) {
        var policy = Policy()
        policy.commitCount = commitCount
        policy.replacedAge = replacedAge
        self.init(on: disk, directory: "events", policy: policy)
    }
}
