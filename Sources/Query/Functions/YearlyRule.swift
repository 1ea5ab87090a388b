/// The changes of clocks that come every year, as POSIX writes them in `TZ`:
/// `CET-1CEST,M3.5.0,M10.5.0/3` (RFC 8536, section 3.3.1).
struct YearlyRule: Sendable, Equatable {
    /// A day of any year, and the time on it.
    struct Date: Sendable, Equatable {
        enum Day: Sendable, Equatable {
            /// `M10.5.0`: the fifth (5 = last) Sunday of October.
            case weekday(month: Int64, week: Int64, weekday: Int64)
            /// `J60`: 1 to 365, never counting February 29.
            case dayOfCommonYear(Int64)
            /// `59`: 0 to 365, counting it.
            case dayOfYear(Int64)
        }
        var day: Day
        /// Seconds after midnight by the clocks before the change; may be less than 0 or days long.
        var seconds: Int64

        /// Seconds from 1970 to it in `year`, as clocks show it.
        func wallSeconds(in year: Int64) -> Int64 {
            let dayNumber: Int64
            switch day {
            case .weekday(let month, let week, let weekday):
                let first = Calendar.day(of: Calendar.Date(year: year, month: month, day: 1))
                let firstWeekday = Calendar.floorMod(first + 4, 7)
                let skip = Calendar.floorMod(weekday - firstWeekday, 7)
                let length = Calendar.lengthOfMonth(year: year, month: month)
                var offset = skip + (week - 1) * 7
                if offset >= length { offset -= 7 }
                dayNumber = first + offset
            case .dayOfCommonYear(let number):
                let isLeap = Calendar.lengthOfMonth(year: year, month: 2) == 29
                dayNumber = Self.newYear(year) + number - 1 + (isLeap && number >= 60 ? 1 : 0)
            case .dayOfYear(let number): dayNumber = Self.newYear(year) + number
            }
            return dayNumber * 86_400 + seconds
        }

        private static func newYear(_ year: Int64) -> Int64 {
            Calendar.day(of: Calendar.Date(year: year, month: 1, day: 1))
        }
    }

    /// Seconds beyond UTC.
    var standardOffset: Int64
    var summer: Summer?

    struct Summer: Sendable, Equatable {
        var offset: Int64
        var begin: Date
        var end: Date
    }

    /// The period of the rule that holds `time`, in microseconds.
    func period(at time: Int64) -> TimeZoneRules.Period {
        guard let summer else {
            return TimeZoneRules.Period(
                start: .min, end: .max, offset: standardOffset * 1_000_000)
        }
        let year = Calendar.date(ofDay: Calendar.floorDivide(time, Calendar.dayLength)).year
        // A year's changes may fall a day into its neighbours, and a period may begin the year before.
        var changes: [(seconds: Int64, offset: Int64)] = []
        for year in year - 1...year + 1 {
            changes.append((summer.begin.wallSeconds(in: year) - standardOffset, summer.offset))
            changes.append((summer.end.wallSeconds(in: year) - summer.offset, standardOffset))
        }
        changes.sort { $0.seconds < $1.seconds }
        var period = TimeZoneRules.Period(
            start: .min, end: .max, offset: changes[0].offset * 1_000_000)
        for change in changes {
            let (moment, overflow) = change.seconds.multipliedReportingOverflow(by: 1_000_000)
            guard !overflow else { continue }
            if moment > time {
                period.end = moment
                break
            }
            period.start = moment
            period.offset = change.offset * 1_000_000
        }
        return period
    }
}

extension YearlyRule {
    /// Reads the text between the two line feeds at the end of a TZif file; `nil` if it is none.
    init?(_ text: some Collection<UInt8>) {
        var reader = Reader(rest: Array(text)[...])
        guard reader.skipName(), let standard = reader.clockTime() else { return nil }
        standardOffset = -standard
        guard !reader.rest.isEmpty else { return }
        guard reader.skipName() else { return nil }
        var offset = standardOffset + 3_600
        if reader.rest.first != UInt8(ascii: ",") {
            guard let written = reader.clockTime() else { return nil }
            offset = -written
        }
        guard let begin = reader.date(), let end = reader.date(), reader.rest.isEmpty else {
            return nil
        }
        summer = Summer(offset: offset, begin: begin, end: end)
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func accept(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        /// `CET` or `<+0330>`
        mutating func skipName() -> Bool {
            if accept("<") {
                guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
                rest = rest[(end + 1)...]
                return true
            }
            let name = rest.prefix { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
            rest = rest[name.endIndex...]
            return name.count >= 3
        }

        mutating func number() -> Int64? {
            let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
            guard !digits.isEmpty, digits.count <= 3 else { return nil }
            rest = rest[digits.endIndex...]
            return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        }

        /// `-3:30:15` in seconds; hours up to 167, so that a change may be on another day.
        mutating func clockTime() -> Int64? {
            let isNegative = accept("-")
            if !isNegative { _ = accept("+") }
            guard let hours = number(), hours <= 167 else { return nil }
            var seconds = hours * 3_600
            for unit: Int64 in [60, 1] where accept(":") {
                guard let value = number(), value < 60 else { return nil }
                seconds += value * unit
            }
            return isNegative ? -seconds : seconds
        }

        /// `,M3.5.0/2`, `,J60`, `,59`
        mutating func date() -> Date? {
            guard accept(",") else { return nil }
            let day: Date.Day
            if accept("M") {
                guard let month = number(), (1...12).contains(month), accept("."),
                    let week = number(), (1...5).contains(week), accept("."),
                    let weekday = number(), weekday < 7
                else { return nil }
                day = .weekday(month: month, week: week, weekday: weekday)
            } else if accept("J") {
                guard let number = number(), (1...365).contains(number) else { return nil }
                day = .dayOfCommonYear(number)
            } else {
                guard let number = number(), number <= 365 else { return nil }
                day = .dayOfYear(number)
            }
            guard accept("/") else { return Date(day: day, seconds: 7_200) }
            return clockTime().map { Date(day: day, seconds: $0) }
        }
    }
}
