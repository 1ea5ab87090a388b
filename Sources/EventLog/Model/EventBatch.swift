/// Events on their way in: accepted by the parser, not yet numbered, not yet stored. With those that it
/// refused, so that one commit accounts for all that was offered.
package struct EventBatch: Sendable {
    /// Who sends; `eventId` is unique within it. The daemon has put the peer's identity in front.
    package var producer: String
    package var peer: PeerCredentials
    /// µs since 1970 UTC; one value for the whole batch.
    package var receivedAt: Int64
    /// The rows one after another, each in the form of `EventRow`.
    package var rows: [UInt8]
    /// Start of each row in `rows`, and the end of the last.
    package var rowOffsets: [UInt32]
    /// For each row the fingerprint of (producer, eventId), or `nil` where the sender gave no id.
    package var identities: [EventIdentity?]
    /// Asks for `AppendResult.placement`; a stream has no use for it.
    package var wantsPlacement = false
    /// The answer to the request that this batch is, to be kept with it. Asks for the placement too.
    package var keeping: AnswerKeeping?
    /// In the order in which they came.
    package var refused: [RefusedEvent] = []
    /// Numbers of quarantined events that this batch settles: what it holds of them as rows was
    /// accepted now; the others are given up.
    package var leavingQuarantine: [Int64] = []
    /// A content item to put or delete.
    package var content: ContentChange?
    /// What was odd about these events. It is counted where they are stored, and never stored itself.
    package var warnings = IngestWarnings()

    package init(producer: String, peer: PeerCredentials, receivedAt: Int64) {
        self.producer = producer
        self.peer = peer
        self.receivedAt = receivedAt
        self.rows = []
        self.rowOffsets = [0]
        self.identities = []
    }

    /// Accepted events.
    package var count: Int { rowOffsets.count - 1 }
    /// Whether there is nothing to be stored or counted.
    package var isEmpty: Bool {
        count == 0 && refused.isEmpty && leavingQuarantine.isEmpty && content == nil
    }
    /// Whether more is stored afterwards than before.
    var needsRoom: Bool { count > 0 || !refused.isEmpty || content != nil }
    /// Bytes of memory, near enough.
    package var size: Int {
        rows.count + refused.reduce(0) { $0 + $1.bytes.count + Self.refusedSize }
            + leavingQuarantine.count * 8 + (content?.size ?? 0)
    }

    /// Bytes of a refused event besides those that were sent: its texts and the arrays around them.
    private static let refusedSize = 512
}

/// The process at the other end of a socket, as the kernel named it when it connected.
package struct PeerCredentials: Sendable, Hashable {
    package var uid: UInt32
    package var gid: UInt32
    package var pid: Int32

    /// A peer of whom the kernel knows no process: TCP. 4294967295 is the uid that no user has, and no
    /// process has the id 0; the columns must not be NULL.
    package static let unknown = PeerCredentials(uid: .max, gid: .max, pid: 0)

    package init(uid: UInt32, gid: UInt32, pid: Int32) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
    }
}
