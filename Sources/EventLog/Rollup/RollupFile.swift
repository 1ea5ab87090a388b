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
    /// Whether a question found a row that is of several persons, as is known now. A new one has more rows.
    private let isSplit = Atomic<Bool>(false)

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
    func markSplit() { isSplit.store(true, ordering: .relaxed) }

    /// Whether another should take its place.
    /// - Parameters:
    ///   - now: µs since 1970 UTC.
    ///   - rest: how long one is kept at least that is sound, in µs.
    func isToBeMadeAnew(at now: Int64, rest: Int64) -> Bool {
        let age =
            now - file.entry.modificationTime.multipliedReportingOverflow(by: 1000).partialValue
        return !isUsable || isSplit.load(ordering: .relaxed) && age >= rest
    }

    /// Whether what a scan needs to know of the file can be read.
    var isReadable: Bool {
        do {
            let opened = try file.open()
            for group in opened.file.rowGroups.indices {
                _ = try file.pageStarts(opened, rowGroup: group)
            }
            return true
        } catch {
            markDamaged()
            return false
        }
    }

    /// Whether the question tells events of one row apart.
    func fits(_ use: CountingQuestion.Times) -> Bool {
        use.isIndifferent(to: grain.length, in: file.entry)
    }
}

extension CountingQuestion.Times {
    /// Whether nobody tells two events of a segment apart that are of one stretch of so many µs.
    func isIndifferent(to length: Int64, in entry: SegmentEntry) -> Bool {
        guard grain % length == 0, entry.timestampMin >= since else { return false }
        return cuts.allSatisfy { cut in
            cut % length == 0 || cut <= entry.timestampMin || cut > entry.timestampMax
        }
    }
}

/// The rollups of a snapshot.
package struct RollupSet: Sendable {
    /// Those of live segments, by path of the segment.
    private(set) var live: [String: RollupFile] = [:]
    /// Those of what is not stored any more, by path of the segment that it was in.
    private(set) var expired: [String: [RollupGrain: RollupFile]] = [:]
    /// Of a live one that has more rows than this share of the events, nobody gains anything.
    private var rowShareMax = 1.0

    init() {}

    init(_ files: some Sequence<RollupFile>, rowShareMax: Double) {
        self.rowShareMax = rowShareMax
        for file in files {
            switch file.name.kind {
            case .live: live[file.name.source] = file
            case .expired: expired[file.name.source, default: [:]][file.grain] = file
            }
        }
    }

    /// The rollup to be read instead of a segment, if there is one that is worth it.
    func rollup(of segment: SegmentFile) -> RollupFile? {
        guard let rollup = live[segment.entry.path], rollup.isUsable,
            Double(rollup.file.entry.rowCount) <= rowShareMax * Double(segment.entry.rowCount)
        else { return nil }
        return rollup
    }

    var isEmpty: Bool { live.isEmpty && expired.isEmpty }
}
