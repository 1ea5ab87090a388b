package import EventLog

/// Which socket somebody came in by.
package enum Entrance: String, Sendable, CaseIterable {
    /// The Unix socket of everybody who may connect.
    case main
    /// The second Unix socket, for sending only, whoever connects.
    case ingest
    /// HTTP on a loopback address.
    case tcp
}

/// Who is at the other end of a connection, before any key is seen.
///
/// Bound to the connection: a descriptor that is passed on keeps the credentials of whoever connected.
package struct Caller: Sendable, Hashable {
    package let entrance: Entrance
    package let peer: PeerCredentials

    package init(_ entrance: Entrance, _ peer: PeerCredentials) {
        self.entrance = entrance
        self.peer = peer
    }
}
