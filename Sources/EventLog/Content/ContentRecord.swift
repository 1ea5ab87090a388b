/// What a journal record of kind `content` tells: what is known of one item from here on.
struct ContentRecord: Sendable {
    var id: String
    /// `nil`: nothing.
    var document: ContentDocument?
    /// µs since 1970 UTC.
    var updatedAt: Int64

    /// Bytes of the payload, near enough.
    var size: Int { 16 + id.utf8.count + (document?.size ?? 0) }
}

/// The payload, little-endian; a text is its length (u16) and UTF-8:
///
/// ```
/// u8 version (1) · i64 updatedAt · text contentId
/// u8 1 · u16 n · n × text topic · optional text title · optional f64 duration · optional text extra
///   or u8 0: deleted
/// optional x = u8 0, or u8 1 and x
/// ```
extension ContentRecord {
    static let payloadVersion: UInt8 = 1

    var payload: [UInt8] {
        var writer = RecordWriter()
        writer.append(Self.payloadVersion)
        writer.append(updatedAt)
        writer.append(id)
        writer.append(UInt8(document == nil ? 0 : 1))
        guard let document else { return writer.bytes }
        writer.append(UInt16(document.topics.count))
        for topic in document.topics { writer.append(topic) }
        writer.append(optional: document.title)
        writer.append(UInt8(document.duration == nil ? 0 : 1))
        if let duration = document.duration { writer.append(duration.bitPattern) }
        writer.append(optional: document.extra)
        return writer.bytes
    }

    /// - Throws: `EventRowError` if the payload is not well formed.
    init(payload: [UInt8]) throws(EventRowError) {
        var reader = RecordReader(payload)
        guard try reader.read(UInt8.self) == Self.payloadVersion else {
            throw EventRowError.truncated(at: 0)
        }
        updatedAt = try reader.read(Int64.self)
        id = try reader.readText()
        if try reader.readFlag() {
            var document = ContentDocument(topics: [])
            let count = Int(try reader.read(UInt16.self))
            guard count <= Limits.contentTopicCountMax else {
                throw EventRowError.truncated(at: reader.position)
            }
            for _ in 0..<count {
                document.topics.append(try reader.readText())
            }
            if try reader.readFlag() { document.title = try reader.readText() }
            if try reader.readFlag() {
                document.duration = Double(bitPattern: try reader.read(UInt64.self))
            }
            if try reader.readFlag() { document.extra = try reader.readText() }
            self.document = document
        }
        guard reader.isAtEnd else { throw EventRowError.truncated(at: reader.position) }
    }
}

extension RecordWriter {
    fileprivate mutating func append(optional text: String?) {
        append(UInt8(text == nil ? 0 : 1))
        if let text { append(text) }
    }
}

extension RecordReader {
    fileprivate mutating func readFlag() throws(EventRowError) -> Bool {
        switch try read(UInt8.self) {
        case 0: return false
        case 1: return true
        default: throw EventRowError.truncated(at: position)
        }
    }
}
