/// Times in a Delta statistic: ISO 8601 in UTC with milliseconds.
enum DeltaTime {
    private static let microsecondsPerMillisecond: Int64 = 1000
    private static let millisecondsPerDay: Int64 = 86_400_000
    /// 0001-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z, in ms: what the form can say.
    private static let range: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// A lower bound of `time` (µs); `nil` if the form has none.
    static func textAtOrBefore(_ time: Int64) -> String? {
        let milliseconds = floorDivide(time, microsecondsPerMillisecond)
        guard milliseconds >= range.lowerBound else { return nil }
        return text(min(milliseconds, range.upperBound))
    }

    /// An upper bound of `time` (µs); `nil` if the form has none.
    static func textAtOrAfter(_ time: Int64) -> String? {
        let floor = floorDivide(time, microsecondsPerMillisecond)
        let milliseconds = floor * microsecondsPerMillisecond == time ? floor : floor + 1
        guard milliseconds <= range.upperBound else { return nil }
        return text(max(milliseconds, range.lowerBound))
    }

    private static func text(_ milliseconds: Int64) -> String {
        let day = floorDivide(milliseconds, millisecondsPerDay)
        var rest = milliseconds - day * millisecondsPerDay
        let (year, month, dayOfMonth) = date(ofDay: day)
        func digits(_ value: Int64, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        let hour = rest / 3_600_000
        rest %= 3_600_000
        let (minute, second, fraction) = (rest / 60_000, rest / 1000 % 60, rest % 1000)
        return digits(year, 4) + "-" + digits(month, 2) + "-" + digits(dayOfMonth, 2) + "T"
            + digits(hour, 2) + ":" + digits(minute, 2) + ":" + digits(second, 2) + "."
            + digits(fraction, 3) + "Z"
    }

    /// µs since 1970; takes up to six decimals, since other writers use them.
    static func time(in text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z") else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard byte >= 0x30 && byte <= 0x39 else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            return value
        }
        let marks: [(Int, Unicode.Scalar)] = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")]
        guard marks.allSatisfy({ bytes[$0.0] == UInt8(ascii: $0.1) }),
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            year >= 1, (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
            second < 60
        else { return nil }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            let count = bytes.count - 21
            guard bytes[19] == UInt8(ascii: "."), (1...6).contains(count),
                let decimals = number(20..<20 + count)
            else { return nil }
            fraction = (count..<6).reduce(decimals) { value, _ in value * 10 }
        }
        let days = self.day(year: year, month: month, day: day)
        return (days * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000 + fraction
    }

    static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    // Years begin in March, so that the leap day is the last one; eras are 400 years of 146,097 days.

    static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
