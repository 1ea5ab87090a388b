import Shell
import Testing

@Suite("History")
struct HistoryTests {
    @Test("an entry of several lines is read back whole, also with backslashes")
    func roundTrip() {
        var history = History()
        for entry in ["FROM events", "FROM events\n|> LIMIT 1;", #"SELECT '\n\\'"#, "a\r\nb"] {
            history.append(entry)
        }
        #expect(History(reading: history.text) == history)
        #expect(history.text.split(separator: "\n").count == 4)
    }

    @Test("blank entries and repeats of the last one are not kept")
    func repeats() {
        var history = History()
        let appended = ["a", "a", " \n"].map { history.append($0) }
        #expect(appended == [true, false, false])
        #expect(history.entries == ["a"])
    }

    @Test("the oldest entries go when there are too many, and too long ones never come")
    func bounds() {
        var history = History()
        for number in 0...History.countMax { history.append("q\(number)") }
        #expect(history.entries.count == History.countMax)
        #expect(history.entries.first == "q1")
        let longest = String(repeating: "x", count: History.entrySizeMax)
        let appended = [longest, longest + "x"].map { history.append($0) }
        #expect(appended == [true, false])
    }
}
