/// A refused event that is kept: what was sent, by whom, and why it was not taken.
///
/// A class, because many snapshots share the same thousands of them.
package final class QuarantinedEvent: Sendable {
    /// Its number, for ever; one of the sequence of all events. 0: not given yet.
    package let id: Int64
    /// µs since 1970 UTC, of the first time that it was refused.
    package let receivedAt: Int64
    package let producer: String
    package let peerUid: UInt32
    package let peerPid: Int32
    /// As `Refusal.line`.
    package let line: UInt64
    package let byteOffset: Int?
    package let code: String
    package let message: String
    /// Names of the fields that are wrong, with `, ` between them; may be empty.
    package let fields: String
    package let bytes: [UInt8]
    /// More was sent than `bytes`: it cannot be replayed.
    package let isTruncated: Bool

    package init(
        id: Int64, receivedAt: Int64, producer: String, peerUid: UInt32, peerPid: Int32,
        line: UInt64, byteOffset: Int?, code: String, message: String, fields: String,
        bytes: [UInt8], isTruncated: Bool
    ) {
        self.id = id
        self.receivedAt = receivedAt
        self.producer = producer
        self.peerUid = peerUid
        self.peerPid = peerPid
        self.line = line
        self.byteOffset = byteOffset
        self.code = code
        self.message = message
        self.fields = fields
        self.bytes = bytes
        self.isTruncated = isTruncated
    }

    /// What is kept of a refused event of a batch.
    convenience init(_ event: RefusedEvent, of batch: EventBatch) {
        var id: Int64 = 0
        var receivedAt = batch.receivedAt
        if case .replayed(let number, let first, _) = event.origin {
            (id, receivedAt) = (number, first)
        }
        let refusal = event.refusal
        self.init(
            id: id, receivedAt: receivedAt, producer: batch.producer, peerUid: batch.peer.uid,
            peerPid: batch.peer.pid, line: refusal.line, byteOffset: refusal.byteOffset,
            code: refusal.code.rawValue, message: Self.cut(refusal.message),
            fields: Self.cut(refusal.details.map(\.field).joined(separator: ", ")),
            bytes: event.bytes, isTruncated: event.isTruncated)
    }

    /// Bytes that it counts for in every bound of the quarantine.
    package var size: Int {
        max(
            Limits.quarantineEventSizeMin,
            bytes.count + message.utf8.count + fields.utf8.count + producer.utf8.count + 64)
    }

    func numbered(_ id: Int64) -> QuarantinedEvent {
        QuarantinedEvent(
            id: id, receivedAt: receivedAt, producer: producer, peerUid: peerUid, peerPid: peerPid,
            line: line, byteOffset: byteOffset, code: code, message: message, fields: fields,
            bytes: bytes, isTruncated: isTruncated)
    }

    /// Whether a refusal says what this one says.
    package func hasReason(of refusal: Refusal) -> Bool {
        code == refusal.code.rawValue && message == Self.cut(refusal.message)
    }

    /// At most `Limits.quarantineTextSizeMax` bytes, whole characters.
    private static func cut(_ text: String) -> String {
        var rest = text[...]
        while rest.utf8.count > Limits.quarantineTextSizeMax {
            let missing = rest.utf8.count - Limits.quarantineTextSizeMax
            rest.removeLast(max(1, missing / 8))
        }
        return String(rest)
    }
}
