import Columns

#if canImport(Glibc)
    import Glibc
#endif

extension EventParser {
    /// Fills what the event implies and does not say, and notes what is odd about it.
    @inline(__always)
    mutating func fillImplied() {
        let rule = table.typeRules + typeIndex
        switch rule.pointee.kind {
        case .plain, .identity, .administration: break
        case .completion: if !fields.has(.didLoop) { deriveLoop() }
        case .swipe: fillSwipe()
        }
        if let implied = rule.pointee.implies, !fields.has(implied) {
            fields.derive(implied, JSONValue(true))
        }
        if fields.has(.direction) { unifyDirection() }
        if fields.has(.percentComplete) { judgePercent() }
        if fields.has(.entryPoint), rule.pointee.hasEntryPoints { judgeEntryPoint() }
        if let action = rule.pointee.action {
            fields.derive(.action, JSONValue(action))
        } else if let column = rule.pointee.actionColumn, fields.has(column) {
            deriveAction(from: fields[column])
        }
        if fields.has(.userId), !fields.wrong.contains(.userId) { judgeUser() }
    }

    /// The reference requires `looped` and leaves it out in its own example: absent is false.
    private mutating func deriveLoop() {
        guard fields.has(.loopCount) else {
            fields.warn(.missingLooped)
            fields.derive(.didLoop, JSONValue(false))
            return
        }
        let loops =
            fields.wrong.contains(.loopCount) ? 0 : Int64(bitPattern: fields[.loopCount].bits)
        fields.derive(.didLoop, JSONValue(loops > 0))
    }

    /// Both ends of a swipe are columns; the envelope's content is one of them.
    @inline(__always)
    private mutating func fillSwipe() {
        let end: EventColumn = shape == .reference ? .toContentId : .fromContentId
        if !fields.has(end), fields.has(.contentId) {
            fields.derive(end, fields[.contentId])
        } else if !fields.has(.contentId), fields.has(end), !fields.wrong.contains(end) {
            fields.derive(.contentId, fields[end])
        }
    }

    @inline(__always)
    private mutating func judgePercent() {
        guard !fields.wrong.contains(.percentComplete) else { return }
        let sent = Double(bitPattern: fields[.percentComplete].bits)
        switch percentScale {
        case .percent: if sent > 0, sent <= 1 { fields.warn(.percentCompleteScale) }
        case .fraction:
            if sent > 1 { fields.warn(.percentCompleteScale) }
            fields.setNumber(.percentComplete, sent * 100)
        }
    }

    @inline(__always)
    private mutating func judgeEntryPoint() {
        guard !fields.wrong.contains(.entryPoint) else { return }
        let sent = fields[.entryPoint]
        guard table.entryPoints[typeIndex].number(of: sent.text, sent.count) == 0 else { return }
        fields.warn(.unknownEntryPoint)
    }

    @inline(__always)
    private mutating func judgeUser() {
        let user = fields[.userId]
        if FieldCheck.isPlaceholder(user) {
            fields.warn(.placeholderUserId)
            fields.setAside(.userId)
            return
        }
        if PersonalText.isLikely(user.text, user.count) { fields.warn(.personalUserId) }
        if fields.has(.deviceId), !fields.wrong.contains(.deviceId) {
            let device = fields[.deviceId]
            if device.count == user.count, memcmp(device.text, user.text, user.count) == 0 {
                fields.warn(.deviceAsUserId)
            }
        }
    }

    /// forward and backward are the later words for next and previous; what was sent is kept.
    @inline(never)
    private mutating func unifyDirection() {
        let sent = fields[.direction]
        guard sent.kind == .string else { return }
        let word = sent.isText("forward") ? "next" : sent.isText("backward") ? "previous" : nil
        guard let word else { return }
        fields.setAside(.direction)
        fields.derive(.direction, JSONValue(word == "next" ? Self.next : Self.previous))
    }

    private static let next = StaticBytes("next")
    private static let previous = StaticBytes("previous")
    private static let save = StaticBytes("save")

    private mutating func deriveAction(from value: JSONValue) {
        guard value.kind == .string, value.count > 0, value.count <= Limits.idSizeMax else {
            return
        }
        fields.derive(.action, value.isText("bookmark") ? JSONValue(Self.save) : value)
    }
}
