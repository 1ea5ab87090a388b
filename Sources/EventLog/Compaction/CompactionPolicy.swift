/// Decides which segments are put together next, and how their events are divided (DESIGN, section 9).
///
/// Pure: what it sees are sizes and times. Every event goes the same way:
///
/// 1. **Fresh** segments, as sealing makes them, are put together some at a time. Events of days that are
///    over go to a file for each day, those of today to one for each hour; of a partition that few
///    events belong to, they go to a common file of **late** ones.
/// 2. A day that has been over for a while becomes one file, compressed harder, together with the late events
///    of it: so each event is written about three times in its life, and twice if it came when its day was
///    over. A day of more than `rowCountMax` events becomes several files, one after the other in time.
/// 3. Late files that no day wants are put together among themselves, so that there are never many, and
///    are divided among the days once they are a good share of what those hold.
package struct CompactionPolicy: Sendable, Hashable {
    /// Rows of a segment that compaction makes. More make a file that is slow to move, to check and to
    /// put together; and what is put together at once is in memory.
    package var rowCountMax = Limits.compactRowCountMax
    /// Sealed segments that are waited for.
    package var freshCount = 12
    /// How long they are waited for, in µs.
    package var freshAge: Int64 = 3_600_000_000
    /// How long a day must be over before its hours are put together, in µs: until most of what comes late
    /// has come.
    package var dayRest: Int64 = 6 * 3_600_000_000
    /// A partition gets a file of its own if this share of the events belongs to it, or so many.
    package var pieceShare = 0.1
    package var pieceRowCount = 100_000
    /// Files of one kind after which they are put together whatever it saves.
    package var fileCountMax = 8
    /// What must come to a file of a day, as a share of it, before it is written anew for that.
    package var growthShare = 0.05

    /// From this one on segments are compressed harder.
    package static let lastingGeneration = 2

    package init() {}

    /// A live segment, as far as it matters.
    package struct Segment: Sendable, Hashable {
        package var path: String
        package var rowCount: Int
        /// Bytes.
        package var size: Int
        /// µs since 1970 UTC.
        package var times: ClosedRange<Int64>
        /// When it was written, in µs since 1970 UTC.
        package var writtenAt: Int64
        /// 0: by a seal.
        package var generation: Int

        package init(
            path: String, rowCount: Int, size: Int, times: ClosedRange<Int64>, writtenAt: Int64,
            generation: Int
        ) {
            self.path = path
            self.rowCount = rowCount
            self.size = size
            self.times = times
            self.writtenAt = writtenAt
            self.generation = generation
        }

        var day: TimePartition? { TimePartition(.day, containing: times) }
        var isFresh: Bool { generation == 0 }
        var isLate: Bool { !isFresh && day == nil }
    }

    /// How the events of a job are divided among its outputs.
    package enum Cut: Sendable, Hashable {
        /// All to one.
        case none
        /// By day, and those from this time on by the hour (µs since 1970 UTC).
        case partitions(hoursFrom: Int64)
        /// Those of this time to one; what is before it and what is after it to one each.
        case range(Range<Int64>)
    }

    /// Segments to be put together.
    package struct Job: Sendable, Hashable {
        package var inputs: [String]
        package var cut: Cut
        /// Whether partitions get a file of their own however small they are.
        package var keepsPieces = false
        /// Whether what it makes is meant to stay: it is compressed harder at once, and not written anew for
        /// that alone.
        package var isLasting = false

        /// The generation of what it makes.
        /// - Parameter inputs: the newest of its segments'.
        package func generation(after inputs: Int) -> Int {
            max(inputs + 1, isLasting ? CompactionPolicy.lastingGeneration : 1)
        }
    }

    /// - Parameters:
    ///   - now: µs since 1970 UTC.
    ///   - isForced: nothing is waited for, and every day becomes as few files as it can be.
    /// - Returns: `nil` if nothing is to be done.
    package func next(_ segments: [Segment], now: Int64, isForced: Bool = false) -> Job? {
        if let job = fresh(segments, now: now, isForced) { return job }
        let late = segments.filter(\.isLate).sorted {
            ($0.rowCount, $0.path) < ($1.rowCount, $1.path)
        }
        if isForced, !late.isEmpty { return divided(late) }
        return day(segments, late, openFrom: isForced ? .max : openFrom(now), isForced)
            ?? hour(segments)
            ?? self.late(late, segments)
    }

    // MARK: - Fresh ones

    private func fresh(_ segments: [Segment], now: Int64, _ isForced: Bool) -> Job? {
        let fresh = segments.filter(\.isFresh).sorted {
            ($0.writtenAt, $0.path) < ($1.writtenAt, $1.path)
        }
        guard let oldest = fresh.first else { return nil }
        let age = now - oldest.writtenAt
        let isDue =
            isForced || fresh.count >= freshCount
            || fresh.reduce(0, { $0 + $1.rowCount }) >= rowCountMax
            || age >= (fresh.count > 1 ? freshAge : TimePartition.Unit.day.length)
        guard isDue else { return nil }
        let taken = first(of: fresh)
        let openFrom = isForced ? .max : openFrom(now)
        // Days that are over hardly grow: their file is the last one, unless more of them is to come.
        return Job(
            inputs: taken.map(\.path), cut: .partitions(hoursFrom: openFrom),
            keepsPieces: isForced,
            isLasting: taken.allSatisfy { $0.times.upperBound < openFrom })
    }

    /// As many as one job takes, at least one.
    private func first(of segments: [Segment]) -> [Segment] {
        var rowCount = 0
        var taken: [Segment] = []
        for segment in segments {
            guard taken.isEmpty || rowCount + segment.rowCount <= rowCountMax else { break }
            rowCount += segment.rowCount
            taken.append(segment)
        }
        return taken
    }

    /// The start of the first day that is not closed yet.
    private func openFrom(_ now: Int64) -> Int64 {
        TimePartition(.day, containing: now - dayRest).start
    }

    // MARK: - Days

    private func day(
        _ segments: [Segment], _ late: [Segment], openFrom: Int64, _ isForced: Bool
    ) -> Job? {
        var days: [TimePartition: [Segment]] = [:]
        for segment in segments where !segment.isFresh {
            if let day = segment.day { days[day, default: []].append(segment) }
        }
        for (day, files) in days.sorted(by: { $0.key < $1.key }) where day.end <= openFrom {
            let groups = groups(of: files)
            for (place, group) in groups.enumerated() where isWorth(group, isForced) {
                // Groups divide the day among them.
                let from = place == 0 ? day.start : group[0].times.lowerBound
                let end =
                    place + 1 < groups.count ? groups[place + 1][0].times.lowerBound : day.end
                return job(group, of: from..<max(from + 1, end), taking: late)
            }
        }
        return nil
    }

    /// Neighbours in time that fit one file, in order of time.
    private func groups(of files: [Segment]) -> [[Segment]] {
        var groups: [[Segment]] = []
        var rowCount = 0
        let files = files.sorted {
            ($0.times.lowerBound, $0.path) < ($1.times.lowerBound, $1.path)
        }
        for file in files {
            if !groups.isEmpty, rowCount + file.rowCount <= rowCountMax {
                groups[groups.count - 1].append(file)
                rowCount += file.rowCount
            } else {
                groups.append([file])
                rowCount = file.rowCount
            }
        }
        return groups
    }

    private func isWorth(_ group: [Segment], _ isForced: Bool) -> Bool {
        // What was made of sealed ones is written once more in any case, to be smaller.
        guard group.count > 1 else { return group[0].generation < Self.lastingGeneration }
        let rowCount = group.reduce(0) { $0 + $1.rowCount }
        let largest = group.reduce(0) { max($0, $1.rowCount) }
        return isForced || group.count >= fileCountMax
            || Double(rowCount - largest) >= growthShare * Double(rowCount)
    }

    /// - Parameter late: what of their time they hold is taken along.
    private func job(
        _ group: [Segment], of time: Range<Int64>, taking late: [Segment]
    ) -> Job {
        var room = rowCountMax - group.reduce(0) { $0 + $1.rowCount }
        var inputs = group
        for file in late
        where file.times.lowerBound < time.upperBound && file.times.upperBound >= time.lowerBound
            && file.rowCount <= room
        {
            inputs.append(file)
            room -= file.rowCount
        }
        return Job(
            inputs: inputs.map(\.path), cut: inputs.count == group.count ? .none : .range(time))
    }

    // MARK: - What waits for its day

    /// Hours of which there are too many files already.
    private func hour(_ segments: [Segment]) -> Job? {
        var hours: [TimePartition: [Segment]] = [:]
        for segment in segments where !segment.isFresh {
            guard let hour = TimePartition(.hour, containing: segment.times) else { continue }
            hours[hour, default: []].append(segment)
        }
        for (_, files) in hours.sorted(by: { $0.key < $1.key }) {
            let taken = first(of: files.sorted { ($0.rowCount, $0.path) < ($1.rowCount, $1.path) })
            if taken.count >= fileCountMax { return Job(inputs: taken.map(\.path), cut: .none) }
        }
        return nil
    }

    /// - Parameter late: by size.
    private func late(_ late: [Segment], _ segments: [Segment]) -> Job? {
        let rowCount = late.reduce(0) { $0 + $1.rowCount }
        let from = late.reduce(Int64.max) { min($0, $1.times.lowerBound) }
        let through = late.reduce(Int64.min) { max($0, $1.times.upperBound) }
        let others = segments.reduce(0) {
            let isBeside =
                !$1.isLate && $1.times.lowerBound <= through && $1.times.upperBound >= from
            return $0 + (isBeside ? $1.rowCount : 0)
        }
        if rowCount >= pieceRowCount, Double(rowCount) >= growthShare * Double(others) {
            return divided(late)
        }
        // Only those of about one size: then an event is written anew as often as files of eight fit
        // into one another.
        let sizes = Dictionary(grouping: late) { Int.bitWidth - $0.rowCount.leadingZeroBitCount }
        let eight = sizes.mapValues { first(of: $0) }.filter { $0.value.count >= fileCountMax }
        return eight.min { $0.key < $1.key }.map { Job(inputs: $0.value.map(\.path), cut: .none) }
    }

    private func divided(_ late: [Segment]) -> Job {
        Job(
            inputs: first(of: late).map(\.path), cut: .partitions(hoursFrom: .max),
            keepsPieces: true)
    }
}
