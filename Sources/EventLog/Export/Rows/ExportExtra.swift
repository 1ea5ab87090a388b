import Columns

/// A field that has no column of its own, as the column `extra` has it.
struct ExportExtraField {
    let inPayload: Bool
    let name: String
    /// The value as JSON, on one line.
    let json: [UInt8]
    /// The value, if it is a string.
    let text: String?
}

extension ExtraReader {
    /// The fields of one `extra`.
    /// - Throws: `JSONError` if it is not what the store writes.
    func fields(_ extra: ArraySlice<UInt8>) throws -> [ExportExtraField] {
        var fields: [ExportExtraField] = []
        try extra.withUnsafeBytes { bytes in
            try read(bytes) { inPayload, name, value in
                var json: [UInt8] = []
                // Within the scanner's copy, which lives until the end of this call.
                JSONText.appendLine(
                    UnsafeRawBufferPointer(start: value.raw, count: value.rawCount), to: &json)
                let text =
                    value.kind == .string
                    ? String(
                        decoding: UnsafeRawBufferPointer(start: value.text, count: value.count),
                        as: UTF8.self) : nil
                fields.append(
                    ExportExtraField(
                        inPayload: inPayload, name: String(decoding: name, as: UTF8.self),
                        json: json, text: text))
            }
        }
        return fields
    }
}

extension Column {
    /// The bytes of a text; `nil` for null.
    func textBytes(_ row: Int) -> ArraySlice<UInt8>? {
        guard case .string(let codes, let dictionary) = values, codes[row] >= 0 else { return nil }
        return dictionary.bytes[dictionary.range(at: Int(codes[row]))]
    }

    func hasValue(_ row: Int) -> Bool {
        if let validity, validity[row] == 0 { return false }
        switch values {
        case .allNull: return false
        case .bool, .int64, .double: return true
        case .string(let codes, _): return codes[row] >= 0
        }
    }

    /// Whether any row has a value.
    var hasValues: Bool {
        switch values {
        case .allNull: false
        case .bool, .int64, .double: validity?.contains(1) ?? (count > 0)
        case .string(let codes, _): codes.contains { $0 >= 0 }
        }
    }
}

extension JSONText {
    static func appendString(_ bytes: ArraySlice<UInt8>, to text: inout [UInt8]) {
        bytes.withUnsafeBytes { appendString($0, to: &text) }
    }
}
