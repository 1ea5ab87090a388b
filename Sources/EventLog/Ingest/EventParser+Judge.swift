import Columns

#if canImport(Glibc)
    import Glibc
#endif

extension EventParser {
    /// Finds the type of the event named in `fields`, and stores a known type under its one name.
    mutating func resolveType() {
        isTypeKnown = true
        typeIndex = VocabularyTable.customType
        let sent = fields[.event]
        guard sent.kind == .string, !fields.wrong.contains(.event) else { return }
        var type = table.types.number(of: sent.text, sent.count)
        if type == 0 { type = typeOfLooseName(sent) }
        guard type != 0 else { return }
        typeIndex = type
        let name = table.typeRules[type].name
        let isAsSent =
            name.count == sent.count
            && memcmp(name.start, sent.text, name.count) == 0
        guard !isAsSent else { return }
        let isCanonical = fields.slots[Int(EventColumn.event.rawValue)].isCanonical
        fields.setAside(.event)
        fields.derive(.event, JSONValue(name), isCanonical: isCanonical)
    }

    /// Names match without regard to case, spaces, `_` and `-`.
    private mutating func typeOfLooseName(_ sent: JSONValue) -> Int {
        let sizeMax = 64
        guard sent.count <= sizeMax else { return 0 }
        let plain = typeName.reserve(sizeMax + JSONPadding.size)
        var count = 0
        for index in 0..<sent.count {
            let byte = sent.text[index]
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "_"), UInt8(ascii: "-"): continue
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): plain[count] = byte | 0x20
            default: plain[count] = byte
            }
            count += 1
        }
        return table.types.number(of: plain, count)
    }

    /// Judges the event in `fields` as a whole, fills what it implies, and sets `timestamp` and `flags`.
    /// - Returns: why it is not taken.
    @inline(__always)
    mutating func judge(line: UInt64) -> Refusal? {
        fillImplied()
        let rule = table.typeRules + typeIndex
        var missing = rule.pointee.required.subtracting(fields.filled)
        if !fields.has(.event) { missing.insert(.event) }
        let oneOf = rule.pointee.requiredOneOf
        if !oneOf.isEmpty, oneOf.subtracting(fields.filled) == oneOf {
            missing.insert(oneOf.columns[0])
        }
        readTimestamp()
        guard missing.isEmpty, fields.wrong.isEmpty, !isPayloadWrong else {
            return refusal(missing: missing, line: line)
        }
        if rule.pointee.kind == .administration, let refusal = judgeAdministration(line: line) {
            return refusal
        }
        return judgeAge(line: line)
    }

    // MARK: Time

    @inline(__always)
    private mutating func readTimestamp() {
        flags = []
        guard fields.has(.timestamp) else {
            flags.insert(.defaulted)
            timestamp = now
            return
        }
        let value = fields[.timestamp]
        guard value.kind == .string else { return }
        guard let time = clock.microseconds(value.text, value.count) else {
            fields.markWrong(.timestamp, .notTimestamp)
            return
        }
        timestamp = time
    }

    @inline(__always)
    private mutating func judgeAge(line: UInt64) -> Refusal? {
        if !fields.has(.eventId) { flags.insert(.generatedID) }
        // Adjusted before, by a store that the event was read back from.
        if fields.has(.clientTimestamp) { flags.insert(.adjusted) }
        let (age, overflow) = now.subtractingReportingOverflow(timestamp)
        guard !overflow else { return Self.gone(line: line, days: options.maxAge / 86_400_000_000) }
        if age < 0 - Limits.clockAheadMax {
            if fields.has(.clientTimestamp) {
                // The first client's time is nearer to the truth than what a store made of it.
                fields.setAside(.timestamp)
            } else {
                fields.derive(.clientTimestamp, JSONValue(integer: timestamp))
            }
            timestamp = now
            flags.insert(.adjusted)
        } else if age > Limits.lateAge {
            if age > options.maxAge, !options.archive {
                return Self.gone(line: line, days: options.maxAge / 86_400_000_000)
            }
            flags.insert(.late)
        }
        return nil
    }

    private static func gone(line: UInt64, days: Int64) -> Refusal {
        Refusal(
            line: line, code: .gone,
            message: "The event is older than \(days) days; "
                + "import old data with a daemon that runs with --archive.",
            details: [.init(field: "timestamp", reason: "too old")])
    }

    // MARK: Refusal

    /// Names every field that is wrong, not only the first.
    @inline(never)
    private func refusal(missing: ColumnSet, line: UInt64) -> Refusal {
        var details: [Refusal.Detail] = []
        for column in EventColumn.allCases {
            if missing.contains(column) {
                details.append(.init(field: column.definition.name, reason: "missing"))
            } else if fields.wrong.contains(column) {
                let slot = fields.slots[Int(column.rawValue)]
                let name = String(
                    decoding: UnsafeBufferPointer(start: slot.name, count: slot.nameCount),
                    as: UTF8.self)
                var reason = slot.problem.reason
                if slot.problem == .tooLong {
                    let sizeMax = FieldCheck.sizeMax(of: column)
                    reason = "is longer than \(sizeMax) bytes"
                }
                details.append(
                    .init(field: slot.inPayload ? "data." + name : name, reason: reason))
            }
        }
        if isPayloadWrong {
            details.append(.init(field: "data", reason: "must be an object"))
        }
        let list = details.map { "\($0.field) \($0.reason == "missing" ? "is " : "")\($0.reason)" }
        return Refusal(
            line: line, code: .validationError,
            message: list.joined(separator: "; ") + ".", details: details)
    }
}

extension JSONValue {
    init(_ bytes: StaticBytes) {
        self.init(
            kind: .string, text: bytes.start, count: bytes.count, raw: bytes.start,
            rawCount: bytes.count)
    }

    init(_ bool: Bool) {
        self.init(JSONValue.nothing)
        kind = bool ? .true : .false
    }

    init(integer: Int64) {
        self.init(JSONValue.nothing)
        kind = .integer
        bits = UInt64(bitPattern: integer)
    }

    private static let nothing = StaticBytes("")

    func isText(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && memcmp(self.text, text.utf8Start, count) == 0
    }
}
