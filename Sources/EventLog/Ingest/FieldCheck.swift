/// Whether a value fits its column, and the value in the column's own form.
enum FieldCheck {
    @inline(__always)
    static func problem(
        _ value: inout JSONValue, for column: EventColumn, kinds: ColumnsByForm,
        milliseconds: Bool
    ) -> EventFields.Problem {
        if kinds.string.contains(column) {
            guard value.kind == .string else { return .notString }
            switch column {
            case .contentId, .fromContentId, .toContentId, .event, .eventId, .deviceId, .sessionId,
                .viewSessionId:
                return identifier(value, sizeMax: sizeMax(of: column))
            case .userId:
                // Empty is a placeholder for nobody.
                return value.count == 0 ? .none : identifier(value, sizeMax: Limits.idSizeMax)
            default: return .none
            }
        }
        if kinds.double.contains(column) {
            guard let number = double(value) else { return .notNumber }
            if column == .startupTime, number < 0 { return .negative }
            value.kind = .double
            value.bits = (milliseconds ? number / 1000 : number).bitPattern
            return .none
        }
        if kinds.bool.contains(column) {
            return value.kind == .true || value.kind == .false ? .none : .notBoolean
        }
        // A time is text.
        if column == .clientTimestamp { return .notTimestamp }
        if value.kind == .double {
            guard let whole = Int64(exactly: Double(bitPattern: value.bits)) else {
                return .notInteger
            }
            value.kind = .integer
            value.bits = UInt64(bitPattern: whole)
        }
        guard value.kind == .integer, Int64(bitPattern: value.bits) >= 0 else { return .notInteger }
        return .none
    }

    /// Bytes that an id or a name may have.
    @inline(__always)
    static func sizeMax(of column: EventColumn) -> Int {
        switch column {
        case .contentId, .fromContentId, .toContentId: Limits.contentIdSizeMax
        default: Limits.idSizeMax
        }
    }

    @inline(__always)
    static func double(_ value: JSONValue) -> Double? {
        switch value.kind {
        case .integer: Double(Int64(bitPattern: value.bits))
        case .double, .bigInteger: Double(bitPattern: value.bits)
        default: nil
        }
    }

    /// Ids and names: not empty, bounded, and without C0, DEL and C1 control characters.
    @inline(__always)
    static func identifier(_ value: JSONValue, sizeMax: Int) -> EventFields.Problem {
        guard value.count > 0 else { return .empty }
        guard value.count <= sizeMax else { return .tooLong }
        let isEscaped = value.rawCount != value.count + 2
        // Without escapes the scanner has refused C0 already.
        let text = UnsafeRawPointer(value.text)
        var index = 0
        while index &+ 8 <= value.count {
            let word = text.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let ones: UInt64 = 0x0101_0101_0101_0101
            let delete = word ^ (ones &* 0x7F)
            if (((delete &- ones) & ~delete) | word) & (ones &* 0x80) != 0 || isEscaped { break }
            index &+= 8
        }
        while index < value.count {
            let byte = value.text[index]
            if byte < 0x20 || byte == 0x7F { return .controlCharacter }
            if byte == 0xC2, value.text[index &+ 1] < 0xA0 { return .controlCharacter }
            index &+= 1
        }
        return .none
    }

    /// Whether a text in `userId` means nobody: compared without case and surrounding spaces.
    @inline(__always)
    static func isPlaceholder(_ value: JSONValue) -> Bool {
        // Without spaces around it none is longer.
        guard value.count > 16 else { return compare(value) }
        let isPadded = value.text[0] <= 0x20 || value.text[value.count &- 1] <= 0x20
        return isPadded && compareWhole(value)
    }

    @inline(__always)
    private static func compare(_ value: JSONValue) -> Bool {
        guard value.count > 0 else { return true }
        switch value.text[0] | 0x20 {
        case UInt8(ascii: "a"), UInt8(ascii: "g"), UInt8(ascii: "n"), UInt8(ascii: "u"),
            UInt8(ascii: "0"), UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "i"),
            UInt8(ascii: "d"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: " "):
            return compareWhole(value)
        default: return false
        }
    }

    @inline(never)
    private static func compareWhole(_ value: JSONValue) -> Bool {
        // "user_…" is by far the most common beginning: not worth a string.
        if value.count > 4, value.text[0] == UInt8(ascii: "u"), value.text[1] != UInt8(ascii: "n") {
            return false
        }
        let bytes = UnsafeBufferPointer(start: value.text, count: value.count)
        guard let first = bytes.firstIndex(where: { $0 > 0x20 }),
            let last = bytes.lastIndex(where: { $0 > 0x20 })
        else { return true }
        let text = String(decoding: bytes[first...last], as: UTF8.self).lowercased()
        return EventType.placeholders.contains(text)
    }
}
