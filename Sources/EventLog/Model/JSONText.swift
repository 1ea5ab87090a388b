/// Writes small pieces of JSON text.
package enum JSONText {
    /// Appends the UTF-8 bytes as a JSON string, quotes included.
    package static func appendString(_ bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        text.append(0x22)
        for byte in bytes {
            switch byte {
            case 0x22: text.append(contentsOf: [0x5C, 0x22])
            case 0x5C: text.append(contentsOf: [0x5C, 0x5C])
            case 0x0A: text.append(contentsOf: [0x5C, 0x6E])
            case 0..<0x20:
                text.append(contentsOf: Array("\\u00".utf8))
                text.append(hexDigit(byte >> 4))
                text.append(hexDigit(byte & 15))
            default: text.append(byte)
            }
        }
        text.append(0x22)
    }

    package static func appendString(_ string: String, to text: inout [UInt8]) {
        var string = string
        string.withUTF8 { appendString(UnsafeRawBufferPointer($0), to: &text) }
    }

    /// Appends a finite double in the shortest form that reads back equal, `2` rather than `2.0`.
    package static func appendNumber(_ value: Double, to text: inout [UInt8]) {
        if value == value.rounded(), abs(value) < 9_007_199_254_740_992 {
            text.append(contentsOf: String(Int64(value)).utf8)
        } else {
            text.append(contentsOf: value.description.utf8)
        }
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? 0x30 + nibble : 0x57 + nibble
    }
}
