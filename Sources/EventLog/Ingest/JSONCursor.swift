#if canImport(Glibc)
    import Glibc
#endif

/// One scalar or nested value, with its text as sent. Pointers live as long as the document.
struct JSONValue {
    enum Kind: UInt8 {
        case string, integer, double
        /// An integer that neither Int64 nor a double can hold.
        case bigInteger
        case `true`, `false`, null
        case object, array
    }

    var kind: Kind
    /// The bits of an Int64 or of a Double.
    var bits: UInt64 = 0
    /// A string without its quotes and escapes; otherwise the same as `raw`.
    var text: UnsafePointer<UInt8>
    var count = 0
    /// Exactly as sent.
    var raw: UnsafePointer<UInt8>
    var rawCount = 0
}

/// A strict RFC 8259 scanner over one document: what it accepts is JSON, checked to the last byte.
///
/// It works on pointers, because it is the hottest loop of the product. Its bound: the byte at `end` is
/// below 0x20 (a line feed or a zero), which stops every loop over a string or a number, and eight
/// bytes behind it are readable, so whole words may be loaded without asking.
struct JSONCursor {
    let base: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    var p: UnsafePointer<UInt8>
    /// Where unescaped strings go; room for twice as many bytes as the document has (one that turns out
    /// to be a control line is read again), and padding.
    var scratch: UnsafeMutablePointer<UInt8>
    /// Fields seen so far in each open object; `Limits.nestingMax + 1` entries.
    let fieldCounts: UnsafeMutablePointer<Int>

    func error(_ reason: JSONError.Reason) -> JSONError {
        JSONError(reason: p >= end ? .unexpectedEnd : reason, offset: p - base)
    }

    func error(_ reason: JSONError.Reason, at place: UnsafePointer<UInt8>) -> JSONError {
        JSONError(reason: reason, offset: place - base)
    }

    /// The same document from its beginning; what has been unescaped so far stays valid.
    func restarted() -> JSONCursor {
        var copy = self
        copy.p = base
        return copy
    }

    @inline(__always)
    mutating func skipSpace() {
        guard p.pointee <= 0x20 else { return }
        while p < end, p.pointee == 0x20 || p.pointee == 9 || p.pointee == 10 || p.pointee == 13 {
            p += 1
        }
    }

    /// A field name and the colon behind it, from the opening quote on to the value.
    @inline(__always)
    mutating func name() throws(JSONError) -> (start: UnsafePointer<UInt8>, count: Int) {
        guard p.pointee == UInt8(ascii: "\"") else { throw error(.expectedName) }
        let quote = p
        let name = try string()
        guard name.count <= Limits.fieldNameSizeMax else { throw error(.nameTooLong, at: quote) }
        skipSpace()
        guard p.pointee == UInt8(ascii: ":") else { throw error(.expectedColon) }
        p += 1
        skipSpace()
        return name
    }

    /// A value of any kind.
    /// - Parameter depth: containers open around it.
    @inline(__always)
    mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        let start = p
        switch p.pointee {
        case UInt8(ascii: "\""):
            let string = try string()
            return JSONValue(
                kind: .string, text: string.start, count: string.count, raw: start,
                rawCount: p - start)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            return try number()
        case UInt8(ascii: "t"):
            try word(0x6575_7274)
            return literal(.true, start)
        case UInt8(ascii: "f"):
            // "alse": the first letter has been seen.
            p += 1
            try word(0x6573_6C61)
            return literal(.false, start)
        case UInt8(ascii: "n"):
            try word(0x6C6C_756E)
            return literal(.null, start)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let kind: JSONValue.Kind = p.pointee == UInt8(ascii: "{") ? .object : .array
            try skipContainer(depth: depth)
            return JSONValue(
                kind: kind, text: start, count: p - start, raw: start, rawCount: p - start)
        default:
            throw error(.expectedValue)
        }
    }

    @inline(__always)
    private func literal(_ kind: JSONValue.Kind, _ start: UnsafePointer<UInt8>) -> JSONValue {
        JSONValue(kind: kind, text: start, count: p - start, raw: start, rawCount: p - start)
    }

    @inline(__always)
    private mutating func word(_ letters: UInt32) throws(JSONError) {
        guard UnsafeRawPointer(p).loadUnaligned(as: UInt32.self) == letters else {
            throw error(.badLiteral)
        }
        p += 4
    }

    // MARK: Strings

    /// A string, from the opening quote past the closing one: its bytes without escapes.
    @inline(__always)
    mutating func string() throws(JSONError) -> (start: UnsafePointer<UInt8>, count: Int) {
        let start = p + 1
        var q = start
        while true {
            let word = UnsafeRawPointer(q).loadUnaligned(as: UInt64.self)
            let special = Self.special(word)
            if special != 0 {
                q += special.trailingZeroBitCount &>> 3
                break
            }
            q += 8
        }
        if q.pointee == UInt8(ascii: "\"") {
            p = q + 1
            return (start, q - start)
        }
        return try longString(start, q)
    }

    /// The high bit of each byte that is a quote, a backslash, a control character or not ASCII.
    /// Bits above the first one set may be wrong.
    @inline(__always)
    private static func special(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let found =
            ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            | ((word &- ones &* 0x20) & ~word) | word
        return found & (ones &* 0x80)
    }

    /// The general case: escapes, bytes above ASCII, and all that is wrong.
    /// Without escapes the string stays where it is; else it is put together in `scratch`.
    @inline(never)
    private mutating func longString(
        _ start: UnsafePointer<UInt8>, _ special: UnsafePointer<UInt8>
    ) throws(JSONError) -> (start: UnsafePointer<UInt8>, count: Int) {
        let out = scratch
        var written = 0
        /// From here on bytes are not in `scratch` yet.
        var pending = start
        var escaped = false
        func flush(upTo place: UnsafePointer<UInt8>) {
            memcpy(out + written, pending, place - pending)
            written += place - pending
        }
        p = special
        while true {
            switch p.pointee {
            case UInt8(ascii: "\""):
                if !escaped {
                    let count = p - start
                    p += 1
                    return (start, count)
                }
                flush(upTo: p)
                p += 1
                scratch = out + written
                return (UnsafePointer(out), written)
            case UInt8(ascii: "\\"):
                flush(upTo: p)
                escaped = true
                written += try escape(to: out + written)
                pending = p
            case 0..<0x20:
                throw error(p >= end ? .unterminatedString : .controlCharacter)
            case 0x80...:
                let size = UTF8Check.sequenceSize(p)
                guard size > 0 else { throw error(.badUTF8) }
                p += size
            default:
                p += 1
            }
        }
    }

    /// One escape, written as UTF-8; it takes at least as many bytes as it gives.
    private mutating func escape(
        to out: UnsafeMutablePointer<UInt8>
    ) throws(JSONError) -> Int {
        let start = p
        let letter = p[1]
        p += 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out[0] = letter
        case UInt8(ascii: "b"): out[0] = 8
        case UInt8(ascii: "f"): out[0] = 12
        case UInt8(ascii: "n"): out[0] = 10
        case UInt8(ascii: "r"): out[0] = 13
        case UInt8(ascii: "t"): out[0] = 9
        case UInt8(ascii: "u"):
            guard var scalar = hexadecimal() else { throw error(.badEscape, at: start) }
            if scalar & 0xF800 == 0xD800 {
                guard scalar < 0xDC00, p[0] == UInt8(ascii: "\\"), p[1] == UInt8(ascii: "u") else {
                    throw error(.loneSurrogate, at: start)
                }
                p += 2
                guard let low = hexadecimal() else { throw error(.badEscape, at: start) }
                guard low & 0xFC00 == 0xDC00 else { throw error(.loneSurrogate, at: start) }
                scalar = 0x10000 + (scalar & 0x3FF) << 10 | (low & 0x3FF)
            }
            return UTF8Check.encode(scalar, to: out)
        default:
            throw error(.badEscape, at: start)
        }
        return 1
    }

    /// Four hexadecimal digits.
    private mutating func hexadecimal() -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch p.pointee {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = p.pointee &- UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = p.pointee &- UInt8(ascii: "a") &+ 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = p.pointee &- UInt8(ascii: "A") &+ 10
            default: return nil
            }
            value = value &<< 4 | UInt32(digit)
            p += 1
        }
        return value
    }
}
