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
    ///
    /// The body `{sdk, events}` is the forwarding one: its events are read as `EventShape.forwarding`. What
    /// such an object says besides `events` is kept with each of them, in the envelope field `batch`.
    package mutating func parseDocument(
        _ bytes: UnsafeRawBufferPointer, now: Int64
    ) -> ParsedBlock {
        var block = begin(now: now)
        let usualShape = shape
        var copy = [UInt8](repeating: 0, count: bytes.count + JSONPadding.size)
        copy.withUnsafeMutableBytes { $0.copyMemory(from: bytes) }
        copy.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            do throws(JSONError) {
                var cursor = documentCursor(base, base + bytes.count)
                let body = try DocumentBody(&cursor)
                block.shape = body.isList ? .list : .event
                if body.isForwarded { shape = .forwarding }
                for (index, place) in body.events.enumerated() {
                    decideElement(base, place, index: index, with: body.companion, in: &block)
                }
            } catch {
                block.refuse(
                    Refusal(error, line: 0), UnsafeRawBufferPointer(start: base, count: bytes.count)
                )
                block.decided = 1
            }
        }
        shape = usualShape
        block.bytesConsumed = bytes.count
        return finish(block)
    }

    /// Decides one event of a body; it stands between bytes that are no part of it, and so is copied.
    /// - Parameter companion: what the body says beside its events; each event keeps it.
    private mutating func decideElement(
        _ base: UnsafePointer<UInt8>, _ place: Range<Int>, index: Int, with companion: [UInt8],
        in block: inout ParsedBlock
    ) {
        block.decided += 1
        guard place.count <= Limits.lineSizeMax else {
            block.refuse(
                Self.lineTooLong(UInt64(index)),
                UnsafeRawBufferPointer(start: base + place.lowerBound, count: place.count))
            return
        }
        let copy = lineCopy.reserve(place.count + JSONPadding.size)
        memcpy(copy, base + place.lowerBound, place.count)
        memset(copy + place.count, 0, JSONPadding.size)
        var cursor = documentCursor(UnsafePointer(copy), UnsafePointer(copy) + place.count)
        do throws(JSONError) {
            try readObject(&cursor)
            companion.withUnsafeBufferPointer { bytes in
                if let start = bytes.baseAddress, !bytes.isEmpty {
                    keepCompanion(start, bytes.count)
                }
                // A body has no control lines: `op` is a field like others, the event's name is missing.
                _ = accept(
                    UnsafeRawBufferPointer(start: copy, count: place.count),
                    companionSize: companion.count, line: UInt64(index), limit: .max, in: &block)
            }
        } catch {
            block.refuse(
                Refusal(error, line: UInt64(index)),
                UnsafeRawBufferPointer(start: copy, count: place.count))
        }
    }

    /// Keeps what a batch says beside its events, unless the event has a field of that name itself.
    private mutating func keepCompanion(_ json: UnsafePointer<UInt8>, _ count: Int) {
        let name = Self.companionName
        let other = EventFields.Other(
            value: JSONValue(kind: .object, text: json, count: count, raw: json, rawCount: count),
            name: name.start, nameCount: name.count, inPayload: false, asJSON: true)
        if !fields.isKept(other) { fields.keep(other) }
    }

    private static let companionName = StaticBytes("batch")
}
