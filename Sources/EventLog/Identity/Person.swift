/// Who an event is attributed to (specification, section 4.2).
package enum Person: Sendable, Hashable {
    /// Neither a user nor a device: counted in views, not in unique viewers.
    case none
    /// A device between two logouts, of which nobody knows whose it is.
    case anonymous(device: String, epoch: Int)
    /// The id by which the person goes.
    case user(String)

    package var isAnonymous: Bool {
        switch self {
        case .anonymous: true
        case .none, .user: false
        }
    }

    /// The text of the column personId; `nil` for nobody. No two persons have the same.
    ///
    /// Devices and users never mix: a user id that begins as an anonymous person does is written with
    /// `user:` before it, and so is one that begins with that.
    package var id: String? {
        switch self {
        case .none: nil
        case .anonymous(let device, let epoch): "anon:\(device)#\(epoch)"
        case .user(let user):
            user.utf8.starts(with: "anon:".utf8) || user.utf8.starts(with: "user:".utf8)
                ? "user:" + user : user
        }
    }

    package static func == (a: Person, b: Person) -> Bool {
        switch (a, b) {
        case (.none, .none): true
        case (.anonymous(let a, let m), .anonymous(let b, let n)):
            m == n && a.utf8.elementsEqual(b.utf8)
        case (.user(let a), .user(let b)): a.utf8.elementsEqual(b.utf8)
        case (.none, _), (.anonymous, _), (.user, _): false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .none: hasher.combine(0)
        case .anonymous(let device, let epoch):
            hasher.combine(epoch)
            for byte in device.utf8 { hasher.combine(byte) }
        case .user(let user):
            hasher.combine(-1)
            for byte in user.utf8 { hasher.combine(byte) }
        }
    }
}

/// By which rules events are attributed. (`IdentityMap.asOf` makes the map of an earlier time.)
package enum PersonMode: Sendable, Hashable {
    /// The actor: the user id as sent, else the device and its epoch. No link, no alias.
    case raw
    /// The person, by all rules.
    case resolved
}

/// From `start` on, until the next interval of the device begins, its anonymous events are `person`'s.
package struct PersonInterval: Sendable, Hashable {
    /// µs since 1970 UTC.
    package var start: Int64
    package var person: Person
}
