#if canImport(Glibc)
    import Glibc
#endif

/// A request body taken apart: where its events stand, and what stands beside them.
///
/// Three forms: one event; an array of events; an object with the array `events` and without `event`.
struct DocumentBody {
    private(set) var events: [Range<Int>] = []
    /// An object of all fields beside `events`, on one line and with padding behind it; empty if there
    /// are none.
    private(set) var companion: [UInt8] = []
    /// Whether the body is a list of events rather than one event.
    private(set) var isList = true
    /// The fields are those of an SDK that forwards its events.
    private(set) var isForwarded = false

    /// Reads the whole document at the cursor and checks that all of it is JSON. Limits are each event's own:
    /// one that passes them does not cost the others anything.
    init(_ cursor: inout JSONCursor) throws(JSONError) {
        cursor.skipSpace()
        let start = cursor.p
        switch cursor.p.pointee {
        case UInt8(ascii: "["): try findElements(&cursor)
        case UInt8(ascii: "{"):
            if !(try findNamedEvents(&cursor)) {
                events = [(start - cursor.base)..<(cursor.p - cursor.base)]
                isList = false
            }
        default: throw cursor.error(.notAnObject)
        }
        cursor.skipSpace()
        guard cursor.p >= cursor.end else { throw cursor.error(.trailingBytes) }
    }

    /// The elements of the array at the cursor.
    private mutating func findElements(_ cursor: inout JSONCursor) throws(JSONError) {
        cursor.p += 1
        cursor.skipSpace()
        if cursor.p.pointee == UInt8(ascii: "]") {
            cursor.p += 1
            return
        }
        while true {
            let start = cursor.p - cursor.base
            try cursor.skipUnlimited()
            events.append(start..<(cursor.p - cursor.base))
            cursor.skipSpace()
            if cursor.p.pointee == UInt8(ascii: "]") {
                cursor.p += 1
                return
            }
            guard cursor.p.pointee == UInt8(ascii: ",") else {
                throw cursor.error(.expectedCommaOrBracket)
            }
            cursor.p += 1
            cursor.skipSpace()
        }
    }

    /// The elements of the array `events` of the object at the cursor, all of which is read and checked.
    /// - Returns: whether the object is a batch; if not, it is one event.
    private mutating func findNamedEvents(
        _ cursor: inout JSONCursor
    ) throws(JSONError) -> Bool {
        var isBatch = false
        var isEvent = false
        /// Where the other fields begin, and where their values end.
        var beside: [(place: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>)] = []
        cursor.p += 1
        cursor.skipSpace()
        var isOver = cursor.p.pointee == UInt8(ascii: "}")
        while !isOver {
            let place = cursor.p
            let name = try cursor.unlimitedName()
            let text = UnsafeRawBufferPointer(start: name.start, count: name.count)
            if text.elementsEqual("events".utf8), cursor.p.pointee == UInt8(ascii: "[") {
                guard !isBatch else { throw cursor.error(.duplicateName, at: place) }
                isBatch = true
                try findElements(&cursor)
            } else {
                if text.elementsEqual("event".utf8) { isEvent = true }
                if text.elementsEqual("sdk".utf8) { isForwarded = true }
                try cursor.skipUnlimited()
                if !isEvent { beside.append((place, cursor.p)) }
            }
            cursor.skipSpace()
            isOver = cursor.p.pointee == UInt8(ascii: "}")
            guard isOver || cursor.p.pointee == UInt8(ascii: ",") else {
                throw cursor.error(.expectedCommaOrBrace)
            }
            if !isOver {
                cursor.p += 1
                cursor.skipSpace()
            }
        }
        cursor.p += 1
        guard isBatch, !isEvent else {
            events = []
            isForwarded = false
            return false
        }
        if !beside.isEmpty { try keep(beside, cursor) }
        return true
    }

    private mutating func keep(
        _ beside: [(place: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>)], _ cursor: JSONCursor
    ) throws(JSONError) {
        var cursor = cursor
        for field in beside {
            cursor.p = field.place
            let name = try cursor.unlimitedName()
            companion.append(companion.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
            JSONText.appendString(
                UnsafeRawBufferPointer(start: name.start, count: name.count), to: &companion)
            companion.append(UInt8(ascii: ":"))
            JSONText.appendLine(
                UnsafeRawBufferPointer(start: cursor.p, count: field.end - cursor.p), to: &companion
            )
        }
        let copies = companion.count.multipliedReportingOverflow(by: events.count)
        guard !copies.overflow, copies.partialValue <= Limits.batchFieldCopiesSizeMax else {
            throw JSONError(reason: .batchFieldsTooLarge, offset: 0)
        }
        companion.append(UInt8(ascii: "}"))
    }
}

extension JSONCursor {
    /// Goes past a value of any depth and size.
    fileprivate mutating func skipUnlimited() throws(JSONError) {
        /// For each open container, whether it is an object.
        var open: [Bool] = []
        while true {
            let opening = p.pointee
            if opening == UInt8(ascii: "{") || opening == UInt8(ascii: "[") {
                let isObject = opening == UInt8(ascii: "{")
                p += 1
                skipSpace()
                if p.pointee != (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    open.append(isObject)
                    if isObject { _ = try unlimitedName() }
                    continue
                }
                p += 1
            } else {
                try skipUnlimitedScalar()
            }
            while true {
                guard let isObject = open.last else { return }
                skipSpace()
                if p.pointee == UInt8(ascii: ",") {
                    p += 1
                    skipSpace()
                    if isObject { _ = try unlimitedName() }
                    break
                }
                guard p.pointee == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    throw error(isObject ? .expectedCommaOrBrace : .expectedCommaOrBracket)
                }
                p += 1
                open.removeLast()
            }
        }
    }

    /// A field name of any size, and the colon behind it. What it unescapes lasts until the next one.
    fileprivate mutating func unlimitedName() throws(JSONError) -> (
        start: UnsafePointer<UInt8>, count: Int
    ) {
        guard p.pointee == UInt8(ascii: "\"") else { throw error(.expectedName) }
        let mark = scratch
        let name = try string()
        scratch = mark
        skipSpace()
        guard p.pointee == UInt8(ascii: ":") else { throw error(.expectedColon) }
        p += 1
        skipSpace()
        return name
    }

    private mutating func skipUnlimitedScalar() throws(JSONError) {
        let mark = scratch
        do {
            _ = try value(depth: 0)
        } catch {
            // The number has been read to its end.
            guard error.reason == .numberTooLarge else { throw error }
        }
        scratch = mark
    }
}
