/// How a file is written. None of it matters to who reads it.
package struct ParquetWriterOptions: Sendable {
    /// Rows of a page, of every column alike. Fewer only where a page of some column would become
    /// too large.
    package var pageRowCount = 16_384
    package var compression = LZ4.Effort.fast
    /// `created_by` of the footer: program and version.
    package var createdBy = "eventlog"

    package init() {}
}

/// What a finished file holds.
package struct ParquetFileSummary: Sendable {
    package struct Leaf: Sendable {
        /// Over all row groups. Long strings are shortened, as `isMinExact` and `isMaxExact` say.
        package var statistics = ColumnStatistics()
        /// Bytes of all its chunks.
        package var compressedSize = 0
        /// Of its data pages, in the order of row groups, each once.
        package var encodings: [Encoding] = []
    }

    /// Bytes of the file.
    package var size: Int
    package var rowCount: Int
    package var rowGroupCount: Int
    /// In the order of the writer's leaves.
    package var leaves: [Leaf]
}
