/// Why bytes are not the Parquet that they should be, or cannot be read by this reader.
package struct ParquetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Position in the file, in bytes, where known.
    package var offset: Int?
    package var message: String

    package init(_ message: String, at offset: Int? = nil) {
        self.message = message
        self.offset = offset
    }

    /// The same error with a place, unless it has a more exact one.
    func located(at offset: Int) -> ParquetError {
        ParquetError(message, at: self.offset ?? offset)
    }

    package var description: String {
        offset.map { "\(message) (at byte \($0))" } ?? message
    }
}

/// Bytes of a file that could not be used, and the rows that this costs.
package struct ParquetDamage: Hashable, Sendable {
    /// Position of the damaged page or structure in the file, in bytes.
    package var byteRange: Range<Int>
    /// Rows lost, counted from the start of the row group; `nil` where no row is lost (an index).
    package var rows: Range<Int>?
    package var message: String
}
