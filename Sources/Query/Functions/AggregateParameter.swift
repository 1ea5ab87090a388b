import Columns

/// What the query fixes for an aggregate beside the rows: the p of a quantile, the window of a funnel.
enum AggregateParameter: Sendable {
    /// A number from 0 to 1.
    case fraction
    /// A whole number within bounds.
    case number(ClosedRange<Int64>)
    /// A text, and what is wrong with it, if anything is.
    case text(@Sendable (String) -> String?)
    /// A length of time; becomes microseconds.
    case interval
    /// Any number of these words; becomes one text with a space between two.
    case words([String])
}

extension [Value] {
    /// The parameter at `position`, which the binder has checked.
    func double(at position: Int) -> Double {
        switch indices.contains(position) ? self[position] : .null {
        case .double(let value): value
        case .int64(let value): Double(value)
        case .null, .bool, .string, .timestamp: 0
        }
    }

    func integer(at position: Int) -> Int64 {
        if indices.contains(position), case .int64(let value) = self[position] { value } else { 0 }
    }

    func text(at position: Int) -> String {
        if indices.contains(position), case .string(let text) = self[position] { text } else { "" }
    }

    func isTrue(at position: Int) -> Bool {
        indices.contains(position) && self[position] == .bool(true)
    }
}
