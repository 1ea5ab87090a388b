import Analytics
import Query

/// How requests say which time they are about.
extension RequestTarget {
    private static let quarterLength: Int64 = 900_000_000

    /// `startDate`, `endDate` (the day is in it; an instant is the end), `timeZone`, `granularity`, `compare`.
    func figureRange() throws(HTTPFailure) -> FigureRange {
        var range = FigureRange(zone: try zone(), granularity: try granularity())
        if let text = query["startDate"] {
            range.from = try time("startDate", text, range.zone, isEnd: false)
        }
        if let text = query["endDate"] {
            range.to = try time("endDate", text, range.zone, isEnd: true)
        }
        if let from = range.from, let to = range.to, from >= to {
            throw .wrong("endDate", "endDate is before startDate.")
        }
        if let text = query["compare"] {
            guard ["true", "false", "previous"].contains(text) else {
                throw .wrong("compare", "compare is true or false.")
            }
            range.compares = text != "false"
        }
        return range
    }

    /// The same, or `days`: cohorts of so many days, today's the last.
    func cohortRange(now: Int64) throws(HTTPFailure) -> FigureRange {
        var range = try figureRange()
        guard let text = query["days"] else { return range }
        guard let days = Int64(text), Self.cohortDays.contains(days) else {
            throw .wrong("days", "days is a number, 1 to \(Self.cohortDays.upperBound).")
        }
        guard range.from == nil, range.to == nil else {
            throw .wrong("days", "days and startDate or endDate exclude each other.")
        }
        range.from = range.zone.start(ofDay: range.zone.day(of: now) - days + 1)
        return range
    }

    static let cohortDays: ClosedRange<Int64> = 1...400

    private func zone() throws(HTTPFailure) -> CalendarZone {
        guard let name = query["timeZone"] else { return .utc }
        do {
            return try CalendarZone(named: name)
        } catch {
            throw .wrong(
                "timeZone", "\(error.message)\(error.hint.map { " (\($0))" } ?? "").")
        }
    }

    private func granularity() throws(HTTPFailure) -> CalendarUnit? {
        guard let text = query["granularity"] else { return nil }
        guard let unit = CalendarUnit(rawValue: text) else {
            throw .wrong("granularity", "granularity is hour, day or week.")
        }
        return unit
    }

    private func time(
        _ field: String, _ text: String, _ zone: CalendarZone, isEnd: Bool
    ) throws(HTTPFailure) -> Int64 {
        if let day = CalendarZone.day(text) { return zone.start(ofDay: isEnd ? day + 1 : day) }
        // A date with a time says its offset itself.
        guard text.utf8.count > 10, let time = TimestampText.time(of: text) else {
            throw .wrong(
                field,
                "\(field) is a date, such as 2026-11-15, or a time, such as "
                    + "2026-11-15T10:00:00Z.")
        }
        return time
    }

    /// `timeframe[]`: `7:days`, or twice with Unix times in seconds. Relative ones begin with a quarter of an
    /// hour; nothing said is `24:hours`.
    func timeframe(now: Int64) throws(HTTPFailure) -> FigureRange {
        var range = FigureRange(zone: try zone(), granularity: try granularity())
        let given = lists["timeframe[]"] ?? []
        if given.count == 2 {
            guard let from = Self.unixTime(given[0]), let to = Self.unixTime(given[1]), from < to
            else { throw Self.wrongTimeframe }
            range.from = from
            range.to = to
        } else {
            guard given.count <= 1 else { throw Self.wrongTimeframe }
            let length = try Self.relativeLength(given.first ?? "24:hours")
            range.from = Self.floor(now - length)
            // What is stamped a little ahead of our clock counts too.
            range.to = Self.floor(now) + 2 * Self.quarterLength
        }
        if range.granularity == nil, let from = range.from, let to = range.to {
            let day: Int64 = 86_400_000_000
            range.granularity = to - from <= day + 3 * Self.quarterLength ? .hour : .day
        }
        return range
    }

    private static func floor(_ time: Int64) -> Int64 { time - time % quarterLength }

    private static let wrongTimeframe = HTTPFailure.wrong(
        "timeframe[]",
        "timeframe[] is a length such as 7:days (minutes, hours, days, weeks), or two Unix times.")

    private static func unixTime(_ text: String) -> Int64? {
        guard let seconds = Int64(text), abs(seconds) < 253_402_300_800 else { return nil }
        return seconds * 1_000_000
    }

    private static let units: [String: Int64] = [
        "minute": 60_000_000, "hour": 3_600_000_000, "day": 86_400_000_000,
        "week": 7 * 86_400_000_000,
    ]
    /// Units of a relative timeframe.
    static let timeframeCounts: ClosedRange<Int64> = 1...100_000

    private static func relativeLength(_ text: String) throws(HTTPFailure) -> Int64 {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int64(parts[0]), timeframeCounts.contains(count) else {
            throw wrongTimeframe
        }
        let name = parts[1].hasSuffix("s") ? parts[1].dropLast() : parts[1]
        guard let unit = units[String(name)] else { throw wrongTimeframe }
        return count * unit
    }
}

/// How requests ask for a page of contents.
extension RequestTarget {
    func contentPage() throws(HTTPFailure) -> ContentPage {
        var page = ContentPage(
            sort: .views, isDescending: true, limit: AnalyticsLimits.pageSize)
        if let text = query["sort"] {
            if text == "contentId" {
                page.sort = nil
                page.isDescending = false
            } else {
                guard let figure = Figure(rawValue: text) else {
                    let names = Figure.allCases.map(\.rawValue).joined(separator: ", ")
                    throw .wrong("sort", "sort is contentId or one of \(names).")
                }
                page.sort = figure
            }
        }
        if let text = query["order"] {
            guard text == "asc" || text == "desc" else {
                throw .wrong("order", "order is asc or desc.")
            }
            page.isDescending = text == "desc"
        }
        if let text = query["limit"] {
            guard let limit = Int(text), AnalyticsLimits.pageSizes.contains(limit) else {
                let sizes = AnalyticsLimits.pageSizes
                throw .wrong(
                    "limit", "limit is a number, \(sizes.lowerBound) to \(sizes.upperBound).")
            }
            page.limit = limit
        }
        if let text = query["cursor"] {
            guard let cursor = ContentPage.Cursor(text, page) else {
                throw .wrong("cursor", "cursor is the nextCursor of a page in the same order.")
            }
            page.after = cursor
        }
        return page
    }
}
