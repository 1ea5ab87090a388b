/// Timestamps as text: RFC 3339 in UTC out; that and its looser SQL forms in.
package enum TimestampText {
    /// `2026-11-15T10:00:00Z`, with a fraction only if there is one.
    package static func text(of time: Int64) -> String {
        var text: [UInt8] = []
        append(time, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends what `text(of:)` gives.
    static func append(_ time: Int64, to output: inout [UInt8]) {
        let day = Calendar.floorDivide(time, Calendar.dayLength)
        let date = Calendar.date(ofDay: day)
        let rest = time &- day &* Calendar.dayLength
        let seconds = rest / 1_000_000
        append(date.year, 4, to: &output)
        output.append(UInt8(ascii: "-"))
        append(date.month, 2, to: &output)
        output.append(UInt8(ascii: "-"))
        append(date.day, 2, to: &output)
        output.append(UInt8(ascii: "T"))
        append(seconds / 3_600, 2, to: &output)
        output.append(UInt8(ascii: ":"))
        append(seconds / 60 % 60, 2, to: &output)
        output.append(UInt8(ascii: ":"))
        append(seconds % 60, 2, to: &output)
        let fraction = rest % 1_000_000
        if fraction != 0 {
            output.append(UInt8(ascii: "."))
            let isWhole = fraction % 1_000 == 0
            append(isWhole ? fraction / 1_000 : fraction, isWhole ? 3 : 6, to: &output)
        }
        output.append(UInt8(ascii: "Z"))
    }

    /// The years 0000 to 9999: what RFC 3339 can write.
    static let writable: ClosedRange<Int64> = {
        let first = Calendar.day(of: Calendar.Date(year: 0, month: 1, day: 1))
        let end = Calendar.day(of: Calendar.Date(year: 10_000, month: 1, day: 1))
        return first * Calendar.dayLength...end * Calendar.dayLength - 1
    }()

    static let outOfRange = QueryError(
        .value, "the timestamp is outside of the years 0000 to 9999")

    private static func append(_ value: Int64, _ width: Int, to output: inout [UInt8]) {
        if value < 0 { output.append(UInt8(ascii: "-")) }
        DecimalText.append(value.magnitude, width: width, to: &output)
    }

    /// Reads `2026-11-15`, `2026-11-15 10:00`, `2026-11-15T10:00:00.123456Z`, `…+01:00`; without a
    /// zone it is UTC. `nil` for anything else.
    package static func time(of text: String) -> Int64? {
        var reader = DigitReader(bytes: Array(text.utf8))
        guard let year = reader.number(digits: 4), reader.accept("-"),
            let month = reader.number(digits: 2), (1...12).contains(month), reader.accept("-"),
            let day = reader.number(digits: 2),
            (1...Calendar.lengthOfMonth(year: year, month: month)).contains(day)
        else { return nil }
        let date = Calendar.Date(year: year, month: month, day: day)
        var time = Calendar.day(of: date) * Calendar.dayLength
        if reader.isAtEnd { return time }
        guard reader.accept("T") || reader.accept("t") || reader.accept(" "),
            let hour = reader.number(digits: 2), hour < 24, reader.accept(":"),
            let minute = reader.number(digits: 2), minute < 60
        else { return nil }
        time += (hour * 60 + minute) * 60_000_000
        if reader.accept(":") {
            guard let second = reader.number(digits: 2), second < 60 else { return nil }
            time += second * 1_000_000
            if reader.accept(".") {
                guard let fraction = reader.fraction() else { return nil }
                time += fraction
            }
        }
        if reader.isAtEnd || reader.accept("Z") || reader.accept("z") {
            return reader.isAtEnd ? time : nil
        }
        let isEast = reader.accept("+")
        guard isEast || reader.accept("-"), let hours = reader.number(digits: 2), hours < 24,
            reader.accept(":"), let minutes = reader.number(digits: 2), minutes < 60,
            reader.isAtEnd
        else { return nil }
        let offset = (hours * 60 + minutes) * 60_000_000
        return isEast ? time - offset : time + offset
    }

    private struct DigitReader {
        let bytes: [UInt8]
        var position = 0
        var isAtEnd: Bool { position == bytes.count }

        mutating func accept(_ character: Character) -> Bool {
            guard position < bytes.count, bytes[position] == character.asciiValue else {
                return false
            }
            position += 1
            return true
        }

        private mutating func digit() -> Int64? {
            guard position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 else {
                return nil
            }
            position += 1
            return Int64(bytes[position - 1] - 0x30)
        }

        mutating func number(digits: Int) -> Int64? {
            var value: Int64 = 0
            for _ in 0..<digits {
                guard let digit = digit() else { return nil }
                value = value * 10 + digit
            }
            return value
        }

        /// Up to six digits count; up to three more are dropped.
        mutating func fraction() -> Int64? {
            var value: Int64 = 0
            var count = 0
            while let digit = digit() {
                count += 1
                guard count <= 9 else { return nil }
                if count <= 6 { value = value * 10 + digit }
            }
            guard count > 0 else { return nil }
            for _ in min(count, 6)..<6 { value *= 10 }
            return value
        }
    }
}
