extension EventParser {
    /// Reads one event object at the cursor into `fields`.
    @inline(__always)
    mutating func readObject(_ cursor: inout JSONCursor) throws(JSONError) {
        let start = cursor
        try readOnce(&cursor)
        if payloadHasRepeats || payloadHasRival { try readAgain(start, &cursor) }
    }

    @inline(__always)
    mutating func readOnce(_ cursor: inout JSONCursor) throws(JSONError) {
        fields.reset()
        typeIndex = VocabularyTable.customType
        isTypeKnown = false
        deferredPayload = nil
        hasPayload = false
        isPayloadWrong = false
        payloadHasRepeats = false
        payloadHasRival = false
        payloadStart = nil
        hasOp = false
        guard cursor.p.pointee == UInt8(ascii: "{") else {
            let isMark = cursor.p[0] == 0xEF && cursor.p[1] == 0xBB && cursor.p[2] == 0xBF
            throw cursor.error(isMark ? .byteOrderMark : .notAnObject)
        }
        cursor.p += 1
        cursor.skipSpace()
        if cursor.p.pointee == UInt8(ascii: "}") {
            cursor.p += 1
            return
        }
        var count = 0
        while true {
            let start = cursor.p
            let name = try cursor.name()
            count &+= 1
            guard count <= Limits.fieldCountMax else {
                throw cursor.error(.tooManyFields, at: start)
            }
            try readField(&cursor, name, at: start)
            cursor.skipSpace()
            if cursor.p.pointee == UInt8(ascii: ",") {
                cursor.p += 1
                cursor.skipSpace()
                continue
            }
            guard cursor.p.pointee == UInt8(ascii: "}") else {
                throw cursor.error(.expectedCommaOrBrace)
            }
            cursor.p += 1
            break
        }
        if fields.has(.event), !isTypeKnown { resolveType() }
        if let payload = deferredPayload {
            var second = cursor
            second.p = payload
            try readPayload(&second)
        }
    }

    /// One field of the envelope, from its value on.
    @inline(__always)
    private mutating func readField(
        _ cursor: inout JSONCursor, _ name: (start: UnsafePointer<UInt8>, count: Int),
        at place: UnsafePointer<UInt8>
    ) throws(JSONError) {
        let word = table.words.number(of: name.start, name.count)
        if word != 0, !fields.markWord(word) { throw cursor.error(.duplicateName, at: place) }
        let rule = table.envelope[word]
        if let column = rule.eventColumn {
            let value = try cursor.value(depth: 1)
            placeInEnvelope(column, rule, name, value)
        } else if rule.isPayload {
            try readPayloadField(&cursor, name, rule)
        } else {
            let value = try cursor.value(depth: 1)
            if rule.isOperation, !nameIdentityRecord(value, name) { hasOp = true }
            if keep(value, name, inPayload: false) {
                throw cursor.error(.duplicateName, at: place)
            }
        }
    }

    @inline(__always)
    private mutating func placeInEnvelope(
        _ column: EventColumn, _ rule: FieldRule,
        _ name: (start: UnsafePointer<UInt8>, count: Int), _ sent: JSONValue
    ) {
        var value = sent
        var problem = EventFields.Problem.none
        if column == .timestamp {
            if value.kind != .string { problem = .notTimestamp }
        } else {
            problem = FieldCheck.problem(&value, for: column, kinds: kinds, milliseconds: false)
        }
        // A null says nothing, and some words of the envelope are only borrowed.
        if value.kind == .null || (problem != .none && isBorrowed(column, &value, &problem)) {
            _ = keep(sent, name, inPayload: false)
            return
        }
        fields.put(
            column,
            EventFields.Slot(
                value: value, name: name.start, nameCount: name.count,
                isCanonical: rule.isCanonical, inPayload: false, problem: problem))
        if column == .event, rule.isCanonical { resolveType() }
    }

    /// The identity records may also come as an operation (specification, section 4.1).
    private mutating func nameIdentityRecord(
        _ value: JSONValue, _ name: (start: UnsafePointer<UInt8>, count: Int)
    ) -> Bool {
        guard value.kind == .string else { return false }
        let type = table.types.number(of: value.text, value.count)
        let kind = table.typeRules[type].kind
        guard kind == .identity || kind == .administration else { return false }
        fields.put(
            .event,
            EventFields.Slot(
                value: value, name: name.start, nameCount: name.count, isCanonical: false,
                inPayload: false, problem: .none))
        return true
    }

    /// Whether an envelope without this column's value is as good, so that a wrong one is no error.
    @inline(never)
    private mutating func isBorrowed(
        _ column: EventColumn, _ value: inout JSONValue, _ problem: inout EventFields.Problem
    ) -> Bool {
        guard column == .clientTimestamp else { return column.isDataLeaf }
        // The one time that comes as text and is kept as a number.
        guard value.kind == .string, let time = clock.microseconds(value.text, value.count) else {
            return true
        }
        value.kind = .integer
        value.bits = UInt64(bitPattern: time)
        problem = .none
        return false
    }

    /// `data`, or an alias of it, which counts only without `data`. A null is no payload.
    @inline(__always)
    private mutating func readPayloadField(
        _ cursor: inout JSONCursor, _ name: (start: UnsafePointer<UInt8>, count: Int),
        _ rule: FieldRule
    ) throws(JSONError) {
        let isRival = hasPayload || isPayloadWrong
        if isRival || (onlyCanonicalPayload && !rule.isCanonical) {
            let value = try cursor.value(depth: 1)
            guard value.kind != .null else { return }
            if rule.isCanonical { payloadHasRival = true }
            _ = keep(value, name, inPayload: false)
        } else if cursor.p.pointee == UInt8(ascii: "{") {
            hasPayload = true
            try readOrDeferPayload(&cursor)
        } else {
            let value = try cursor.value(depth: 1)
            if value.kind != .null { isPayloadWrong = true }
        }
    }

    /// What a payload's words mean depends on the event's type: without one it is read at the end.
    @inline(__always)
    private mutating func readOrDeferPayload(_ cursor: inout JSONCursor) throws(JSONError) {
        payloadStart = cursor.p
        if isTypeKnown {
            try readPayload(&cursor)
        } else {
            deferredPayload = cursor.p
            try cursor.skipContainer(depth: 1)
        }
    }

    /// The object `data`, from its brace on.
    @inline(__always)
    private mutating func readPayload(_ cursor: inout JSONCursor) throws(JSONError) {
        cursor.p += 1
        cursor.skipSpace()
        if cursor.p.pointee == UInt8(ascii: "}") {
            cursor.p += 1
            return
        }
        let rules =
            (shape == .reference ? table.payload : table.forwardedPayload)
            + typeIndex &* table.wordCount
        var count = 0
        while true {
            let start = cursor.p
            let name = try cursor.name()
            count &+= 1
            guard count <= Limits.fieldCountMax else {
                throw cursor.error(.tooManyFields, at: start)
            }
            let value = try cursor.value(depth: 2)
            let word = table.words.number(of: name.start, name.count)
            let rule = rules[word]
            if isSkipping, payloadSkips[count &- 1] {
                // A later field of the same name counts.
            } else if let column = rule.eventColumn {
                if !fields.markPayloadWord(word) { payloadHasRepeats = true }
                placeInPayload(column, rule, name, value)
            } else if fields.keep(
                EventFields.Other(
                    value: value, name: name.start, nameCount: name.count, inPayload: true,
                    asJSON: false))
            {
                payloadHasRepeats = true
            }
            cursor.skipSpace()
            if cursor.p.pointee == UInt8(ascii: ",") {
                cursor.p += 1
                cursor.skipSpace()
                continue
            }
            guard cursor.p.pointee == UInt8(ascii: "}") else {
                throw cursor.error(.expectedCommaOrBrace)
            }
            cursor.p += 1
            return
        }
    }

    @inline(__always)
    private mutating func placeInPayload(
        _ column: EventColumn, _ rule: FieldRule,
        _ name: (start: UnsafePointer<UInt8>, count: Int), _ sent: JSONValue
    ) {
        var value = sent
        let problem = FieldCheck.problem(
            &value, for: column, kinds: kinds, milliseconds: rule.isMilliseconds)
        if problem == .none || (rule.isStrict && value.kind != .null) {
            fields.put(
                column,
                EventFields.Slot(
                    value: value, name: name.start, nameCount: name.count,
                    isCanonical: rule.isCanonical, inPayload: true, problem: problem))
        } else {
            _ = keep(sent, name, inPayload: true)
        }
    }

    /// Keeps a field beside the columns, as sent.
    private mutating func keep(
        _ value: JSONValue, _ name: (start: UnsafePointer<UInt8>, count: Int), inPayload: Bool
    ) -> Bool {
        fields.keep(
            EventFields.Other(
                value: value, name: name.start, nameCount: name.count, inPayload: inPayload,
                asJSON: true))
    }
}
