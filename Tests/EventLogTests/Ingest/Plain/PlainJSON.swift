@testable import EventLog

/// JSON read in the plainest way, to compare the fast parser with: recursive, byte by byte, all copied.
struct PlainJSON {
    indirect enum Value {
        case string(String)
        /// A number and its text.
        case number(String)
        case bool(Bool)
        case null
        case array
        case object([Field])
    }

    struct Field {
        var name: String
        var value: Value
        /// As sent.
        var raw: String
    }

    struct Invalid: Error {}

    private let bytes: [UInt8]
    private var at = 0

    /// The fields of a line that is one object; `nil` if the line is blank.
    static func object(in line: [UInt8]) throws -> [Field]? {
        guard String(validating: line, as: UTF8.self) != nil else { throw Invalid() }
        var reader = PlainJSON(bytes: line)
        reader.skipSpace()
        guard !reader.isAtEnd else { return nil }
        guard case .object(let fields) = try reader.value(depth: 0) else { throw Invalid() }
        reader.skipSpace()
        guard reader.isAtEnd else { throw Invalid() }
        return fields
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var isAtEnd: Bool { at == bytes.count }

    private mutating func skipSpace() {
        while at < bytes.count, [0x20, 9, 10, 13].contains(bytes[at]) { at += 1 }
    }

    private mutating func next() throws -> UInt8 {
        guard at < bytes.count else { throw Invalid() }
        at += 1
        return bytes[at - 1]
    }

    private mutating func takes(_ text: String) -> Bool {
        guard bytes[at...].starts(with: text.utf8) else { return false }
        at += text.utf8.count
        return true
    }

    private mutating func expect(_ text: String) throws {
        guard takes(text) else { throw Invalid() }
    }

    private mutating func value(depth: Int) throws -> Value {
        if takes("{") { return try object(depth: depth + 1) }
        if takes("[") { return try array(depth: depth + 1) }
        if takes("\"") { return .string(try string()) }
        if takes("true") { return .bool(true) }
        if takes("false") { return .bool(false) }
        if takes("null") { return .null }
        return .number(try number())
    }

    private mutating func object(depth: Int) throws -> Value {
        guard depth <= Limits.nestingMax else { throw Invalid() }
        var fields: [Field] = []
        skipSpace()
        if takes("}") { return .object([]) }
        repeat {
            skipSpace()
            try expect("\"")
            let name = try string()
            guard name.utf8.count <= Limits.fieldNameSizeMax else { throw Invalid() }
            skipSpace()
            try expect(":")
            skipSpace()
            let start = at
            let value = try value(depth: depth)
            fields.append(
                Field(
                    name: name, value: value,
                    raw: String(decoding: bytes[start..<at], as: UTF8.self)))
            skipSpace()
        } while takes(",")
        try expect("}")
        guard fields.count <= Limits.fieldCountMax else { throw Invalid() }
        return .object(fields)
    }

    private mutating func array(depth: Int) throws -> Value {
        guard depth <= Limits.nestingMax else { throw Invalid() }
        skipSpace()
        if takes("]") { return .array }
        repeat {
            skipSpace()
            _ = try value(depth: depth)
            skipSpace()
        } while takes(",")
        try expect("]")
        return .array
    }

    private mutating func number() throws -> String {
        let start = at
        _ = takes("-")
        if !takes("0") { try digits() }
        if takes(".") { try digits() }
        if takes("e") || takes("E") {
            if !takes("+") { _ = takes("-") }
            try digits()
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        guard let number = Double(text), number.isFinite else { throw Invalid() }
        return text
    }

    private mutating func digits() throws {
        let start = at
        while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
        guard at > start else { throw Invalid() }
    }

    private mutating func string() throws -> String {
        var units: [UInt8] = []
        while true {
            let byte = try next()
            switch byte {
            case 0x22: return String(decoding: units, as: UTF8.self)
            case 0x5C: units += String(try escape()).utf8
            case 0..<0x20: throw Invalid()
            default: units.append(byte)
            }
        }
    }

    private mutating func escape() throws -> Character {
        switch try next() {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code) {
                try expect("\\u")
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw Invalid() }
                code = 0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw Invalid() }
            return Character(scalar)
        default: throw Invalid()
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        var text = ""
        for _ in 0..<4 { text.unicodeScalars.append(Unicode.Scalar(try next())) }
        guard text.allSatisfy(\.isHexDigit), text.utf8.count == 4,
            let code = UInt32(text, radix: 16)
        else { throw Invalid() }
        return code
    }
}
