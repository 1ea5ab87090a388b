/// Why a text is not JSON, and where.
package struct CatalogJSONError: Error, Equatable {
    /// Offset in bytes, from 0.
    package var offset: Int
    package var message: String
}

/// Reads one JSON text (RFC 8259), strictly: no trailing text, no names twice, no bytes that are not
/// UTF-8, bounded depth.
struct CatalogJSONReader {
    /// Objects within objects; the schema of a table nests as deep as its structs.
    private static let depthMax = 64

    /// A member of an object, with its value also as it is written.
    struct Member {
        var name: String
        var value: CatalogJSON
        var text: ArraySlice<UInt8>
    }

    private let depthMax: Int
    private let bytes: ArraySlice<UInt8>
    private var next: Int

    static func read(_ bytes: ArraySlice<UInt8>) throws(CatalogJSONError) -> CatalogJSON {
        var reader = CatalogJSONReader(bytes, depthMax: depthMax)
        let value = try reader.readValue(depth: 0)
        reader.skipBlanks()
        guard reader.next == bytes.endIndex else { throw reader.error("text after the value") }
        return value
    }

    /// The members of the object that the text is, in their order.
    static func members(
        of bytes: ArraySlice<UInt8>, depthMax: Int
    ) throws(CatalogJSONError) -> [Member] {
        var reader = CatalogJSONReader(bytes, depthMax: depthMax)
        reader.skipBlanks()
        guard reader.current == UInt8(ascii: "{") else { throw reader.error("not an object") }
        let members = try reader.readMembers(depth: 0)
        reader.skipBlanks()
        guard reader.next == bytes.endIndex else { throw reader.error("text after the object") }
        return members
    }

    private init(_ bytes: ArraySlice<UInt8>, depthMax: Int) {
        self.bytes = bytes
        self.depthMax = depthMax
        next = bytes.startIndex
    }

    private var current: UInt8? { next < bytes.endIndex ? bytes[next] : nil }

    private func error(_ message: String) -> CatalogJSONError {
        CatalogJSONError(offset: next - bytes.startIndex, message: message)
    }

    private mutating func skipBlanks() {
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            next += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard current == byte else { return false }
        next += 1
        return true
    }

    private mutating func readValue(depth: Int) throws(CatalogJSONError) -> CatalogJSON {
        guard depth <= depthMax else { throw error("nested too deep") }
        skipBlanks()
        switch current {
        case UInt8(ascii: "{"):
            return .object(
                try readMembers(depth: depth).map { CatalogJSON.Field($0.name, $0.value) })
        case UInt8(ascii: "["): return try readArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "t"): return try readWord("true", .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", .null)
        default: return try readNumber()
        }
    }

    private mutating func readWord(
        _ word: String, _ value: CatalogJSON
    ) throws(CatalogJSONError) -> CatalogJSON {
        guard bytes[next...].starts(with: word.utf8) else { throw error("not a value") }
        next += word.utf8.count
        return value
    }

    private mutating func readMembers(depth: Int) throws(CatalogJSONError) -> [Member] {
        next += 1
        var members: [Member] = []
        var names: Set<String> = []
        if take(UInt8(ascii: "}")) { return [] }
        repeat {
            skipBlanks()
            guard current == UInt8(ascii: "\"") else { throw error("a name is missing") }
            let name = try readString()
            guard names.insert(name).inserted else { throw error("the name \(name) twice") }
            guard take(UInt8(ascii: ":")) else { throw error("a colon is missing") }
            skipBlanks()
            let start = next
            let value = try readValue(depth: depth + 1)
            members.append(Member(name: name, value: value, text: bytes[start..<next]))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw error("an object without its end") }
        return members
    }

    private mutating func readArray(depth: Int) throws(CatalogJSONError) -> CatalogJSON {
        next += 1
        var values: [CatalogJSON] = []
        if take(UInt8(ascii: "]")) { return .array([]) }
        repeat {
            values.append(try readValue(depth: depth + 1))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw error("an array without its end") }
        return .array(values)
    }

    private mutating func readNumber() throws(CatalogJSONError) -> CatalogJSON {
        let start = next
        var isWhole = true
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
        if current == UInt8(ascii: "-") { next += 1 }
        guard isDigit(current) else { throw error("not a value") }
        if current == UInt8(ascii: "0") {
            next += 1
        } else {
            while isDigit(current) { next += 1 }
        }
        if current == UInt8(ascii: ".") {
            isWhole = false
            next += 1
            guard isDigit(current) else { throw error("no digit after the point") }
            while isDigit(current) { next += 1 }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isWhole = false
            next += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { next += 1 }
            guard isDigit(current) else { throw error("no digit in the exponent") }
            while isDigit(current) { next += 1 }
        }
        let text = String(decoding: bytes[start..<next], as: UTF8.self)
        if isWhole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw error("a number too large") }
        return .double(value)
    }

    private mutating func readString() throws(CatalogJSONError) -> String {
        next += 1
        let start = next
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"),
            byte >= 0x20
        {
            next += 1
        }
        // Nearly every string is without escapes and is taken as it stands.
        var content = Array(bytes[start..<next])
        while let byte = current, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw error("a control character in a string") }
            next += 1
            if byte == UInt8(ascii: "\\") {
                try readEscape(into: &content)
            } else {
                content.append(byte)
            }
        }
        guard current != nil else { throw error("a string without its end") }
        next += 1
        guard let string = String(validating: content, as: UTF8.self) else {
            throw error("a string that is not UTF-8")
        }
        return string
    }

    private mutating func readEscape(into content: inout [UInt8]) throws(CatalogJSONError) {
        guard let byte = current else { throw error("a string without its end") }
        next += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            var code = try readHex()
            if code & 0xFC00 == 0xD800 {
                guard bytes[next...].starts(with: "\\u".utf8) else {
                    throw error("half of a surrogate pair")
                }
                next += 2
                let low = try readHex()
                guard low & 0xFC00 == 0xDC00 else { throw error("half of a surrogate pair") }
                code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
            }
            guard let scalar = Unicode.Scalar(code) else {
                throw error("half of a surrogate pair")
            }
            content.append(contentsOf: String(Character(scalar)).utf8)
        default: throw error("an escape that JSON does not know")
        }
    }

    private mutating func readHex() throws(CatalogJSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            switch current {
            case .some(let byte) where byte >= 0x30 && byte <= 0x39:
                value = value << 4 | UInt32(byte - 0x30)
            case .some(let byte) where byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66:
                value = value << 4 | UInt32((byte | 0x20) - 0x61 + 10)
            default: throw error("not four hexadecimal digits")
            }
            next += 1
        }
        return value
    }
}
