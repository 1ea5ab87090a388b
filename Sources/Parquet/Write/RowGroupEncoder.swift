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

    /// All columns of a row group, each made, encoded and forgotten before the next: all of them at once would
    /// be the memory of the rows once more.
    ///
    /// Where a page would be too large, it begins again with smaller ones.
    /// - Parameter column: makes the column of a leaf, always the same rows.
    /// - Returns: the chunks, and the options that they are encoded by.
    /// - Throws: as `encode`.
    package func encodeAll(
        _ column: (Int) -> Column
    ) throws(ParquetError) -> (chunks: [EncodedChunk], options: ParquetWriterOptions) {
        var chunks: [EncodedChunk] = []
        for leaf in leaves.indices {
            let values = column(leaf)
            guard let chunk = try encode(values, leaf: leaf) else {
                var smaller = options
                smaller.pageRowCount = try pageRowCount(for: values)
                return try RowGroupEncoder(leaves: leaves, options: smaller).encodeAll(column)
            }
            chunks.append(chunk)
        }
        return (chunks, options)
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
