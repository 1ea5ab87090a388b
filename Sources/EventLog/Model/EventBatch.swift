/// Events on their way in: accepted by the parser, not yet numbered, not yet stored.
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

    package var count: Int { rowOffsets.count - 1 }
}

/// The process at the other end of a socket, as the kernel named it when it connected.
package struct PeerCredentials: Sendable, Hashable {
    package var uid: UInt32
    package var gid: UInt32
    package var pid: Int32

    package init(uid: UInt32, gid: UInt32, pid: Int32) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
    }
}
