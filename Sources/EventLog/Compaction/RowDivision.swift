/// Says for each row of what is put together which file it goes to.
package struct RowDivision: Sendable, Hashable {
    /// The file of rows that go to none.
    package static let dropped = UInt16.max

    package let fileCount: Int
    /// By row.
    package let files: [UInt16]

    /// All rows to one file, but for those that are dropped.
    package init(keeping isKept: [Bool]) {
        fileCount = isKept.contains(true) ? 1 : 0
        files = isKept.map { $0 ? 0 : Self.dropped }
    }
}

extension RowDivision {
    /// More partitions than this share a file, however small they are kept: a file has its price.
    package static let pieceCountMax = 64

    /// - Parameter times: of each event, in µs since 1970 UTC.
    package init(_ job: CompactionPolicy.Job, _ policy: CompactionPolicy, times: [Int64]) {
        let keys: [Int64]
        switch job.cut {
        case .none: keys = []
        case .range(let range):
            keys = times.map { range.contains($0) ? 0 : $0 < range.lowerBound ? -1 : 1 }
        case .partitions(let hoursFrom): keys = Self.partitions(times, hoursFrom: hoursFrom)
        }
        guard !keys.isEmpty else {
            fileCount = times.isEmpty ? 0 : 1
            files = [UInt16](repeating: 0, count: times.count)
            return
        }
        let counts = Self.counts(keys)
        let pieces: [Int64]
        if case .partitions = job.cut {
            pieces = Self.pieces(counts, of: times.count, job, policy)
        } else {
            pieces = counts.keys.sorted()
        }
        var numbers: [Int64: UInt16] = [:]
        for (number, key) in pieces.enumerated() { numbers[key] = UInt16(number) }
        let rest = UInt16(pieces.count)
        fileCount = pieces.count + (counts.count > pieces.count ? 1 : 0)
        // Neighbours are often of one partition, and nothing is looked up for them.
        var (lastKey, last) = (keys[0], numbers[keys[0]] ?? rest)
        files = keys.map { key in
            if key != lastKey { (lastKey, last) = (key, numbers[key] ?? rest) }
            return last
        }
    }

    /// The start of each event's partition.
    private static func partitions(_ times: [Int64], hoursFrom: Int64) -> [Int64] {
        var current = 0..<0 as Range<Int64>
        return times.map { time in
            if current.contains(time) { return current.lowerBound }
            let partition = TimePartition(time >= hoursFrom ? .hour : .day, containing: time)
            current = partition.start..<partition.end
            return partition.start
        }
    }

    private static func counts(_ keys: [Int64]) -> [Int64: Int] {
        var counts: [Int64: Int] = [:]
        var start = 0
        while start < keys.count {
            var end = start + 1
            while end < keys.count, keys[end] == keys[start] { end += 1 }
            counts[keys[start], default: 0] += end - start
            start = end
        }
        return counts
    }

    /// The partitions that get a file of their own, in order of time.
    private static func pieces(
        _ counts: [Int64: Int], of total: Int, _ job: CompactionPolicy.Job,
        _ policy: CompactionPolicy
    ) -> [Int64] {
        let least = min(
            policy.pieceRowCount, Int((policy.pieceShare * Double(total)).rounded(.up)))
        let large = counts.filter { $0.value >= least }
        let isSpread = large.values.reduce(0, +) * 2 < total
        let kept = job.keepsPieces || isSpread ? counts : large
        let chosen = kept.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return chosen.prefix(pieceCountMax).map(\.key).sorted()
    }
}
