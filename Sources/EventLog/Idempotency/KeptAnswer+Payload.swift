/// Kept answers as the payload of a journal record of kind `answered`:
///
/// ```
/// u32 length of the answers · answer* · the payload of an `events` record, if it counts events
/// answer = i64 keptAt · u16 status · text producer · text request · text key
///          · text fingerprint · text contentType · text body
/// text = u32 length, bytes
/// ```
///
/// Little-endian.
enum AnsweredPayload {
    static func append(
        _ answers: [(key: RequestKey, answer: KeptAnswer)], to bytes: inout [UInt8]
    ) {
        let start = bytes.count
        append(UInt32(0), to: &bytes)
        for (key, answer) in answers { append(key, answer, to: &bytes) }
        let length = UInt32(truncatingIfNeeded: bytes.count - start - 4)
        withUnsafeBytes(of: length.littleEndian) {
            bytes.replaceSubrange(start..<start + 4, with: $0)
        }
    }

    /// Payloads with all of these, none larger than a record is aimed at.
    static func payloads(
        of answers: [(key: RequestKey, answer: KeptAnswer)]
    ) -> [[UInt8]] {
        var payloads: [[UInt8]] = []
        var group: [(key: RequestKey, answer: KeptAnswer)] = []
        var size = 0
        func close() {
            guard !group.isEmpty else { return }
            var bytes: [UInt8] = []
            append(group, to: &bytes)
            payloads.append(bytes)
            group = []
            size = 0
        }
        for entry in answers {
            let entrySize = self.size(of: entry.key, entry.answer)
            if size + entrySize > Limits.journalRecordSizeMax { close() }
            group.append(entry)
            size += entrySize
        }
        close()
        return payloads
    }

    /// - Returns: the answers, and where the events begin.
    /// - Throws: `EventRowError` if the payload is not well formed.
    static func read(
        _ payload: UnsafeRawBufferPointer
    ) throws(EventRowError) -> (answers: [(RequestKey, KeptAnswer)], eventsStart: Int) {
        var reader = Reader(bytes: payload)
        let end = try reader.length()
        var answers: [(RequestKey, KeptAnswer)] = []
        while reader.offset < end { answers.append(try reader.answer()) }
        guard reader.offset == end else { throw .truncated(at: end) }
        return (answers, end)
    }

    static func size(of key: RequestKey, _ answer: KeptAnswer) -> Int {
        10 + 6 * 4 + key.producer.utf8.count + key.request.utf8.count + key.key.utf8.count
            + answer.fingerprint.count + answer.contentType.utf8.count + answer.body.count
    }

    private static func append(
        _ key: RequestKey, _ answer: KeptAnswer, to bytes: inout [UInt8]
    ) {
        append(answer.keptAt, to: &bytes)
        append(answer.status, to: &bytes)
        for text in [key.producer, key.request, key.key] { append(text: text.utf8, to: &bytes) }
        append(text: answer.fingerprint, to: &bytes)
        append(text: answer.contentType.utf8, to: &bytes)
        append(text: answer.body, to: &bytes)
    }

    private static func append(text: some Collection<UInt8>, to bytes: inout [UInt8]) {
        append(UInt32(truncatingIfNeeded: text.count), to: &bytes)
        bytes.append(contentsOf: text)
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// Every length is checked against the bytes that there are.
    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        var offset = 0

        mutating func answer() throws(EventRowError) -> (RequestKey, KeptAnswer) {
            let keptAt = try number(Int64.self)
            let status = try number(UInt16.self)
            let producer = try string()
            let request = try string()
            let key = RequestKey(producer: producer, request: request, key: try string())
            let fingerprint = try text()
            let contentType = try string()
            var answer = KeptAnswer(
                fingerprint: fingerprint, status: status, contentType: contentType,
                body: try text())
            answer.keptAt = keptAt
            return (key, answer)
        }

        /// The end of the bytes whose length stands here.
        mutating func length() throws(EventRowError) -> Int {
            let length = Int(try number(UInt32.self))
            guard length <= bytes.count - offset else { throw .truncated(at: offset) }
            return offset + length
        }

        private mutating func text() throws(EventRowError) -> [UInt8] {
            let end = try length()
            defer { offset = end }
            return Array(bytes[offset..<end])
        }

        private mutating func string() throws(EventRowError) -> String {
            String(decoding: try text(), as: UTF8.self)
        }

        private mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
            _: Number.Type
        ) throws(EventRowError) -> Number {
            let size = MemoryLayout<Number>.size
            guard size <= bytes.count - offset else { throw .truncated(at: offset) }
            defer { offset += size }
            return Number(
                littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
        }
    }
}
