/// Puts event lines together as bytes.
struct LineWriter {
    private(set) var bytes: [UInt8] = []
    /// The date that was written last, with its day, because nearly all lines share it.
    private var day = Int64.min
    private var date: [UInt8] = []

    var count: Int { bytes.count }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    mutating func text(_ text: StaticString) {
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func raw(_ other: some Collection<UInt8>) { bytes.append(contentsOf: other) }

    mutating func number(_ value: Int) {
        guard value > 9 else {
            bytes.append(UInt8(ascii: "0") + UInt8(max(0, value)))
            return
        }
        number(value / 10)
        bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
    }

    /// Tenths as a decimal number: 155 is 15.5, 20 is 2.
    mutating func tenths(_ value: Int) {
        number(value / 10)
        if value % 10 != 0 {
            bytes.append(UInt8(ascii: "."))
            bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
        }
    }

    /// A prefix and twelve letters and digits that stand for a number.
    mutating func id(_ prefix: StaticString, _ hash: UInt64) {
        text(prefix)
        var rest = hash
        for _ in 0..<12 {
            let digit = UInt8(truncatingIfNeeded: rest & 31)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            rest >>= 5
        }
    }

    /// RFC 3339 with milliseconds, from ms since 1970 UTC.
    mutating func timestamp(_ milliseconds: Int64) {
        let (quotient, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let ofDay = Int(rest < 0 ? rest + 86_400_000 : rest)
        let wanted = rest < 0 ? quotient - 1 : quotient
        if wanted != day {
            day = wanted
            date = Array(CivilDate(day: wanted).text.utf8)
        }
        bytes.append(contentsOf: date)
        bytes.append(UInt8(ascii: "T"))
        digits(ofDay / 3_600_000, 2)
        bytes.append(UInt8(ascii: ":"))
        digits(ofDay / 60_000 % 60, 2)
        bytes.append(UInt8(ascii: ":"))
        digits(ofDay / 1000 % 60, 2)
        bytes.append(UInt8(ascii: "."))
        digits(ofDay % 1000, 3)
        bytes.append(UInt8(ascii: "Z"))
    }

    private mutating func digits(_ value: Int, _ width: Int) {
        var scale = width == 3 ? 100 : 10
        while scale > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(value / scale % 10))
            scale /= 10
        }
    }
}
