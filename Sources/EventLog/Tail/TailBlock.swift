package import Columns

/// Some unsealed events as columns, one per position of the schema as it was then.
package struct TailBlock: Sendable {
    package let columns: [Column]
    package let rowCount: Int

    /// The column at a position of a schema that may have grown since.
    package func column(_ position: Int, type: ColumnType) -> Column {
        position < columns.count ? columns[position] : Column(nulls: rowCount, type: type)
    }
}
