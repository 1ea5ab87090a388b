import EventLog

/// Writes JSON as bytes. The caller sees to commas and brackets.
package struct JSONText {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Text that is JSON already.
    package mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    package mutating func raw(_ other: some Sequence<UInt8>) {
        bytes.append(contentsOf: other)
    }

    package mutating func number(_ value: some BinaryInteger) {
        bytes.append(contentsOf: String(value).utf8)
    }

    package mutating func bool(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    /// A quoted string. Control characters are escaped, also DEL and those of ISO 8859's upper
    /// half, since people read answers on a terminal.
    package mutating func string(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        // Nearly every text is plain.
        if value.utf8.allSatisfy({ Self.isPlain($0) }) {
            bytes.append(contentsOf: value.utf8)
            bytes.append(UInt8(ascii: "\""))
            return
        }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": raw("\\\"")
            case "\\": raw("\\\\")
            case "\n": raw("\\n")
            case "\r": raw("\\r")
            case "\t": raw("\\t")
            case "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": escape(scalar.value)
            default: bytes.append(contentsOf: String(scalar).utf8)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The same of UTF-8.
    package mutating func string(_ value: UnsafeRawBufferPointer) {
        guard value.allSatisfy({ Self.isPlain($0) }) else {
            string(String(decoding: value, as: UTF8.self))
            return
        }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: value)
        bytes.append(UInt8(ascii: "\""))
    }

    /// `[{"field":"contentId","reason":"missing"}]`
    mutating func details(_ details: [Refusal.Detail]) {
        raw("[")
        for (position, detail) in details.enumerated() {
            if position > 0 { raw(",") }
            raw("{\"field\":")
            string(detail.field)
            raw(",\"reason\":")
            string(detail.reason)
            raw("}")
        }
        raw("]")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func escape(_ value: UInt32) {
        let digits = String(value, radix: 16)
        raw("\\u")
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
        bytes.append(contentsOf: digits.utf8)
    }
}
