package import Columns

/// A column of a result.
package struct ResultColumn: Sendable, Hashable {
    package let name: String
    package let type: ColumnType
}

/// How long one stage of a query took.
package struct StageTime: Sendable, Hashable {
    package let name: String
    package let elapsed: Duration
}

/// The answer to a query.
package struct QueryResult: Sendable {
    package struct Statistics: Sendable {
        package let scan: ScanObserver.Counts
        /// In the order in which they ended.
        package let stages: [StageTime]
        package let elapsed: Duration
        package let rowCount: Int
    }

    package let columns: [ResultColumn]
    package let blocks: [Block]
    package let statistics: Statistics
    /// What could not be read. Not empty: the answer is partial.
    package let damage: [Damage]
    /// What whoever asked may have overlooked, each in one line of ASCII.
    package var notices: [String] = []

    package var rowCount: Int { statistics.rowCount }

    /// The rows as single values, for tests and small results.
    package var rows: [[Value]] {
        blocks.flatMap { block in
            (0..<block.rowCount).map { row in block.columns.map { $0[row] } }
        }
    }
}
