package import FoundationEssentials

/// All keys of one store, as a value: who may come in is decided here, without files or clocks.
package struct KeyRing: Sendable, Hashable {
    /// Keys of one store, revoked ones included: each presented key is compared with all. Beyond it
    /// the oldest that is not valid any more is forgotten.
    package static let countMax = 1_000
    /// Bytes of a key's name.
    package static let nameSizeMax = 128
    /// Seconds after which a key that expires does so at the latest: ten years.
    package static let lifetimeMax: TimeInterval = 3_650 * 86_400

    package private(set) var records: [KeyRecord]

    package init(_ records: [KeyRecord] = []) {
        self.records = records
    }

    // MARK: Changing

    /// Adds a new key.
    /// - Returns: its record, and its text, which is nowhere else.
    package mutating func create(
        name: String, kind: KeyRecord.Kind, environment: KeyEnvironment, now: Date,
        expires: Date?, using random: inout some RandomNumberGenerator
    ) throws(KeyError) -> (record: KeyRecord, key: KeyText) {
        guard name.utf8.count <= Self.nameSizeMax,
            !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw .badName }
        // A date is rounded: exactly ten years are ten years.
        if let expires,
            expires <= now || expires.timeIntervalSince(now).rounded() > Self.lifetimeMax
        {
            throw .badExpiry
        }
        if records.count >= Self.countMax {
            guard let oldest = records.firstIndex(where: { $0.state(at: now) != .valid }) else {
                throw .tooMany
            }
            records.remove(at: oldest)
        }
        let key = KeyText(new: kind, environment, using: &random)
        var id: String
        repeat {
            id = Base32.text((0..<5).map { _ in UInt8.random(in: 0...255, using: &random) })
        } while records.contains { $0.id == id }
        let record = KeyRecord(
            id: id, name: name, kind: kind, environment: environment, hash: key.hash,
            // Whole seconds, as the file keeps them.
            created: Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down)),
            expires: expires)
        records.append(record)
        return (record, key)
    }

    /// Refuses the key from now on. Revoking a revoked key changes nothing.
    package mutating func revoke(id: String, now: Date) throws(KeyError) -> KeyRecord {
        guard let position = records.firstIndex(where: { $0.id == id }) else { throw .notFound }
        if records[position].revoked == nil {
            records[position].revoked = Date(
                timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        }
        return records[position]
    }

    /// - Returns: whether this changed anything: the first use on a day.
    package mutating func noteUse(of id: String, day: String) -> Bool {
        guard let position = records.firstIndex(where: { $0.id == id }),
            records[position].lastUsedDay != day
        else { return false }
        records[position].lastUsedDay = day
        return true
    }

    // MARK: Looking up

    /// Finds the record of a key that somebody presents.
    ///
    /// Takes the same time whatever the text is and wherever its record stands: every hash is compared
    /// to its end (A16).
    package func find(
        _ text: String, in environment: KeyEnvironment, now: Date
    ) throws(KeyError) -> KeyRecord {
        guard let key = KeyText(text) else { throw .unknown }
        guard key.environment == environment else { throw .wrongEnvironment(key.environment) }
        let hash = key.hash
        var found: Int?
        for (position, record) in records.enumerated()
        where Self.isEqual(record.hash, hash) { found = position }
        guard let found else { throw .unknown }
        switch records[found].state(at: now) {
        case .valid: return records[found]
        case .revoked: throw .revoked(records[found].id)
        case .expired: throw .expired(records[found].id)
        }
    }

    static func isEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        var difference: UInt8 = one.count == other.count ? 0 : 1
        for (a, b) in zip(one, other) { difference |= a ^ b }
        return difference == 0
    }
}

package enum KeyError: Error, Sendable, Hashable {
    // Of a key that is presented.
    case unknown
    case revoked(String)
    case expired(String)
    /// A key for the other kind of store; the value is the key's.
    case wrongEnvironment(KeyEnvironment)
    // Of a change.
    case notFound
    case badName
    case badExpiry
    case tooMany
    /// The file with the keys cannot be read or written; the value is for the operator.
    case file(String)

    /// One sentence. It repeats nothing of a key.
    package var sentence: String {
        switch self {
        case .unknown: "This key is not known here."
        case .revoked(let id): "The key \(id) was revoked."
        case .expired(let id): "The key \(id) has expired."
        case .wrongEnvironment(let other): "This store takes no \(other.rawValue) keys."
        case .notFound: "There is no key with this id."
        case .badName:
            "A key's name has at most \(KeyRing.nameSizeMax) bytes and no control characters."
        case .badExpiry: "A key that expires does so later than now and within ten years."
        case .tooMany: "A store has at most \(KeyRing.countMax) valid keys; revoke one first."
        case .file: "The file with the keys cannot be used; the daemon's log says why."
        }
    }
}
