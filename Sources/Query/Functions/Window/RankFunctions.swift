import Columns

/// `row_number()`, `rank()`, `dense_rank()`, `percent_rank()`, `cume_dist()`: the place of a row in its
/// partition.
enum RankFunctions {
    static let rowNumber = make("row_number", .int64) { (_, layout, _) throws(QueryError) in
        integers(layout) { row, partition in Int64(row - partition.lowerBound + 1) }
    }

    /// Rows that tie share a rank; the next one counts all before it.
    static let rank = make("rank", .int64) { (_, layout, _) throws(QueryError) in
        integers(layout) { row, partition in
            Int64(Int(layout.peerStart[row]) - partition.lowerBound + 1)
        }
    }

    /// Rows that tie share a rank; the next one is one more.
    static let denseRank = make("dense_rank", .int64) { (_, layout, _) throws(QueryError) in
        var rank: Int64 = 0
        return integers(layout) { row, partition in
            if row == partition.lowerBound {
                rank = 1
            } else if Int(layout.peerStart[row]) == row {
                rank += 1
            }
            return rank
        }
    }

    /// `(rank - 1) / (rows - 1)`, 0 in a partition of one row.
    static let percentRank = make("percent_rank", .double) { (_, layout, _) throws(QueryError) in
        doubles(layout) { row, partition in
            let before = Double(Int(layout.peerStart[row]) - partition.lowerBound)
            return partition.count > 1 ? before / Double(partition.count - 1) : 0
        }
    }

    /// The share of rows that come no later.
    static let cumulativeDistribution = make("cume_dist", .double) {
        (_, layout, _) throws(QueryError) in
        doubles(layout) { row, partition in
            Double(Int(layout.peerEnd[row]) - partition.lowerBound) / Double(partition.count)
        }
    }

    private static func make(
        _ name: String, _ type: ColumnType, _ compute: @escaping WindowFunction.Compute
    ) -> WindowFunction {
        WindowFunction(
            name: name, usage: "\(name)()",
            resolve: { $0.isEmpty ? .signature([], type) : .mismatch }, compute: compute)
    }

    private static func integers(
        _ layout: WindowLayout, _ value: (Int, Range<Int>) -> Int64
    ) -> Column {
        var values: [Int64] = []
        values.reserveCapacity(layout.rowCount)
        for partition in layout.partitions {
            for row in partition { values.append(value(row, partition)) }
        }
        return Column(integers: values)
    }

    private static func doubles(
        _ layout: WindowLayout, _ value: (Int, Range<Int>) -> Double
    ) -> Column {
        var values: [Double] = []
        values.reserveCapacity(layout.rowCount)
        for partition in layout.partitions {
            for row in partition { values.append(value(row, partition)) }
        }
        return Column(doubles: values)
    }
}
