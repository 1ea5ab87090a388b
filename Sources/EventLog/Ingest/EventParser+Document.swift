#if canImport(Glibc)
    import Glibc
#endif

extension EventParser {
    /// Parses a whole request body that is not lines: one event, an array of events, or an object whose
    /// `events` is such an array. White space may stand anywhere, line feeds included.
    ///
    /// Refusals carry the event's place in the array, from 0, as `line`. A body that is not JSON up to its
    /// end is one refusal and no event. Bodies are bounded by whoever reads them; one event by
    /// `Limits.lineSizeMax`; nesting counts from the event. The batch may be larger than a journal record.
    package mutating func parseDocument(
        _ bytes: UnsafeRawBufferPointer, now: Int64
    ) -> ParsedBlock {
        var block = begin(now: now)
        let size = bytes.count + JSONPadding.size
        let copy = [UInt8](unsafeUninitializedCapacity: size) { target, count in
            UnsafeMutableRawBufferPointer(target).copyMemory(from: bytes)
            target[bytes.count...].initialize(repeating: 0)
            count = size
        }
        copy.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            do throws(JSONError) {
                var places: [Range<Int>] = []
                var cursor = documentCursor(base, base + bytes.count)
                block.shape = try findEvents(&cursor, &places)
                for (index, place) in places.enumerated() {
                    decideElement(base, place, index: index, in: &block)
                }
            } catch {
                block.refuse(
                    Refusal(error, line: 0), UnsafeRawBufferPointer(start: base, count: bytes.count)
                )
                block.decided = 1
            }
        }
        block.bytesConsumed = bytes.count
        return finish(block)
    }

    /// Where the events of a body stand, all of it having been checked.
    private func findEvents(
        _ cursor: inout JSONCursor, _ places: inout [Range<Int>]
    ) throws(JSONError) -> DocumentShape {
        var shape = DocumentShape.list
        cursor.skipSpace()
        let start = cursor.p
        if cursor.p.pointee == UInt8(ascii: "[") {
            try findElements(&cursor, &places)
        } else {
            guard cursor.p.pointee == UInt8(ascii: "{") else { throw cursor.error(.notAnObject) }
            if !(try findNamedEvents(&cursor, &places)) {
                places = [(start - cursor.base)..<(cursor.p - cursor.base)]
                shape = .event
            }
        }
        cursor.skipSpace()
        guard cursor.p >= cursor.end else { throw cursor.error(.trailingBytes) }
        return shape
    }

    /// The elements of the array at the cursor.
    private func findElements(
        _ cursor: inout JSONCursor, _ places: inout [Range<Int>]
    ) throws(JSONError) {
        cursor.p += 1
        cursor.skipSpace()
        if cursor.p.pointee == UInt8(ascii: "]") {
            cursor.p += 1
            return
        }
        while true {
            let value = try cursor.value(depth: 0)
            let start = value.raw - cursor.base
            places.append(start..<(start + value.rawCount))
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

    /// Goes past the object at the cursor, checking all of it, and finds the elements of its array `events`.
    /// - Returns: whether there is one.
    private func findNamedEvents(
        _ cursor: inout JSONCursor, _ places: inout [Range<Int>]
    ) throws(JSONError) -> Bool {
        let key: StaticString = "events"
        var hasEvents = false
        var count = 0
        cursor.p += 1
        cursor.skipSpace()
        if cursor.p.pointee == UInt8(ascii: "}") {
            cursor.p += 1
            return false
        }
        while true {
            let start = cursor.p
            let name = try cursor.name()
            count += 1
            guard count <= Limits.fieldCountMax else {
                throw cursor.error(.tooManyFields, at: start)
            }
            let isEvents =
                name.count == key.utf8CodeUnitCount
                && memcmp(name.start, key.utf8Start, name.count) == 0
            if isEvents, !hasEvents, cursor.p.pointee == UInt8(ascii: "[") {
                try findElements(&cursor, &places)
                hasEvents = true
            } else {
                _ = try cursor.value(depth: 1)
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
            return hasEvents
        }
    }
}
