import EventLog

/// Who may do what, as a value: the rules of the specification, section 1.3.
package struct AccessPolicy: Sendable, Hashable {
    /// The daemon's own user. It and root could read the files anyway.
    package var ownUID: UInt32
    /// Whether the peer's uid is not enough on Unix sockets either. Whoever can read the store can make
    /// a key, so nobody is excepted.
    package var requiresKey: Bool

    package init(ownUID: UInt32, requiresKey: Bool = false) {
        self.ownUID = ownUID
        self.requiresKey = requiresKey
    }

    package enum Grant: Sendable, Hashable {
        case open(Access)
        /// A key is needed, and gives no more than these roles.
        case needsKey(atMost: Set<Role>)
    }

    package func grant(_ caller: Caller) -> Grant {
        let atMost: Set<Role> =
            switch caller.entrance {
            case .main, .tcp: .all
            case .ingest: [.ingest]
            }
        // A loopback address belongs to every user of the machine.
        if requiresKey || caller.entrance == .tcp { return .needsKey(atMost: atMost) }
        let uid = caller.peer.uid
        let roles: Set<Role> = uid == 0 || uid == ownUID ? .all : [.ingest, .read]
        return .open(
            Access(
                roles: roles.intersection(atMost), producer: "uid:\(uid)", peer: caller.peer))
    }
}
