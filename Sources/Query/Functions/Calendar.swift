/// The proleptic Gregorian calendar in UTC, over microseconds since 1970.
enum Calendar {
    struct Date: Equatable {
        var year: Int64
        var month: Int64
        var day: Int64
    }

    static let dayLength: Int64 = 86_400_000_000

    /// Floored division: towards the past, also before 1970.
    @inline(__always)
    static func floorDivide(_ value: Int64, _ unit: Int64) -> Int64 {
        let quotient = value / unit
        return value % unit < 0 ? quotient &- 1 : quotient
    }

    /// Days since 1970-01-01 (Hinnant's `civil_from_days`).
    static func date(ofDay day: Int64) -> Date {
        let shifted = day &+ 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted &- era &* 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return Date(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// - Precondition: `month` is 1…12, `day` 1…31.
    static func day(of date: Date) -> Int64 {
        let year = date.month <= 2 ? date.year - 1 : date.year
        let era = floorDivide(year, 400)
        let yearOfEra = year - era * 400
        let shiftedMonth = date.month > 2 ? date.month - 3 : date.month + 9
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + date.day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    static func lengthOfMonth(year: Int64, month: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    @inline(__always)
    static func floorMod(_ value: Int64, _ unit: Int64) -> Int64 {
        let remainder = value % unit
        return remainder < 0 ? remainder &+ unit : remainder
    }

    /// `time` moved by whole months; the day is cut to the length of the month. `nil` on overflow.
    static func add(months: Int64, to time: Int64) -> Int64? {
        let day = floorDivide(time, dayLength)
        let date = date(ofDay: day)
        let (sum, overflow) = (date.year * 12 + date.month - 1).addingReportingOverflow(months)
        guard !overflow, abs(sum / 12) < 400_000 else { return nil }
        let year = floorDivide(sum, 12)
        let month = sum - year * 12 + 1
        let moved = Date(
            year: year, month: month, day: min(date.day, lengthOfMonth(year: year, month: month)))
        let (start, high) = self.day(of: moved).multipliedReportingOverflow(by: dayLength)
        let (result, carry) = start.addingReportingOverflow(time &- day &* dayLength)
        return high || carry ? nil : result
    }
}
