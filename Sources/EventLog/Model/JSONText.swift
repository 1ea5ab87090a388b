/// Writes small pieces of JSON text.
package enum JSONText {
    /// Appends the UTF-8 bytes as a JSON string, quotes included, in as few bytes as JSON can.
    package static func appendString(_ bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        text.append(0x22)
        var plain = 0
        for (index, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
            text.append(contentsOf: bytes[plain..<index])
            plain = index + 1
            text.append(0x5C)
            switch byte {
            case 0x22, 0x5C: text.append(byte)
            case 0x08: text.append(0x62)
            case 0x09: text.append(0x74)
            case 0x0A: text.append(0x6E)
            case 0x0C: text.append(0x66)
            case 0x0D: text.append(0x72)
            default:
                text.append(contentsOf: "u00".utf8)
                text.append(hexDigit(byte >> 4))
                text.append(hexDigit(byte & 15))
            }
        }
        text.append(contentsOf: bytes[plain...])
        text.append(0x22)
    }

    /// Appends JSON text on one line: line feeds can only stand between its tokens.
    package static func appendLine(_ json: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        text.append(contentsOf: json.lazy.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
    }

    package static func appendString(_ string: String, to text: inout [UInt8]) {
        var string = string
        string.withUTF8 { appendString(UnsafeRawBufferPointer($0), to: &text) }
    }

    /// Appends a finite double in the shortest form that reads back as the same bits: `2` for 2.0, but
    /// `-0.0` for that.
    package static func appendNumber(_ value: Double, to text: inout [UInt8]) {
        if value == value.rounded(), abs(value) < 9_007_199_254_740_992,
            value != 0 || value.sign == .plus
        {
            text.append(contentsOf: String(Int64(value)).utf8)
        } else {
            text.append(contentsOf: value.description.utf8)
        }
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 0x30 + nibble : 0x57 + nibble
    }
}
