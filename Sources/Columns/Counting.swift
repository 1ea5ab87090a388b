/// What a question looks at that only counts rows and tells their values apart: to such a question a table
/// may hand over one row for several that it cannot tell from each other (docs/Rollups.md).
package struct CountingQuestion: Sendable, Hashable {
    /// What is looked at of a column of times.
    package struct Times: Sendable, Hashable {
        /// Times at which something changes, in µs since 1970 UTC: before it and from it on, rows may be told
        /// apart.
        package var cuts: Set<Int64> = []
        /// Apart from the cuts, all times between two multiples of this are the same, in µs.
        package var grain = Times.grainMax
        /// From when on that holds, in µs since 1970 UTC: clocks of old had odd offsets.
        package var since = Int64.min

        /// Nothing that is asked about times changes within a day of UTC.
        package static let grainMax: Int64 = 86_400_000_000

        package init() {}

        package mutating func formUnion(_ other: Times) {
            cuts.formUnion(other.cuts)
            grain = min(grain, other.grain)
            since = max(since, other.since)
        }
    }

    /// Positions of columns of which every value is looked at.
    package var columns: Set<Int> = []
    /// By position; none of them is in `columns`.
    package var times: [Int: Times] = [:]

    package init() {}

    package mutating func formUnion(_ other: CountingQuestion) {
        columns.formUnion(other.columns)
        for (column, use) in other.times { times[column, default: Times()].formUnion(use) }
    }
}
