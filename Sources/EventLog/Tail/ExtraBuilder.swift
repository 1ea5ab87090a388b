/// Puts together the JSON text of the column `extra`: what was sent and has no column.
///
/// ```
/// {"appVersion":"3.1","data":{"deviceInfo":{"os":"ios"}}}
/// ```
struct ExtraBuilder {
    private var envelope: [UInt8] = []
    private var data: [UInt8] = []

    mutating func add(envelope name: UnsafeRawBufferPointer, json: UnsafeRawBufferPointer) {
        Self.separate(&envelope)
        JSONText.appendString(name, to: &envelope)
        envelope.append(0x3A)
        envelope.append(contentsOf: json)
    }

    /// A custom field of `data` that has no leaf.
    mutating func add(data name: UnsafeRawBufferPointer, _ value: EventRowCustomValue) {
        Self.separate(&data)
        JSONText.appendString(name, to: &data)
        data.append(0x3A)
        switch value {
        case .double(let number): JSONText.appendNumber(number, to: &data)
        case .string(let text): JSONText.appendString(text, to: &data)
        case .bool(let flag): data.append(contentsOf: (flag ? "true" : "false").utf8)
        case .json(let text): data.append(contentsOf: text)
        }
    }

    /// The text, or `nil` if there is nothing.
    mutating func finish() -> [UInt8]? {
        if !data.isEmpty {
            Self.separate(&envelope)
            envelope.append(contentsOf: "\"data\":{".utf8)
            envelope.append(contentsOf: data)
            envelope.append(0x7D)
        }
        return envelope.isEmpty ? nil : [0x7B] + envelope + [0x7D]
    }

    private static func separate(_ text: inout [UInt8]) {
        if !text.isEmpty { text.append(0x2C) }
    }
}
