/// A pattern over a history, in ClickHouse's language: `(?1)(?t<=3600).*(?2)`.
///
/// ```
/// pattern = { "(?" n ")"         an event for which condition n holds, counted from 1
///           | "."                any event
///           | ".*"               any events, or none
///           | "(?t" op n ")" }   time since the event before: <= < >= > ==, in seconds
/// ```
/// A match may begin anywhere. Between two parts joined by a time other events may lie.
struct SequencePattern: Equatable {
    enum Part: Equatable {
        case event(Int)
        case anyEvent
        case anyEvents
        /// Microseconds.
        case time(Comparison, Int64)
    }

    enum Comparison: String, CaseIterable {
        // Longer ones first, for reading.
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case equal = "=="
        case less = "<"
        case greater = ">"
    }

    struct Problem: Error { let message: String }

    /// Parts of one pattern.
    static let partCountMax = 100

    let parts: [Part]

    init(_ text: String) throws(Problem) {
        var parts: [Part] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            let position = text.unicodeScalars.count - rest.unicodeScalars.count + 1
            guard let part = Self.part(&rest) else {
                throw Problem(
                    message:
                        "the pattern is wrong at character \(position): (?1), (?t<=60), . or .* "
                        + "expected")
            }
            guard parts.count < Self.partCountMax else {
                throw Problem(message: "the pattern has more than \(Self.partCountMax) parts")
            }
            parts.append(part)
        }
        // Without an event it would match the same place without an end.
        guard parts.contains(where: { if case .event = $0 { true } else { $0 == .anyEvent } })
        else {
            throw Problem(message: "the pattern has no event")
        }
        self.parts = parts
    }

    /// The highest condition that it names.
    var conditionMax: Int {
        parts.reduce(0) { if case .event(let number) = $1 { max($0, number) } else { $0 } }
    }

    private static func part(_ rest: inout Substring) -> Part? {
        if take(".*", &rest) { return .anyEvents }
        if take(".", &rest) { return .anyEvent }
        if take("(?t", &rest) {
            guard let comparison = Comparison.allCases.first(where: { take($0.rawValue, &rest) }),
                let seconds = number(&rest), take(")", &rest)
            else { return nil }
            let (length, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
            return overflow ? nil : .time(comparison, length)
        }
        guard take("(?", &rest), let number = number(&rest), number >= 1,
            number <= TimelineState.conditionCountMax, take(")", &rest)
        else { return nil }
        return .event(Int(number))
    }

    private static func take(_ prefix: String, _ rest: inout Substring) -> Bool {
        guard rest.hasPrefix(prefix) else { return false }
        rest = rest.dropFirst(prefix.count)
        return true
    }

    private static func number(_ rest: inout Substring) -> Int64? {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(digits.count)
        return Int64(digits)
    }
}
