/// The types of a value in a column, a query or a segment.
///
/// There is one integer and one floating-point width: narrower forms exist only inside a page,
/// where encodings choose the width by the data.
package enum ColumnType: String, Sendable, Hashable, CaseIterable {
    case bool
    case int64
    case double
    /// UTF-8, compared by code point (which for UTF-8 is byte order).
    case string
    /// Microseconds since 1970-01-01T00:00:00Z.
    case timestamp
}
