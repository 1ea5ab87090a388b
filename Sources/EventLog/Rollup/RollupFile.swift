import Columns
import Parquet
import Synchronization

/// One rollup of the table: its file, and what it was made of.
package final class RollupFile: Sendable {
    let file: SegmentFile
    let grain: RollupGrain
    let name: RollupName
    /// Whether a question met damage in it. Of a live one the next reads the events instead.
    private let isDamaged = Atomic<Bool>(false)

    /// - Returns: `nil` if it is not of our making.
    init?(_ entry: SegmentEntry, _ grain: RollupGrain, disk: any Disk, cache: ColumnCache) {
        guard let name = RollupName(path: entry.path) else { return nil }
        self.name = name
        self.grain = grain
        file = SegmentFile(
            entry: entry, path: joinPath(grain.directory, entry.path), disk: disk, cache: cache)
    }

    var isUsable: Bool { !isDamaged.load(ordering: .relaxed) }
    func markDamaged() { isDamaged.store(true, ordering: .relaxed) }

    /// Whether the question tells events of one row apart.
    func fits(_ use: CountingQuestion.Times) -> Bool {
        let entry = file.entry
        guard use.grain % grain.length == 0, entry.timestampMin >= use.since else { return false }
        return use.cuts.allSatisfy { cut in
            cut % grain.length == 0 || cut <= entry.timestampMin || cut > entry.timestampMax
        }
    }
}

/// The rollups of a snapshot.
package struct RollupSet: Sendable {
    /// Those of live segments, by path of the segment.
    private(set) var live: [String: RollupFile] = [:]
    /// Those of what is not stored any more, by path of the segment that it was in.
    private(set) var expired: [String: [RollupGrain: RollupFile]] = [:]

    init() {}

    init(_ files: some Sequence<RollupFile>) {
        for file in files {
            switch file.name.kind {
            case .live: live[file.name.source] = file
            case .expired: expired[file.name.source, default: [:]][file.grain] = file
            }
        }
    }

    var isEmpty: Bool { live.isEmpty && expired.isEmpty }
}
