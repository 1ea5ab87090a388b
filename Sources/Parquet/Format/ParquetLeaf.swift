package import Columns

/// A column of a Parquet file: a leaf of its schema.
package struct ParquetLeaf: Hashable, Sendable {
    /// Names from the top: one for a plain column, two for a field of a struct such as `data`.
    package var path: [String]
    package var type: ColumnType
    /// Whether no row may be null.
    package var isRequired: Bool
    /// Whether the writer adds a Bloom filter to each row group.
    package var hasBloomFilter: Bool
    /// Whether the writer keeps minima and maxima, of chunks and pages. Counts of nulls are always
    /// kept.
    package var hasStatistics: Bool

    package init(
        path: [String], type: ColumnType, isRequired: Bool = false, hasBloomFilter: Bool = false,
        hasStatistics: Bool = true
    ) {
        self.path = path
        self.type = type
        self.isRequired = isRequired
        self.hasBloomFilter = hasBloomFilter
        self.hasStatistics = hasStatistics
    }

    /// The path as people write it: `data.startupTime`.
    package var name: String { path.joined(separator: ".") }
}
