import Columns

/// A cell as text, before a format quotes or escapes it.
enum CellText {
    /// Doubles in their shortest form that reads back equal, `1.0` for one; timestamps in RFC 3339.
    static func text(of value: Value, null: String) -> String {
        switch value {
        case .null: null
        case .bool(let value): value ? "true" : "false"
        case .int64(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let value): value
        case .timestamp(let value): TimestampText.text(of: value)
        }
    }
}
