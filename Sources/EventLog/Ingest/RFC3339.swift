/// Reads the date-times of RFC 3339 to the microsecond.
///
/// A full date, `T`, `t` or a space, a time, one to nine digits of fraction (cut to six), and `Z`, `z`
/// or an offset, which is required. A leap second, legal only as 23:59:60 UTC, becomes the last
/// microsecond of its minute: it sorts behind 23:59:59 and stays in its day.
package struct RFC3339 {
    /// The last date read: events come with few dates, and a date costs more than a time.
    private var dateWords: (UInt64, UInt64) = (0, 0)
    private var dateStart: Int64 = 0

    /// - Parameter text: `count` bytes and at least one more that is no digit.
    /// - Returns: µs since 1970 UTC, or `nil` if it is not a date-time.
    @inline(__always)
    mutating func microseconds(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
        guard count >= 20 else { return nil }
        // "2026-11-21T" as two overlapping words.
        let raw = UnsafeRawPointer(text)
        let words = (
            raw.loadUnaligned(as: UInt64.self),
            raw.loadUnaligned(fromByteOffset: 3, as: UInt64.self)
        )
        if words != dateWords {
            guard let start = Self.date(text) else { return nil }
            dateWords = words
            dateStart = start
        }
        guard let hour = Self.twoDigits(text + 11), let minute = Self.twoDigits(text + 14),
            let second = Self.twoDigits(text + 17), hour < 24, minute < 60, second <= 60,
            text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":")
        else { return nil }
        var index = 19
        var fraction: Int64 = 0
        if text[19] == UInt8(ascii: ".") {
            index = 20
            var scale: Int64 = 100_000
            while index < count, JSONCursor.isDigit(text[index]) {
                fraction &+= Int64(text[index] &- UInt8(ascii: "0")) &* scale
                scale /= 10
                index &+= 1
            }
            guard index > 20, index <= 29 else { return nil }
        }
        guard index < count else { return nil }
        var offset: Int64 = 0
        if text[index] | 0x20 == UInt8(ascii: "z") {
            guard index &+ 1 == count else { return nil }
        } else {
            guard let minutes = Self.offset(text + index, count &- index) else { return nil }
            offset = minutes
        }
        let minutes = Int64(hour &* 60 &+ minute)
        if second == 60 {
            guard Self.modulo(minutes &- offset, 1440) == 1439 else { return nil }
            return dateStart &+ (minutes &- offset) &* 60_000_000 &+ 59_999_999
        }
        return dateStart &+ (minutes &- offset) &* 60_000_000 &+ Int64(second) &* 1_000_000
            &+ fraction
    }

    /// µs from 1970 to the start of a date like `2026-11-21T`.
    private static func date(_ text: UnsafePointer<UInt8>) -> Int64? {
        guard let century = twoDigits(text), let yearOfCentury = twoDigits(text + 2),
            text[4] == UInt8(ascii: "-"), let month = twoDigits(text + 5),
            text[7] == UInt8(ascii: "-"), let day = twoDigits(text + 8),
            text[10] | 0x20 == UInt8(ascii: "t") || text[10] == UInt8(ascii: " "),
            (1...12).contains(month)
        else { return nil }
        let year = century * 100 + yearOfCentury
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
        guard (1...length).contains(day) else { return nil }
        // Days of the civil calendar, counted in years that begin in March.
        let marchYear = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let cycle = marchYear >= 0 ? marchYear / 400 : -1
        let yearOfCycle = marchYear - cycle * 400
        let days =
            cycle * 146_097 + yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
            - 719_468
        return Int64(days) * 86_400_000_000
    }

    /// Minutes east of UTC of `+hh:mm` or `-hh:mm`.
    private static func offset(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int64? {
        guard count == 6, text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-"),
            let hours = twoDigits(text + 1), text[3] == UInt8(ascii: ":"),
            let minutes = twoDigits(text + 4), hours < 24, minutes < 60
        else { return nil }
        let total = Int64(hours * 60 + minutes)
        return text[0] == UInt8(ascii: "-") ? -total : total
    }

    @inline(__always)
    private static func twoDigits(_ text: UnsafePointer<UInt8>) -> Int? {
        let tens = text[0] &- UInt8(ascii: "0")
        let ones = text[1] &- UInt8(ascii: "0")
        guard tens < 10, ones < 10 else { return nil }
        return Int(tens) &* 10 &+ Int(ones)
    }

    private static func modulo(_ value: Int64, _ divisor: Int64) -> Int64 {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
