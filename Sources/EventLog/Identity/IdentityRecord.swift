/// One fact about who used a device, or about two user ids (specification, section 4.1).
///
/// Records are only ever added. What they mean together is `IdentityMap`: a function of their set, in
/// which a record that comes twice counts once.
package struct IdentityRecord: Sendable, Hashable {
    /// The numbers stand on disk; 6 (erase) and 7 (restoreId) are reserved.
    package enum Kind: UInt8, Sendable, CaseIterable {
        /// `device` was used by `user`, as the client said.
        case identify = 0
        /// `device` was used by `user`, as an ordinary event shows that carries both.
        case implicit = 1
        /// Somebody logged out: from `time` on, `device` is in a new epoch.
        case clear = 2
        /// From now on `user` is `toUser`.
        case alias = 3
        /// Takes back the alias of `user` and `toUser`.
        case unalias = 4
        /// Removes the links of `device` and `user` up to and including `time`.
        case unlink = 5
    }

    package var kind: Kind
    /// When it holds from, in µs since 1970 UTC: the effective time (specification, section 3, row 26).
    package var time: Int64
    /// Arrival number; it orders aliases, and nothing else.
    package var seq: UInt64
    /// By which the store recognises a repeat. The map does not need it.
    package var eventId: String
    /// Empty where the kind has none.
    package var device: String
    package var user: String
    package var toUser: String

    private init(
        _ kind: Kind, time: Int64, seq: UInt64, eventId: String, device: String = "",
        user: String = "", toUser: String = ""
    ) {
        self.kind = kind
        self.time = time
        self.seq = seq
        self.eventId = eventId
        self.device = device
        self.user = user
        self.toUser = toUser
    }

    package static func identify(
        device: String, user: String, time: Int64, seq: UInt64 = 0, eventId: String = ""
    ) -> IdentityRecord {
        IdentityRecord(
            .identify, time: time, seq: seq, eventId: eventId, device: device, user: user)
    }

    package static func implicit(
        device: String, user: String, time: Int64, seq: UInt64 = 0, eventId: String = ""
    ) -> IdentityRecord {
        IdentityRecord(
            .implicit, time: time, seq: seq, eventId: eventId, device: device, user: user)
    }

    package static func clear(
        device: String, time: Int64, seq: UInt64 = 0, eventId: String = ""
    ) -> IdentityRecord {
        IdentityRecord(.clear, time: time, seq: seq, eventId: eventId, device: device)
    }

    package static func alias(
        from user: String, to toUser: String, time: Int64 = 0, seq: UInt64, eventId: String = ""
    ) -> IdentityRecord {
        IdentityRecord(
            .alias, time: time, seq: seq, eventId: eventId, user: user, toUser: toUser)
    }

    package static func unalias(
        from user: String, to toUser: String, time: Int64 = 0, seq: UInt64, eventId: String = ""
    ) -> IdentityRecord {
        IdentityRecord(
            .unalias, time: time, seq: seq, eventId: eventId, user: user, toUser: toUser)
    }

    package static func unlink(
        device: String, user: String, time: Int64, seq: UInt64 = 0, eventId: String = ""
    ) -> IdentityRecord {
        IdentityRecord(
            .unlink, time: time, seq: seq, eventId: eventId, device: device, user: user)
    }
}

extension IdentityRecord.Kind {
    /// Whether records of this kind name a device.
    package var hasDevice: Bool {
        switch self {
        case .identify, .implicit, .clear, .unlink: true
        case .alias, .unalias: false
        }
    }
    package var hasUser: Bool {
        switch self {
        case .identify, .implicit, .unlink, .alias, .unalias: true
        case .clear: false
        }
    }
    package var hasToUser: Bool { self == .alias || self == .unalias }
}
