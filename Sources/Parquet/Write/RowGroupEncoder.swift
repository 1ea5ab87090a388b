package import Columns

/// One column of a row group, encoded; its place in a file is not settled yet.
package struct EncodedChunk: Sendable {
    let leaf: Int
    let rowCount: Int
    let output: ColumnChunkWriter.Output

    /// Bytes.
    package var size: Int { output.bytes.count }
}

/// Encodes the columns of row groups one at a time, so that not all need be in memory together.
package struct RowGroupEncoder: Sendable {
    package let leaves: [ParquetLeaf]
    package let options: ParquetWriterOptions

    package init(leaves: [ParquetLeaf], options: ParquetWriterOptions) {
        self.leaves = leaves
        self.options = options
    }

    /// - Returns: `nil` if a page of `options.pageRowCount` rows would be too large: pages of all
    ///   columns have the same rows, so the whole row group needs smaller ones.
    /// - Throws: `ParquetError` for a null in a required leaf or a value too large for any page.
    /// - Precondition: the column is of the leaf's type.
    package func encode(_ column: Column, leaf: Int) throws(ParquetError) -> EncodedChunk? {
        precondition(column.type == leaves[leaf].type)
        guard try pageRowCount(for: column) == options.pageRowCount else { return nil }
        return try encode(column, leaf: leaf, pageRowCount: options.pageRowCount)
    }

    /// Rows that a page may have, at most `options.pageRowCount`.
    package func pageRowCount(for column: Column) throws(ParquetError) -> Int {
        try PageSize.rowCount([column], wanted: options.pageRowCount)
    }

    func encode(
        _ column: Column, leaf: Int, pageRowCount: Int
    ) throws(ParquetError) -> EncodedChunk {
        let writer = ColumnChunkWriter(
            leaf: leaves[leaf], pageRowCount: pageRowCount, compression: options.compression)
        return EncodedChunk(
            leaf: leaf, rowCount: column.count, output: try writer.write(column))
    }
}
