import EventLog
package import FoundationEssentials

/// What may be known of a key: everything but the key.
package struct KeyRecord: Sendable, Hashable, Codable {
    /// The two kinds of the specification, section 1.3.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// `pk_…`: may send events.
        case publishable
        /// `sk_…`: may do everything.
        case secret
    }

    /// Says nothing of the key itself; stands in producers (`key:<id>`), lists and logs.
    package var id: String
    package var name: String
    package var kind: Kind
    package var environment: KeyEnvironment
    /// SHA-256 of the key's text. A key has 256 random bits, so a slow hash would add nothing.
    var hash: [UInt8]
    package var created: Date
    /// From this moment on the key is refused.
    package var expires: Date?
    package var revoked: Date?
    /// The day (UTC, `2026-11-21`) of the last request; a day, so that the file is not written for
    /// each request and tells nobody's habits.
    package var lastUsedDay: String?

    package func state(at now: Date) -> State {
        if revoked != nil { return .revoked }
        if let expires, expires <= now { return .expired }
        return .valid
    }

    package enum State: String, Sendable { case valid, revoked, expired }

    enum CodingKeys: String, CodingKey {
        case id, name, kind, environment, created, expires, revoked, lastUsedDay
        case hash = "sha256"
    }

    init(
        id: String, name: String, kind: Kind, environment: KeyEnvironment, hash: [UInt8],
        created: Date, expires: Date?
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.environment = environment
        self.hash = hash
        self.created = created
        self.expires = expires
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(String.self, forKey: .id)
        name = try fields.decode(String.self, forKey: .name)
        kind = try fields.decode(Kind.self, forKey: .kind)
        environment = try fields.decode(KeyEnvironment.self, forKey: .environment)
        created = try fields.decode(Date.self, forKey: .created)
        expires = try fields.decodeIfPresent(Date.self, forKey: .expires)
        revoked = try fields.decodeIfPresent(Date.self, forKey: .revoked)
        lastUsedDay = try fields.decodeIfPresent(String.self, forKey: .lastUsedDay)
        guard let hash = Hex.bytes(try fields.decode(String.self, forKey: .hash)),
            hash.count == KeyText.hashSize
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .hash, in: fields, debugDescription: "not 64 hexadecimal digits")
        }
        self.hash = hash
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(id, forKey: .id)
        try fields.encode(name, forKey: .name)
        try fields.encode(kind, forKey: .kind)
        try fields.encode(environment, forKey: .environment)
        try fields.encode(Hex.text(hash), forKey: .hash)
        try fields.encode(created, forKey: .created)
        try fields.encodeIfPresent(expires, forKey: .expires)
        try fields.encodeIfPresent(revoked, forKey: .revoked)
        try fields.encodeIfPresent(lastUsedDay, forKey: .lastUsedDay)
    }
}

/// Whether a store holds real events or trials. A store is one or the other, and takes keys of its own
/// kind only, so that the two never mix.
package enum KeyEnvironment: String, Sendable, Codable, CaseIterable {
    case live, test
}
