import Testing

@testable import Query

@Suite("Timestamps as text")
struct TimestampTextTests {
    @Test("any time printed and read again is the same time")
    func roundTrip() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            // Years 0000 to 9999, the range that the text form has.
            let time = Int64.random(
                in: -62_167_219_200_000_000..<253_402_300_800_000_000, using: &random)
            #expect(TimestampText.time(of: TimestampText.text(of: time)) == time, "seed 7")
        }
    }

    @Test("days and dates match for every day of four centuries")
    func calendar() {
        var expected = Calendar.Date(year: 1800, month: 1, day: 1)
        for day in Calendar.day(of: expected)..<Calendar.day(of: expected) + 146_097 {
            guard Calendar.date(ofDay: day) == expected, Calendar.day(of: expected) == day else {
                Issue.record("day \(day) is not \(expected)")
                return
            }
            expected.day += 1
            if expected.day > Calendar.lengthOfMonth(year: expected.year, month: expected.month) {
                expected.day = 1
                expected.month += 1
            }
            if expected.month > 12 {
                expected.month = 1
                expected.year += 1
            }
        }
    }

    @Test(
        "what is no timestamp is refused",
        arguments: [
            "", "2026", "2026-13-01", "2026-02-29", "2026-01-01T", "2026-01-01T24:00", "x",
            "2026-01-01 10:00:00.", "2026-01-01T10:00:00+1", "2026-01-01T10:00:00Zz",
            "2026-01-01T10:00:00.1234567890",
        ])
    func refusals(_ text: String) {
        #expect(TimestampText.time(of: text) == nil)
    }
}
