/// Decides which events go because they are too old, or because there is no room for them (specification,
/// section 7; DESIGN, section 9).
///
/// Pure: what it sees are sizes and times. The cut is at a whole hour of UTC: compaction makes files of hours and
/// days, so nearly all of what goes goes as whole files. A file that lies across the cut is written anew only
/// once a day of it has expired, so that no file is written more than once a day for that.
package struct RetentionPolicy: Sendable, Hashable {
    /// How long an event stays after its timestamp, in µs; `nil`: for ever.
    package var maxAge: Int64?
    /// Bytes of live segments beyond which the oldest go; `nil`: as many as there are.
    package var maxBytes: Int?
    /// How much of a file must have expired before it is written anew, in µs.
    package var rewriteAge = TimePartition.Unit.day.length
    /// Whether that is done to sealed segments too, which compaction divides by days within hours.
    package var rewritesFresh = false
    /// Events that go at once, near enough: what is read of them is in memory.
    package var rowCountMax = Limits.compactRowCountMax

    package init() {}

    package typealias Segment = CompactionPolicy.Segment

    package enum Reason: String, Sendable, Hashable, Codable {
        case age, bytes
    }

    /// What goes next.
    package struct Job: Sendable, Hashable {
        package var segments: [String]
        /// Events from this time on stay (µs since 1970 UTC); `nil`: none does.
        package var cutoff: Int64?
        package var reason: Reason
    }

    /// Events before this time are too old; a whole hour, in µs since 1970 UTC.
    /// - Returns: `nil` if none ever is.
    package func cutoff(now: Int64) -> Int64? {
        guard let maxAge else { return nil }
        let (time, overflows) = now.subtractingReportingOverflow(maxAge)
        return overflows ? nil : TimePartition(.hour, containing: time).start
    }

    /// - Parameter now: µs since 1970 UTC; `nil`: nobody knows, and nothing goes because of its age.
    /// - Returns: `nil` if nothing is to go.
    package func next(_ segments: [Segment], now: Int64?) -> Job? {
        let cutoff = now.flatMap { self.cutoff(now: $0) }
        // By their newest events: one event with a wild time makes no file older than it is.
        let ordered = segments.sorted {
            ($0.times.upperBound, $0.path) < ($1.times.upperBound, $1.path)
        }
        if let cutoff {
            // The catalog rounds up: a file that ends at the cut may have an event that is as old as may be.
            let old = ordered.filter { $0.times.upperBound <= cutoff }
            if !old.isEmpty { return Job(segments: first(of: old), cutoff: nil, reason: .age) }
        }
        let large = excess(ordered)
        if !large.isEmpty { return Job(segments: first(of: large), cutoff: nil, reason: .bytes) }
        guard let cutoff else { return nil }
        let across = ordered.first {
            $0.times.lowerBound.addingReportingOverflow(rewriteAge).partialValue <= cutoff
                && $0.times.lowerBound < cutoff && (rewritesFresh || !$0.isFresh)
        }
        return across.map { Job(segments: [$0.path], cutoff: cutoff, reason: .age) }
    }

    /// The oldest segments without which the others are small enough. The newest one stays in any case.
    private func excess(_ ordered: [Segment]) -> [Segment] {
        guard let maxBytes else { return [] }
        var size = ordered.reduce(0) { $0 + $1.size }
        return Array(
            ordered.dropLast().prefix {
                guard size > maxBytes else { return false }
                size -= $0.size
                return true
            })
    }

    /// As many as one job takes, at least one.
    private func first(of segments: [Segment]) -> [String] {
        var rowCount = 0
        return segments.prefix {
            rowCount += $0.rowCount
            return rowCount == $0.rowCount || rowCount <= rowCountMax
        }.map(\.path)
    }
}
