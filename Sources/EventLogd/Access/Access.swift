package import EventLog
package import FoundationEssentials

/// What one connection, or one request, may do and under whose name.
package struct Access: Sendable, Hashable {
    package let roles: Set<Role>
    /// The producer of events that name none: `uid:1000`, or `key:<id>`.
    package let producer: String
    package let peer: PeerCredentials
    /// The key that opened it; `nil` if the peer's uid did.
    package let keyID: String?
    /// When the key expires, and a stream that it opened ends.
    package let expires: Date?

    package init(
        roles: Set<Role>, producer: String, peer: PeerCredentials, keyID: String? = nil,
        expires: Date? = nil
    ) {
        self.roles = roles
        self.producer = producer
        self.peer = peer
        self.keyID = keyID
        self.expires = expires
    }

    /// For what everybody may see: nobody was asked who they are.
    static func nobody(_ peer: PeerCredentials) -> Access {
        Access(roles: [], producer: "uid:\(peer.uid)", peer: peer)
    }

    func require(_ role: Role) throws(AccessRefusal) {
        guard roles.contains(role) else {
            let held = roles.isEmpty ? "none" : roles.names.joined(separator: ", ")
            throw AccessRefusal(
                .forbidden, "This needs the role \(role.name); \(producer) has here: \(held).")
        }
    }
}

/// Why somebody may not do something: the codes of the specification, C16.
package struct AccessRefusal: Error, Sendable, Hashable {
    package let code: Refusal.Code
    /// One sentence. It repeats nothing of a key.
    package let message: String
    /// How long the answer is to be held back.
    package let delay: Duration

    init(_ code: Refusal.Code, _ message: String, delay: Duration = .zero) {
        self.code = code
        self.message = message
        self.delay = delay
    }
}
