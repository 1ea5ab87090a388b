/// A date of the proleptic Gregorian calendar.
struct CivilDate {
    var year: Int
    var month: Int
    var dayOfMonth: Int

    /// - Parameter day: days since 1970-01-01.
    init(day: Int64) {
        // Years are counted from March, so that the leap day is the last of its year.
        let shifted = Int(day) + 719_468
        let cycle = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfCycle = shifted - cycle * 146_097
        let yearOfCycle =
            (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0)
    }

    var text: String {
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
    }

    /// ms since 1970 of a moment like `2026-11-21T00:00:00Z`, to the second and in UTC.
    static func milliseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[10] == UInt8(ascii: "T"), bytes[19] == UInt8(ascii: "Z"),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = Int(text.dropFirst(11).prefix(2)), (0..<24).contains(hour),
            let minute = Int(text.dropFirst(14).prefix(2)), (0..<60).contains(minute),
            let second = Int(text.dropFirst(17).prefix(2)), (0..<60).contains(second),
            let year = Int(text.prefix(4)), (1...9999).contains(year)
        else { return nil }
        // The day number grows with the date, so the date is found by halving.
        var (low, high) = (Int64(-719_468), Int64(2_932_897))
        let wanted = String(text.prefix(10))
        while low < high {
            let middle = (low + high) / 2 - (low + high < 0 && (low + high) % 2 != 0 ? 1 : 0)
            if CivilDate(day: middle).text < wanted { low = middle + 1 } else { high = middle }
        }
        guard CivilDate(day: low).text == wanted else { return nil }
        return low * 86_400_000 + Int64((hour * 60 + minute) * 60 + second) * 1000
    }
}
