/// The payload of a journal record of kind `ledger`, little-endian; a text is its length and UTF-8:
///
/// ```
/// u8 version (1)
/// u32 n · n × ( i64 hour · u8 bucket · u64 events · u64 quarantined · u16 producer · u16 code )
/// u32 n · n × ( i64 id · i64 receivedAt · u32 uid · i32 pid · u64 line · i64 byteOffset or −1
///               · u8 isTruncated · u16 producer · u16 code · u16 message · u16 fields · u32 bytes )
/// u32 n · n × i64 id that left the quarantine
/// ```
extension LedgerRecord {
    static let payloadVersion: UInt8 = 1

    var payload: [UInt8] {
        var writer = RecordWriter()
        writer.append(Self.payloadVersion)
        writer.append(UInt32(counts.count))
        for (key, amount) in counts.sorted(by: { $0.key < $1.key }) {
            writer.append(key.hour)
            writer.append(key.bucket.rawValue)
            writer.append(amount.events)
            writer.append(amount.quarantined)
            writer.append(key.producer)
            writer.append(key.code)
        }
        writer.append(UInt32(kept.count))
        for event in kept {
            writer.append(event.id)
            writer.append(event.receivedAt)
            writer.append(event.peerUid)
            writer.append(event.peerPid)
            writer.append(event.line)
            writer.append(event.byteOffset.map(Int64.init) ?? -1)
            writer.append(event.isTruncated ? UInt8(1) : 0)
            for text in [event.producer, event.code, event.message, event.fields] {
                writer.append(text)
            }
            writer.append(UInt32(event.bytes.count))
            writer.append(bytes: event.bytes)
        }
        writer.append(UInt32(left.count))
        for id in left { writer.append(id) }
        return writer.bytes
    }

    /// - Throws: `EventRowError` if the payload is not well formed.
    init(payload: [UInt8]) throws(EventRowError) {
        var reader = RecordReader(payload)
        guard try reader.read(UInt8.self) == Self.payloadVersion else {
            throw EventRowError.truncated(at: 0)
        }
        for _ in 0..<(try reader.read(UInt32.self)) {
            let hour = try reader.read(Int64.self)
            guard let bucket = LedgerBucket(rawValue: try reader.read(UInt8.self)) else {
                throw EventRowError.truncated(at: reader.position)
            }
            let amount = LedgerAmount(
                events: try reader.read(Int64.self), quarantined: try reader.read(Int64.self))
            let producer = try reader.readText()
            count(
                LedgerKey(
                    receivedAt: hour, producer: producer, bucket: bucket,
                    code: try reader.readText()), amount)
        }
        for _ in 0..<(try reader.read(UInt32.self)) { keep(try reader.readEvent()) }
        for _ in 0..<(try reader.read(UInt32.self)) { leave(try reader.read(Int64.self)) }
        guard reader.isAtEnd else {
            throw EventRowError.truncated(at: reader.position)
        }
    }
}

extension RecordReader {
    fileprivate mutating func readEvent() throws(EventRowError) -> QuarantinedEvent {
        let (id, receivedAt) = (try read(Int64.self), try read(Int64.self))
        let (uid, pid) = (try read(UInt32.self), try read(Int32.self))
        let (line, offset) = (try read(UInt64.self), try read(Int64.self))
        let isTruncated = try read(UInt8.self) != 0
        let (producer, code) = (try readText(), try readText())
        let (message, fields) = (try readText(), try readText())
        let count = Int(try read(UInt32.self))
        return QuarantinedEvent(
            id: id, receivedAt: receivedAt, producer: producer, peerUid: uid, peerPid: pid,
            line: line, byteOffset: offset < 0 ? nil : Int(clamping: offset), code: code,
            message: message, fields: fields, bytes: Array(try take(count)),
            isTruncated: isTruncated)
    }
}
