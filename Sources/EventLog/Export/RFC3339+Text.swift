extension RFC3339 {
    /// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z, in µs: what the form can say in UTC.
    private static let range: ClosedRange<Int64> =
        -62_167_219_200_000_000...253_402_300_799_999_999
    /// The largest offset, 23:59, in µs.
    private static let offset: Int64 = 86_340_000_000

    /// Appends a date-time that reads back as the same µs: in UTC, or, where a year would not have four
    /// digits there, with the offset that a sender must have used.
    package static func append(_ time: Int64, to text: inout [UInt8]) {
        var local = time
        var zone = "Z"
        if time < range.lowerBound {
            local = max(time, range.lowerBound - offset) + offset
            zone = "+23:59"
        } else if time > range.upperBound {
            local = min(time, range.upperBound + offset) - offset
            zone = "-23:59"
        }
        let second = DeltaTime.floorDivide(local, 1_000_000)
        let day = DeltaTime.floorDivide(second, 86_400)
        let date = DeltaTime.date(ofDay: day)
        let ofDay = second - day * 86_400
        append(date.year, digits: 4, before: "-", to: &text)
        append(date.month, digits: 2, before: "-", to: &text)
        append(date.day, digits: 2, before: "T", to: &text)
        append(ofDay / 3600, digits: 2, before: ":", to: &text)
        append(ofDay / 60 % 60, digits: 2, before: ":", to: &text)
        append(ofDay % 60, digits: 2, before: "", to: &text)
        let fraction = local - second * 1_000_000
        if fraction > 0 {
            text.append(UInt8(ascii: "."))
            let isMillisecond = fraction % 1000 == 0
            append(
                isMillisecond ? fraction / 1000 : fraction, digits: isMillisecond ? 3 : 6,
                before: "", to: &text)
        }
        text.append(contentsOf: zone.utf8)
    }

    private static func append(
        _ value: Int64, digits: Int, before mark: StaticString, to text: inout [UInt8]
    ) {
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
        mark.withUTF8Buffer { text.append(contentsOf: $0) }
    }
}
