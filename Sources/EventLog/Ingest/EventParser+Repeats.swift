extension EventParser {
    /// Reads again an object in which what comes later undoes what came before. Rare.
    @inline(never)
    mutating func readAgain(
        _ start: JSONCursor, _ cursor: inout JSONCursor
    ) throws(JSONError) {
        defer {
            payloadSkips = []
            isSkipping = false
            onlyCanonicalPayload = false
        }
        // Each round settles one of two things, which cannot come back.
        while payloadHasRepeats || payloadHasRival {
            if payloadHasRival {
                onlyCanonicalPayload = true
                isSkipping = false
            } else if let payload = payloadStart {
                var place = start
                place.p = payload
                payloadSkips = try Self.repeats(&place)
                isSkipping = true
            }
            cursor = start
            try readOnce(&cursor)
        }
    }

    /// For each field of a payload whether its name comes again: of equal names the last one counts.
    private static func repeats(_ cursor: inout JSONCursor) throws(JSONError) -> [Bool] {
        var skips: [Bool] = []
        var places: [[UInt8]: Int] = [:]
        cursor.p += 1
        cursor.skipSpace()
        while cursor.p.pointee != UInt8(ascii: "}") {
            let mark = cursor.scratch
            let name = try cursor.name()
            let bytes = Array(UnsafeBufferPointer(start: name.start, count: name.count))
            if let earlier = places.updateValue(skips.count, forKey: bytes) {
                skips[earlier] = true
            }
            skips.append(false)
            _ = try cursor.value(depth: 2)
            cursor.scratch = mark
            cursor.skipSpace()
            guard cursor.p.pointee == UInt8(ascii: ",") else { break }
            cursor.p += 1
            cursor.skipSpace()
        }
        return skips
    }
}
