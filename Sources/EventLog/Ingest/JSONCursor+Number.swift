extension JSONCursor {
    /// A number: an integer if it is written as one and fits, else the nearest double.
    @inline(__always)
    mutating func number() throws(JSONError) -> JSONValue {
        let start = p
        let negative = p.pointee == UInt8(ascii: "-")
        if negative { p += 1 }
        let digits = p
        var mantissa: UInt64 = 0
        if p.pointee == UInt8(ascii: "0") {
            p += 1
            guard !Self.isDigit(p.pointee) else { throw error(.badNumber) }
        } else {
            guard Self.isDigit(p.pointee) else { throw error(.badNumber) }
            while Self.isDigit(p.pointee) {
                mantissa = mantissa &* 10 &+ UInt64(p.pointee &- UInt8(ascii: "0"))
                p += 1
            }
        }
        var significant = p - digits
        var exponent = 0
        var isInteger = true
        if p.pointee == UInt8(ascii: ".") {
            isInteger = false
            p += 1
            let fraction = p
            while Self.isDigit(p.pointee) {
                mantissa = mantissa &* 10 &+ UInt64(p.pointee &- UInt8(ascii: "0"))
                p += 1
            }
            guard p > fraction else { throw error(.badNumber) }
            exponent = fraction - p
            significant += p - fraction
        }
        if p.pointee | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            exponent += try scientificExponent()
        }
        if isInteger, significant <= 18 {
            let magnitude = Int64(bitPattern: mantissa)
            return finished(
                start, .integer, UInt64(bitPattern: negative ? 0 &- magnitude : magnitude))
        }
        // Both numbers are exact as doubles, so one division or multiplication rounds correctly.
        if significant <= 19, mantissa < 1 << 53, (-22...22).contains(exponent) {
            let power = Self.powerOfTen(exponent.magnitude)
            let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
            return finished(start, .double, (negative ? -value : value).bitPattern)
        }
        return try hardNumber(start, isInteger: isInteger)
    }

    @inline(__always)
    private func finished(
        _ start: UnsafePointer<UInt8>, _ kind: JSONValue.Kind, _ bits: UInt64
    ) -> JSONValue {
        JSONValue(
            kind: kind, bits: bits, text: start, count: p - start, raw: start, rawCount: p - start)
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private mutating func scientificExponent() throws(JSONError) -> Int {
        p += 1
        let negative = p.pointee == UInt8(ascii: "-")
        if negative || p.pointee == UInt8(ascii: "+") { p += 1 }
        guard Self.isDigit(p.pointee) else { throw error(.badNumber) }
        var value = 0
        while Self.isDigit(p.pointee) {
            // Past this no double exists; the exact figure no longer matters.
            if value < 1_000_000_000 { value = value * 10 + Int(p.pointee - UInt8(ascii: "0")) }
            p += 1
        }
        return negative ? -value : value
    }

    /// Many digits or a large exponent: the standard library rounds correctly.
    @inline(never)
    private func hardNumber(
        _ start: UnsafePointer<UInt8>, isInteger: Bool
    ) throws(JSONError) -> JSONValue {
        let text = String(
            decoding: UnsafeBufferPointer(start: start, count: p - start), as: UTF8.self)
        if isInteger, let value = Int64(text) {
            return finished(start, .integer, UInt64(bitPattern: value))
        }
        guard let value = Double(text), value.isFinite else {
            throw error(.numberTooLarge, at: start)
        }
        return finished(start, isInteger ? .bigInteger : .double, value.bitPattern)
    }

    @inline(__always)
    private static func powerOfTen(_ exponent: UInt) -> Double {
        switch exponent {
        case 0: 1
        case 1: 1e1
        case 2: 1e2
        case 3: 1e3
        case 4: 1e4
        case 5: 1e5
        case 6: 1e6
        default: largePowerOfTen(exponent)
        }
    }

    /// 10⁰…10²² are exact, and so is each step on the way.
    @inline(never)
    private static func largePowerOfTen(_ exponent: UInt) -> Double {
        var value = 1.0
        for _ in 0..<exponent { value *= 10 }
        return value
    }
}
