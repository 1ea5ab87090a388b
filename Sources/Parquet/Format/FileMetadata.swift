package import Columns

/// Minimum, maximum and number of nulls, as far as a file says them. NaN counts in neither limit.
package struct ColumnStatistics: Hashable, Sendable {
    /// No value is less. `nil`: not known, or there is no value.
    package var min: Value?
    /// No value is greater.
    package var max: Value?
    /// Whether `min` is a value that occurs, and not only a limit; `false` if not known.
    package var isMinExact = false
    package var isMaxExact = false
    package var nullCount: Int?

    package init() {}
}

/// One column of one row group, as the footer describes it.
package struct ColumnChunkMetadata: Sendable {
    package var encodings: [Encoding] = []
    /// Encodings of the data pages alone; empty if the file does not say.
    package var dataEncodings: [Encoding] = []
    package var codec = Codec.uncompressed
    /// Whether this reader knows codec and encodings; otherwise why not.
    package var unsupported: String?
    /// Values, nulls included.
    package var valueCount = 0
    /// Bytes before compression, page headers included.
    package var rawSize = 0
    /// Dictionary page and data pages with their headers, in bytes of the file.
    package var byteRange = 0..<0
    package var dataPageOffset = 0
    package var dictionaryPageOffset: Int?
    package var statistics = ColumnStatistics()
    package var bloomFilterOffset: Int?
    package var bloomFilterSize: Int?
    package var offsetIndex: Range<Int>?
    package var columnIndex: Range<Int>?
}

package struct RowGroupMetadata: Sendable {
    package var rowCount = 0
    /// By leaf, in the order of `ParquetFile.leaves`.
    package var columns: [ColumnChunkMetadata] = []
    package var sortingColumns: [ParquetSortingColumn] = []
}

/// The footer of a file (`FileMetaData`).
struct FileMetadata: Sendable {
    var schema = FileSchema()
    var rowCount = 0
    var rowGroups: [RowGroupMetadata] = []
    var keyValues: [(key: String, value: String)] = []
    var createdBy: String?
    /// Whether the footer vouches for itself, and so for a checksum in every other structure.
    var hasChecksums = false
}
