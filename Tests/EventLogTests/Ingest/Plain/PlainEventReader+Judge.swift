import Columns

@testable import EventLog

extension PlainEventReader {
    mutating func judge() -> Verdict {
        fillImplied()
        var flags = EventFlags()
        var timestamp = now
        if let slot = slots[.timestamp] {
            if case .string(let text) = slot.content {
                if let time = PlainFieldCheck.time(text) {
                    timestamp = time
                } else {
                    slots[.timestamp]?.problem = .notTimestamp
                }
            }
        } else {
            flags.insert(.defaulted)
        }
        let wrong = problems()
        guard wrong.isEmpty else { return .refused(.validationError, wrong) }
        // Whoever sends is no administrator here.
        if type.isAdministrative { return .refused(.forbidden, []) }
        if slots[.eventId] == nil { flags.insert(.generatedID) }
        if slots[.clientTimestamp] != nil { flags.insert(.adjusted) }
        if timestamp > now + Limits.clockAheadMax {
            if slots[.clientTimestamp] != nil {
                setAside(.timestamp)
            } else {
                slots[.clientTimestamp] = Slot(content: .integer(timestamp), name: "", raw: "")
            }
            timestamp = now
            flags.insert(.adjusted)
        } else if timestamp < now - Limits.lateAge {
            if timestamp < now - options.maxAge, !options.archive {
                return .refused(.gone, ["timestamp: too old"])
            }
            flags.insert(.late)
        }
        return .accepted(row(timestamp, flags))
    }

    private mutating func fillImplied() {
        switch type.name {
        case "completion" where slots[.didLoop] == nil:
            var loops = false
            if case .integer(let count) = slots[.loopCount]?.content { loops = count > 0 }
            derive(.didLoop, .bool(loops))
        case "swipe":
            if slots[.toContentId] == nil, let sent = slots[.contentId] {
                // Also of a wrong one: what is missing is told apart from what is wrong.
                slots[.toContentId] = Slot(content: sent.content, name: "", raw: "")
            } else if slots[.contentId] == nil, let to = slots[.toContentId], to.problem == .none,
                let content = to.content
            {
                derive(.contentId, content)
            }
        default: break
        }
        if let column = type.implies, slots[column] == nil { derive(column, .bool(true)) }
        for (sent, meant) in [("forward", "next"), ("backward", "previous")]
        where slots[.direction]?.content == .string(sent) {
            setAside(.direction)
            derive(.direction, .string(meant))
        }
        switch type.action {
        case .none: break
        case .constant(let text): derive(.action, .string(text))
        case .column(let column):
            if case .string(let text) = slots[column]?.content,
                (1...Limits.idSizeMax).contains(text.utf8.count)
            {
                derive(.action, .string(text == "bookmark" ? "save" : text))
            }
        }
        if let user = slots[.userId], user.problem == .none, case .string(let text) = user.content {
            let word = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            if EventType.placeholders.contains(word.lowercased()) { setAside(.userId) }
        }
    }

    private mutating func derive(_ column: EventColumn, _ content: Content) {
        slots[column] = Slot(content: content, name: "", raw: "")
    }

    private func problems() -> [String] {
        var missing = type.required.filter { slots[$0] == nil }
        if slots[.event] == nil { missing.append(.event) }
        if !type.requiredOneOf.isEmpty, type.requiredOneOf.allSatisfy({ slots[$0] == nil }) {
            missing.append(type.requiredOneOf[0])
        }
        var wrong: [String] = []
        for column in EventColumn.allCases {
            if missing.contains(column) {
                wrong.append("\(column.definition.name): missing")
            } else if let slot = slots[column], slot.problem != .none {
                let isContent = [.contentId, .fromContentId, .toContentId].contains(column)
                let sizeMax = isContent ? Limits.contentIdSizeMax : Limits.idSizeMax
                let reason =
                    slot.problem == .tooLong
                    ? "is longer than \(sizeMax) bytes" : slot.problem.reason
                wrong.append("\(slot.inPayload ? "data." : "")\(slot.name): \(reason)")
            }
        }
        if isPayloadWrong { wrong.append("data: must be an object") }
        return wrong
    }

    private func row(_ timestamp: Int64, _ flags: EventFlags) -> ReadableRow {
        var fields: [String] = []
        for (column, slot) in slots where column != .timestamp {
            switch slot.content {
            case .string(let text): fields.append("\(column)=\(text)")
            case .integer(let number): fields.append("\(column)=\(number)")
            case .double(let number): fields.append("\(column)=\(number)")
            case .bool(let flag): fields.append("\(column)=\(flag)")
            case nil: break
            }
        }
        for other in kept {
            // An unknown field of the envelope is always JSON, and is shown without saying so.
            let text = other.inPayload ? other.text : String(other.text.dropFirst("json ".count))
            fields.append("\(other.inPayload ? "~" : "+")\(other.name)=\(text)")
        }
        return ReadableRow(timestamp: timestamp, flags: flags, fields: fields.sorted())
    }
}

/// Whether a value fits a column.
enum PlainFieldCheck {
    typealias Content = PlainEventReader.Content

    static func check(
        _ value: PlainJSON.Value, _ column: EventColumn, _ conversion: EventType.Conversion
    ) -> (Content?, EventFields.Problem) {
        switch column {
        case .timestamp:
            guard case .string(let text) = value else { return (nil, .notTimestamp) }
            return (.string(text), .none)
        case .clientTimestamp:
            guard case .string(let text) = value, let time = time(text) else {
                return (nil, .notTimestamp)
            }
            return (.integer(time), .none)
        default: break
        }
        switch (column.type, value) {
        case (.string, .string(let text)): return (.string(text), problem(text, column))
        case (.string, _): return (nil, .notString)
        case (.bool, .bool(let flag)): return (.bool(flag), .none)
        case (.bool, _): return (nil, .notBoolean)
        case (.double, .number(let text)):
            guard let number = Int64(text).map(Double.init) ?? Double(text) else {
                return (nil, .notNumber)
            }
            if column == .startupTime, number < 0 { return (nil, .negative) }
            return (.double(conversion == .same ? number : number / 1000), .none)
        case (.double, _): return (nil, .notNumber)
        case (_, .number(let text)):
            let isWhole = text.allSatisfy { $0.isNumber || $0 == "-" }
            let number = isWhole ? Int64(text) : Double(text).flatMap { Int64(exactly: $0) }
            guard let number, number >= 0 else { return (nil, .notInteger) }
            return (.integer(number), .none)
        default: return (nil, .notInteger)
        }
    }

    private static func problem(_ text: String, _ column: EventColumn) -> EventFields.Problem {
        let ids: [EventColumn] = [
            .contentId, .fromContentId, .toContentId, .event, .eventId, .deviceId, .sessionId,
            .viewSessionId, .userId,
        ]
        guard ids.contains(column) else { return .none }
        if text.isEmpty { return column == .userId ? .none : .empty }
        let isContent = [.contentId, .fromContentId, .toContentId].contains(column)
        if text.utf8.count > (isContent ? Limits.contentIdSizeMax : Limits.idSizeMax) {
            return .tooLong
        }
        let isControl = text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        return isControl ? .controlCharacter : .none
    }

    static func time(_ text: String) -> Int64? {
        var clock = RFC3339()
        let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: 16)
        return bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { clock.microseconds($0, text.utf8.count) }
        }
    }

    /// A number without a column, if a double holds it as sent.
    static func customNumber(_ text: String) -> String? {
        let isInteger = text.allSatisfy { $0.isNumber || $0 == "-" }
        guard isInteger else { return Double(text).map { "\($0)" } }
        guard let number = Int64(text), number.magnitude <= 1 << 53 else { return nil }
        return "\(Double(number))"
    }
}
