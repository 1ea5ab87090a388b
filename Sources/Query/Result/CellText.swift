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

    /// For people who look at it: doubles with six digits behind the point, or with six digits in all
    /// where they are smaller than 0.1. Formats that programs read are exact.
    static func shown(_ value: Value, null: String) -> String {
        guard case .double(let number) = value else { return text(of: value, null: null) }
        return "\(rounded(number))"
    }

    /// From here on a double has no six digits behind the point that mean anything.
    private static let roundedMax = 1e9

    static func rounded(_ number: Double) -> Double {
        let size = number.magnitude
        guard size > 1e-15, size < roundedMax else { return number }
        // Powers of ten up to 1e22 are exact, so the quotient is the double nearest to its digits.
        var scale = 1e6
        while size * scale < 1e5 { scale *= 10 }
        return (number * scale).rounded() / scale
    }
}
