/// One value, outside any column: a literal in a query, a bound for pruning, a cell of a result.
package enum Value: Sendable, Hashable {
    case null
    case bool(Bool)
    case int64(Int64)
    case double(Double)
    case string(String)
    /// Microseconds since 1970-01-01T00:00:00Z.
    case timestamp(Int64)

    /// The column type that holds this value; `nil` for `.null`, which fits all.
    package var type: ColumnType? {
        switch self {
        case .null: nil
        case .bool: .bool
        case .int64: .int64
        case .double: .double
        case .string: .string
        case .timestamp: .timestamp
        }
    }
}
