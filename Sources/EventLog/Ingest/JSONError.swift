/// Where and why bytes stop being the JSON we take.
struct JSONError: Error, Equatable {
    enum Reason: UInt8 {
        case byteOrderMark, notAnObject, expectedName, expectedColon, expectedCommaOrBrace
        case expectedCommaOrBracket, expectedValue, badLiteral, badNumber, numberTooLarge
        case unterminatedString, controlCharacter, badEscape, loneSurrogate, badUTF8
        case tooDeep, tooManyFields, nameTooLong, duplicateName, trailingBytes, unexpectedEnd
        case lineTooLong, batchFieldsTooLarge
    }

    let reason: Reason
    /// From the beginning of the line or document.
    let offset: Int

    var message: String {
        switch reason {
        case .byteOrderMark: "a byte order mark is not JSON; send UTF-8 without one"
        case .notAnObject: "an event is one JSON object, it begins with {"
        case .expectedName: "a field name in double quotes is expected here"
        case .expectedColon: "a colon is expected after the field name"
        case .expectedCommaOrBrace: "a comma or } is expected here"
        case .expectedCommaOrBracket: "a comma or ] is expected here"
        case .expectedValue: "a JSON value is expected here"
        case .badLiteral: "only true, false and null are words of JSON"
        case .badNumber: "this is not a JSON number"
        case .numberTooLarge: "this number is too large for a 64-bit floating-point number"
        case .unterminatedString: "the string has no closing quote"
        case .controlCharacter: "control characters in strings must be escaped"
        case .badEscape: "this escape is not one of JSON's"
        case .loneSurrogate: "a \\u escape names half of a surrogate pair"
        case .badUTF8: "the bytes are not valid UTF-8"
        case .tooDeep: "values are nested deeper than \(Limits.nestingMax) levels"
        case .tooManyFields: "an object has more than \(Limits.fieldCountMax) fields"
        case .nameTooLong: "a field name is longer than \(Limits.fieldNameSizeMax) bytes"
        case .duplicateName: "a field of the event comes twice; send it once"
        case .trailingBytes: "nothing may follow the object on its line"
        case .unexpectedEnd: "the JSON ends too early"
        case .lineTooLong: "the line is longer than \(Limits.lineSizeMax) bytes; send it in parts"
        case .batchFieldsTooLarge:
            "what stands beside events is kept with each of them, and would take more than "
                + "\(Limits.batchFieldCopiesSizeMax) bytes; send less of it, or fewer events at once"
        }
    }
}

extension Refusal {
    init(_ error: JSONError, line: UInt64) {
        self.init(
            line: line, byteOffset: error.offset, code: .invalidRequest,
            message: "Byte \(error.offset): \(error.message).")
    }
}
