/// Some rows of some columns: what a scan hands over and what operators pass on.
package struct Block: Sendable {
    package let rowCount: Int
    /// In the order in which they were asked for, each with `rowCount` rows.
    package let columns: [Column]
    /// Rows (ascending, not overlapping) of which at least one asked-for value could not be read
    /// because its bytes are damaged. Their slots hold nulls and must not be used.
    package let unreadable: [Range<Int>]

    package init(rowCount: Int, columns: [Column], unreadable: [Range<Int>] = []) {
        precondition(columns.allSatisfy { $0.count == rowCount })
        self.rowCount = rowCount
        self.columns = columns
        self.unreadable = unreadable
    }
}
