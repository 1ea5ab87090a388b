import Columns

/// Rows for the buckets of time that a grouping has none for.
struct FillPlan: Sendable {
    /// Positions of the keys in the grouping's output, among them `bucket`.
    var keys: [Int]
    /// The key that is a bucket of time.
    var bucket: Int
    /// What the rows that are made have in each column; of keys it means nothing.
    var values: [Value]
    let steps: TimeBucketSteps
    /// Moments whose buckets are to be there; `nil`: from the first bucket that occurs to the last.
    let times: Range<Int64>?
    let range: SourceRange

    /// Whether `condition` takes away whole combinations of the other keys, and no bucket of any.
    /// Without times the buckets that occur in one combination are made in all others.
    func commutes(with condition: BoundExpression) -> Bool {
        let columns = condition.columns
        return times != nil && !columns.isEmpty && !condition.canFail
            && columns.isSubset(of: keys.filter { $0 != bucket })
    }

    /// The same over an input whose columns have moved.
    func moved(_ places: [Int: Int], columnCount: Int) -> FillPlan {
        var copy = self
        copy.keys = keys.map { places[$0] ?? $0 }
        copy.bucket = places[bucket] ?? bucket
        copy.values = Array(repeating: .null, count: columnCount)
        for (old, new) in places { copy.values[new] = values[old] }
        return copy
    }
}
