/// A day of the calendar, UTC, as requests for an export name it: `2024-01-31`.
package struct ExportDate: Sendable, Hashable, Comparable {
    private static let length: Int64 = 86_400_000_000

    /// Days since 1970-01-01.
    package let day: Int64

    package init(day: Int64) { self.day = day }

    /// - Returns: `nil` unless it is four, two and two digits that are a day of the years 0001 to 9999.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 10, parts.map(\.utf8.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } })
        else { return nil }
        let numbers = parts.compactMap { Int64($0) }
        guard numbers.count == 3, numbers[0] >= 1, (1...12).contains(numbers[1]),
            (1...31).contains(numbers[2])
        else { return nil }
        day = DeltaTime.day(year: numbers[0], month: numbers[1], day: numbers[2])
        // A month without such a day would have become the next one.
        guard self.text == text else { return nil }
    }

    package var text: String {
        let date = DeltaTime.date(ofDay: day)
        func digits(_ value: Int64, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        return "\(digits(date.year, 4))-\(digits(date.month, 2))-\(digits(date.day, 2))"
    }

    package static func < (left: ExportDate, right: ExportDate) -> Bool { left.day < right.day }

    /// The first and the last µs of these days.
    package static func times(_ days: ClosedRange<ExportDate>) -> ClosedRange<Int64> {
        days.lowerBound.day * length...(days.upperBound.day + 1) * length - 1
    }
}
