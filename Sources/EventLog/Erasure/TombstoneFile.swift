/// Tombstones as a file.
///
/// ```
/// "ELTS" · u32 version (1) · u32 CRC-32C of what follows
/// u32 users    × (u64 × 2 digest · i64 erased at)
/// u32 devices  × (u64 × 2 digest · u32 spans × (i64 start · i64 end, the greatest: none · i64 erased at))
/// u32 erasures × (i64 erased at · u32 events × (u64 × 2 identity))
/// ```
/// Times are in µs since 1970 UTC, numbers little-endian.
enum TombstoneFile {
    static let path = "erasure/tombstones"
    private static let magic: [UInt8] = Array("ELTS".utf8)
    private static let version: UInt32 = 1

    static func bytes(of tombstones: Tombstones) -> [UInt8] {
        var body = RecordWriter()
        body.append(UInt32(tombstones.users.count))
        for (digest, time) in tombstones.users {
            body.append(digest)
            body.append(time)
        }
        body.append(UInt32(tombstones.devices.count))
        for (digest, spans) in tombstones.devices {
            body.append(digest)
            body.append(UInt32(spans.count))
            for span in spans {
                body.append(span.span.start)
                body.append(span.span.end ?? .max)
                body.append(span.erasedAt)
            }
        }
        body.append(UInt32(tombstones.erased.count))
        for erased in tombstones.erased {
            body.append(erased.at)
            body.append(UInt32(erased.identities.count))
            for identity in erased.identities {
                body.append(identity.high)
                body.append(identity.low)
            }
        }
        var file = RecordWriter()
        file.append(bytes: magic)
        file.append(version)
        file.append(body.bytes.withUnsafeBytes { JournalFormat.checksum($0) })
        return file.bytes + body.bytes
    }

    /// - Returns: `nil` if the bytes are not what is written above.
    static func tombstones(_ bytes: [UInt8]) -> Tombstones? { try? read(bytes) }

    private static func read(_ bytes: [UInt8]) throws(EventRowError) -> Tombstones? {
        var reader = RecordReader(bytes)
        guard Array(try reader.take(4)) == magic, try reader.read(UInt32.self) == version else {
            return nil
        }
        let checksum = try reader.read(UInt32.self)
        guard
            checksum
                == bytes[reader.position...].withUnsafeBytes({ JournalFormat.checksum($0) })
        else { return nil }
        var tombstones = Tombstones()
        for _ in 0..<(try reader.read(UInt32.self)) {
            let digest = try reader.readDigest()
            tombstones.add(user: digest, at: try reader.read(Int64.self))
        }
        for _ in 0..<(try reader.read(UInt32.self)) {
            let digest = try reader.readDigest()
            for _ in 0..<(try reader.read(UInt32.self)) {
                let start = try reader.read(Int64.self)
                let end = try reader.read(Int64.self)
                let span = ErasureScope.Span(start: start, end: end == .max ? nil : end)
                let erasedAt = try reader.read(Int64.self)
                tombstones.add(
                    device: digest, Tombstones.DeviceSpan(span: span, erasedAt: erasedAt))
            }
        }
        for _ in 0..<(try reader.read(UInt32.self)) {
            let time = try reader.read(Int64.self)
            var identities: [EventIdentity] = []
            for _ in 0..<(try reader.read(UInt32.self)) {
                let high = try reader.read(UInt64.self)
                identities.append(EventIdentity(high: high, low: try reader.read(UInt64.self)))
            }
            tombstones.add(identities, at: time)
        }
        return reader.isAtEnd ? tombstones : nil
    }
}

extension RecordWriter {
    fileprivate mutating func append(_ digest: ErasureKey.Digest) {
        append(digest.high)
        append(digest.low)
    }
}

extension RecordReader {
    fileprivate mutating func readDigest() throws(EventRowError) -> ErasureKey.Digest {
        let high = try read(UInt64.self)
        return ErasureKey.Digest(high: high, low: try read(UInt64.self))
    }
}
