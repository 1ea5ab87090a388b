/// Reads a JSON text (RFC 8259) once from left to right and takes out the value at a path.
///
/// The whole text is checked, also behind the value: what is no JSON has no values. Of members with
/// one name the first counts.
struct JSONReader {
    enum Kind: String {
        case object, array, string, number, boolean, null
    }

    /// A value, by where it stands in the text.
    struct Found {
        let kind: Kind
        let range: Range<Int>
    }

    private let bytes: [UInt8]
    private let steps: [JSONPath.Step]
    private var position = 0
    private var nesting = 0
    private var found: Found?

    /// `nil` if the text is no JSON or has nothing at the path.
    static func value(at path: JSONPath, in text: [UInt8]) -> Found? {
        var reader = JSONReader(bytes: text, steps: path.steps)
        reader.skipSpace()
        guard reader.value(depth: 0) else { return nil }
        reader.skipSpace()
        return reader.position == text.count ? reader.found : nil
    }

    private init(bytes: [UInt8], steps: [JSONPath.Step]) {
        self.bytes = bytes
        self.steps = steps
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func accept(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    /// Reads a value. `depth` steps of the path led here; `nil`: it is not on the path.
    private mutating func value(depth: Int?) -> Bool {
        let start = position
        let kind: Kind
        let isRead: Bool
        switch next {
        case UInt8(ascii: "{"):
            kind = .object
            isRead = nested { $0.object(depth) }
        case UInt8(ascii: "["):
            kind = .array
            isRead = nested { $0.array(depth) }
        case UInt8(ascii: "\""):
            kind = .string
            isRead = string()
        case UInt8(ascii: "t"):
            kind = .boolean
            isRead = word("true")
        case UInt8(ascii: "f"):
            kind = .boolean
            isRead = word("false")
        case UInt8(ascii: "n"):
            kind = .null
            isRead = word("null")
        default:
            kind = .number
            isRead = number()
        }
        if isRead, depth == steps.count, found == nil {
            found = Found(kind: kind, range: start..<position)
        }
        return isRead
    }

    private mutating func nested(_ body: (inout JSONReader) -> Bool) -> Bool {
        guard nesting < QueryLimits.jsonNestingMax else { return false }
        nesting += 1
        position += 1
        defer { nesting -= 1 }
        return body(&self)
    }

    private mutating func object(_ depth: Int?) -> Bool {
        var isTaken = false
        skipSpace()
        if accept(UInt8(ascii: "}")) { return true }
        repeat {
            skipSpace()
            let start = position
            guard next == UInt8(ascii: "\""), string() else { return false }
            let name = start..<position
            skipSpace()
            guard accept(UInt8(ascii: ":")) else { return false }
            skipSpace()
            var inner: Int?
            if let depth, depth < steps.count, !isTaken, case .member(let wanted) = steps[depth],
                JSONText.unescaped(bytes[name]) == wanted
            {
                inner = depth + 1
                isTaken = true
            }
            guard value(depth: inner) else { return false }
            skipSpace()
        } while accept(UInt8(ascii: ","))
        return accept(UInt8(ascii: "}"))
    }

    private mutating func array(_ depth: Int?) -> Bool {
        var wanted: Int?
        if let depth, depth < steps.count, case .element(let number) = steps[depth] {
            wanted = number
        }
        skipSpace()
        if accept(UInt8(ascii: "]")) { return true }
        var index = 0
        repeat {
            skipSpace()
            guard value(depth: index == wanted ? depth.map { $0 + 1 } : nil) else { return false }
            index += 1
            skipSpace()
        } while accept(UInt8(ascii: ","))
        return accept(UInt8(ascii: "]"))
    }

    private mutating func word(_ text: String) -> Bool {
        for byte in text.utf8 { guard accept(byte) else { return false } }
        return true
    }

    private mutating func string() -> Bool {
        position += 1
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"):
                guard let escaped = next else { return false }
                position += 1
                if escaped == UInt8(ascii: "u") {
                    guard position + 4 <= bytes.count,
                        bytes[position..<position + 4].allSatisfy({ JSONText.hexDigit($0) != nil })
                    else { return false }
                    position += 4
                } else if !"\"\\/bfnrt".utf8.contains(escaped) {
                    return false
                }
            case 0..<0x20: return false
            default: break
            }
        }
        return false
    }

    private mutating func digits() -> Bool {
        let start = position
        while let byte = next, byte >= 0x30, byte <= 0x39 { position += 1 }
        return position > start
    }

    private mutating func number() -> Bool {
        _ = accept(UInt8(ascii: "-"))
        if !accept(UInt8(ascii: "0")) { guard digits() else { return false } }
        if accept(UInt8(ascii: ".")) { guard digits() else { return false } }
        if accept(UInt8(ascii: "e")) || accept(UInt8(ascii: "E")) {
            if !accept(UInt8(ascii: "+")) { _ = accept(UInt8(ascii: "-")) }
            guard digits() else { return false }
        }
        return true
    }
}

/// Valid JSON texts in other forms.
enum JSONText {
    /// What a string says, from quote to quote. Half a surrogate pair becomes U+FFFD.
    static func unescaped(_ string: ArraySlice<UInt8>) -> [UInt8] {
        let inner = string.dropFirst().dropLast()
        guard inner.contains(UInt8(ascii: "\\")) else { return Array(inner) }
        var result: [UInt8] = []
        var units: [UInt16] = []
        func flush() {
            result += Array(String(decoding: units, as: UTF16.self).utf8)
            units = []
        }
        var rest = inner
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() else {
                flush()
                result.append(byte)
                continue
            }
            if escaped == UInt8(ascii: "u") {
                units.append(rest.prefix(4).reduce(0) { $0 << 4 | (hexDigit($1) ?? 0) })
                rest = rest.dropFirst(4)
                continue
            }
            flush()
            switch escaped {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            default: result.append(escaped)
            }
        }
        flush()
        return result
    }

    static func hexDigit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case 0x30...0x39: UInt16(byte - 0x30)
        case 0x41...0x46: UInt16(byte - 0x41 + 10)
        case 0x61...0x66: UInt16(byte - 0x61 + 10)
        default: nil
        }
    }

    /// Without the spaces and line feeds between its parts.
    static func compact(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for byte in text {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if byte <= 0x20 {
                continue
            }
            result.append(byte)
        }
        return result
    }
}
