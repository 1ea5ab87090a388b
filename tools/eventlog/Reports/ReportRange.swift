import Columns
import Query

/// The time that a report is about: from the first moment on, until before the second.
struct ReportRange {
    var from = "0001-01-01T00:00:00Z"
    var to = "9999-12-31T23:59:59Z"

    /// - Parameters:
    ///   - now: µs since 1970.
    ///   - days: the last so many days until `to`, or until now.
    init(from: String?, to: String?, days: Double?, now: Int64) throws(ToolFailure) {
        if let from { self.from = try Self.checked(from, "--from") }
        if let to { self.to = try Self.checked(to, "--to") }
        guard let days else { return }
        let end = try to.map { (text) throws(ToolFailure) in try Self.time(text, "--to") } ?? now
        self.from = TimestampText.text(of: end - Int64(days * 86_400_000_000))
        if to == nil { self.to = TimestampText.text(of: now + 1) }
    }

    private static func checked(_ text: String, _ option: String) throws(ToolFailure) -> String {
        TimestampText.text(of: try time(text, option))
    }

    private static func time(_ text: String, _ option: String) throws(ToolFailure) -> Int64 {
        guard let time = TimestampText.time(of: text) else {
            throw ToolFailure(
                "\(option) is a time, like 2026-11-15 or 2026-11-15T10:00:00Z, not \(harmless(text))",
                .usage)
        }
        return time
    }
}
