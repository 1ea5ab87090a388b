package import Columns

/// Some unsealed events as columns, one per position of the schema as it was then.
package struct TailBlock: Sendable {
    package let columns: [Column]
    package let rowCount: Int

    /// Between which numbers its events lie; they stand in the order of their numbers.
    var sequenceRange: ClosedRange<Int64>? {
        guard case .int64(let numbers) = column(Int(EventColumn.seq.rawValue), type: .int64).values,
            let first = numbers.first, let last = numbers.last, first <= last
        else { return nil }
        return first...last
    }

    /// The column at a position of a schema that may have grown since.
    package func column(_ position: Int, type: ColumnType) -> Column {
        position < columns.count ? columns[position] : Column(nulls: rowCount, type: type)
    }
}
