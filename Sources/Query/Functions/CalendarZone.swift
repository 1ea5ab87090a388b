/// How finely time is divided for people.
package enum CalendarUnit: String, Sendable, CaseIterable {
    case hour, day
    /// From Monday on.
    case week
}

/// Days and hours as clocks of a time zone have them.
package struct CalendarZone: Sendable, Hashable {
    /// `Europe/Berlin`, `UTC`, `+02:00`.
    package let name: String
    private let rules: TimeZoneRules

    package static let utc = CalendarZone(name: "UTC", rules: TimeZoneRules(fixedOffset: 0))

    package init(named name: String) throws(QueryError) {
        self.init(name: name, rules: try TimeZones.system.zone(named: name))
    }

    private init(name: String, rules: TimeZoneRules) {
        self.name = name
        self.rules = rules
    }

    package static func == (left: CalendarZone, right: CalendarZone) -> Bool {
        left.name == right.name
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// The day that clocks show, counted from 1970-01-01.
    package func day(of time: Int64) -> Int64 {
        Calendar.floorDivide(rules.wallTime(at: time), Calendar.dayLength)
    }

    /// The first moment at which clocks show a day.
    package func start(ofDay day: Int64) -> Int64 {
        switch rules.moment(ofWallTime: day &* Calendar.dayLength) {
        case .shown(let start): start
        case .skipped(let change, _): change
        }
    }

    /// The day that a date names: `2026-11-15`.
    package static func day(_ text: String) -> Int64? {
        guard text.utf8.count == 10, let time = TimestampText.time(of: text) else { return nil }
        return time / Calendar.dayLength
    }

    /// `2026-11-15`
    package static func text(ofDay day: Int64) -> String {
        String(TimestampText.text(of: day &* Calendar.dayLength).prefix(10))
    }

    /// The hour, 0 to 23, and the weekday, 0 is Monday, that clocks show.
    package func hourAndWeekday(of time: Int64) -> (hour: Int, weekday: Int) {
        let wall = rules.wallTime(at: time)
        let day = Calendar.floorDivide(wall, Calendar.dayLength)
        return (
            Int((wall - day * Calendar.dayLength) / 3_600_000_000),
            Int(Calendar.floorMod(day + 3, 7))
        )
    }

    /// The begins of all units that have a part in a range of µs, ascending.
    /// - Returns: `nil` if there are more.
    package func starts(
        of unit: CalendarUnit, in range: Range<Int64>, countMax: Int
    ) -> [Int64]? {
        guard !range.isEmpty else { return [] }
        let length =
            switch unit {
            case .hour: Int64(3_600_000_000)
            case .day: Calendar.dayLength
            case .week: 7 * Calendar.dayLength
            }
        let buckets = TimeBuckets(months: 0, length: length)
        var starts = [buckets.start(of: range.lowerBound, in: rules).0]
        while true {
            var next = starts[starts.count - 1]
            // The length of a day is not always the same.
            var step = buckets.length
            repeat {
                next = buckets.start(of: starts[starts.count - 1] + step, in: rules).0
                step += 3_600_000_000
            } while next <= starts[starts.count - 1]
            if next >= range.upperBound { return starts }
            guard starts.count < countMax else { return nil }
            starts.append(next)
        }
    }
}
