import EventLog

extension ExploreQuestion {
    /// Events of one page.
    static let limits = 1...200
    /// Events that pages may pass over; a cursor goes as far as there are events.
    static let offsetMax = 10_000
    private static let names: Set = [
        "event_type", "content_id", "viewer_id", "timeframe[]", "limit", "page", "cursor",
    ]

    /// Reads the parameters of `GET /v1/events/explore`.
    /// - Parameter now: µs since 1970 UTC, where relative times end.
    init(
        _ target: RequestTarget, storeTag: UInt64, now: Int64
    ) throws(HTTPFailure) {
        self.init()
        if let name = target.query.keys.sorted().first(where: { !Self.names.contains($0) }) {
            throw .wrong(
                name,
                "There is no parameter of this name; there are "
                    + Self.names.sorted().joined(separator: ", ") + ".")
        }
        let query = target.query
        eventType = query["event_type"].map(EventType.canonicalName)
        contentId = query["content_id"]
        viewerId = query["viewer_id"]
        times = try Self.times(target.lists["timeframe[]"] ?? [], now: now)
        if let text = query["limit"] {
            guard let limit = Int(text), Self.limits.contains(limit) else {
                throw .wrong(
                    "limit",
                    "limit is a number of events, \(Self.limits.lowerBound) to "
                        + "\(Self.limits.upperBound).")
            }
            self.limit = limit
        }
        if let text = query["page"] {
            guard query["cursor"] == nil else {
                throw .wrong("page", "page and cursor exclude each other.")
            }
            let pageMax = Self.offsetMax / limit
            guard let page = Int(text), (1...pageMax).contains(page) else {
                throw .wrong(
                    "page",
                    "page is a number, 1 to \(pageMax) with this limit; a cursor goes further.")
            }
            offset = (page - 1) * limit
        }
        if let text = query["cursor"] {
            after = try ExploreCursor(text, storeTag: storeTag, filters: Self.filters(target)).place
        }
    }

    /// Everything that decides which events there are, but not how many of them are on a page.
    static func filters(_ target: RequestTarget) -> [String] {
        ["event_type", "content_id", "viewer_id"].map { target.query[$0].map { "=" + $0 } ?? "" }
            + (target.lists["timeframe[]"] ?? [])
    }

    private static let units: [(name: String, seconds: Int64)] = [
        ("minutes", 60), ("hours", 3_600), ("days", 86_400), ("weeks", 7 * 86_400),
        ("months", 30 * 86_400),
    ]
    private static let amountMax: Int64 = 100_000

    /// One relative time, `7:days`, or two times in seconds since 1970 UTC.
    private static func times(
        _ values: [String], now: Int64
    ) throws(HTTPFailure) -> Range<Int64>? {
        switch values.count {
        case 0: return nil
        case 1:
            let parts = values[0].split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let amount = Int64(parts[0]), (1...amountMax).contains(amount),
                let unit = units.first(where: { $0.name == parts[1] })
            else { break }
            let (start, overflow) = now.subtractingReportingOverflow(
                amount * unit.seconds * 1_000_000)
            // What the clocks of devices and ours disagree about is not cut off.
            return (overflow ? .min : start)..<Int64.max
        case 2:
            guard let from = second(values[0]), let until = second(values[1]), from <= until else {
                break
            }
            return from * 1_000_000..<(until + 1) * 1_000_000
        default: break
        }
        throw .wrong(
            "timeframe[]",
            "timeframe[] is one of 7:days, 24:hours, 90:minutes, 4:weeks, 3:months, or two times "
                + "in seconds since 1970, the earlier first.")
    }

    /// Seconds up to the year 9999.
    private static func second(_ text: String) -> Int64? {
        Int64(text).flatMap { (0...253_402_300_799).contains($0) ? $0 : nil }
    }
}

extension EventType {
    /// The name under which events that are called so are stored.
    static func canonicalName(_ text: String) -> String {
        func plain(_ name: String) -> String {
            name.lowercased().filter { $0 != " " && $0 != "_" && $0 != "-" }
        }
        let wanted = plain(text)
        let type = all.first { ([$0.name] + $0.synonyms).contains { plain($0) == wanted } }
        return type?.name ?? text
    }
}
