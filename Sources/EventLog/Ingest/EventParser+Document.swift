#if canImport(Glibc)
    import Glibc
#endif

extension EventParser {
    /// Parses a whole request body that is not lines: one event, an array of events, or an object whose
    /// `events` is such an array. White space may stand anywhere, line feeds included.
    ///
    /// Refusals carry the event's place in the array, from 0, as `line`. A body that is not JSON up to its
    /// end is one refusal and no event. Bodies are bounded by whoever reads them; one event by
    /// `Limits.lineSizeMax`; nesting counts from the body. The batch may be larger than a journal record.
    package mutating func parseDocument(
        _ bytes: UnsafeRawBufferPointer, now: Int64
    ) -> ParsedBlock {
        var block = begin(now: now)
        var copy = [UInt8](repeating: 0, count: bytes.count + JSONPadding.size)
        copy.withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
        copy.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            do throws(JSONError) {
                var places: [Range<Int>] = []
                var cursor = documentCursor(base, base + bytes.count)
                try findEvents(&cursor, &places)
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
    ) throws(JSONError) {
        cursor.skipSpace()
        let start = cursor.p
        if cursor.p.pointee == UInt8(ascii: "[") {
            try findElements(&cursor, &places)
        } else {
            var whole = cursor
            guard whole.p.pointee == UInt8(ascii: "{") else { throw cursor.error(.notAnObject) }
            try whole.skipContainer(depth: 0)
            if !(try findNamedEvents(&cursor, &places)) {
                places = [(start - cursor.base)..<(whole.p - cursor.base)]
            }
            cursor.p = whole.p
        }
        cursor.skipSpace()
        guard cursor.p >= cursor.end else { throw cursor.error(.trailingBytes) }
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

    /// The elements of the array `events` of the object at the cursor, which has been checked before.
    /// - Returns: whether there is one.
    private func findNamedEvents(
        _ cursor: inout JSONCursor, _ places: inout [Range<Int>]
    ) throws(JSONError) -> Bool {
        let key: StaticString = "events"
        cursor.p += 1
        cursor.skipSpace()
        while cursor.p.pointee == UInt8(ascii: "\"") {
            let name = try cursor.name()
            let isEvents =
                name.count == key.utf8CodeUnitCount
                && memcmp(name.start, key.utf8Start, name.count) == 0
            if isEvents, cursor.p.pointee == UInt8(ascii: "[") {
                try findElements(&cursor, &places)
                return true
            }
            _ = try cursor.value(depth: 0)
            cursor.skipSpace()
            guard cursor.p.pointee == UInt8(ascii: ",") else { return false }
            cursor.p += 1
            cursor.skipSpace()
        }
        return false
    }
}
