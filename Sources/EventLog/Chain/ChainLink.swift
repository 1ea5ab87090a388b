/// What one commit of the events' table says of itself for good (docs/TamperEvidence.md).
///
/// Each link names the digest of the one before it, so that none can be changed, left out, put in or moved
/// without all after it being other ones. It stands in the commit that it is about, and stays when that
/// goes. It has no identifier of a person: nobody who is erased is ever in it.
package struct ChainLink: Sendable, Hashable {
    /// A segment that the commit made live.
    package struct Added: Sendable, Hashable {
        package var path: String
        /// Bytes.
        package var size: Int
        package var rows: Int
        /// Of the file; `nil` for segments from before the chain.
        package var sha256: Digest256?
    }

    /// A segment that it took out of the table.
    package struct Removed: Sendable, Hashable {
        package var path: String
        /// Of the file as it was last, if somebody looked.
        package var sha256: Digest256?
    }

    /// The key that a link is sealed with.
    package struct Key: Sendable, Hashable {
        package var id: SealKeyID
        /// How many keys came before it.
        package var number: Int64
    }

    static let format: Int64 = 1

    package var version: Int64
    /// ms since 1970.
    package var time: Int64
    package var operation: String
    /// What the operation's name leaves open: `squash`, `age`, `bytes`.
    package var reason: String?
    /// Of the erasure that it was made for.
    package var receipt: String?
    package var previous: Digest256
    /// SHA-256 of the commit's lines after the first.
    package var body: Digest256
    /// In the first link: the segments that were live before it.
    package var before: [Added] = []
    package var added: [Added] = []
    package var removed: [Removed] = []
    /// `nil`: nobody sealed it.
    package var key: Key?

    /// What the first link of a store names as the one before it: so that no other store's can be its own.
    package static func genesis(of storeID: String) -> Digest256 {
        Digest256(of: Array("eventlog chain 1\n\(storeID)\n".utf8))
    }

    /// SHA-256 of the canonical bytes.
    package var digest: Digest256 { Digest256(of: canonical) }

    /// JSON without blanks, members in this order; no string in it needs an escape.
    package var canonical: [UInt8] {
        var bytes: [UInt8] = []
        json.write(to: &bytes)
        return bytes
    }
}

// MARK: - JSON

extension ChainLink {
    var json: CatalogJSON {
        var fields: [CatalogJSON.Field] = [
            .init("chain", .integer(Self.format)), .init("version", .integer(version)),
            .init("time", .integer(time)), .init("operation", .string(operation)),
        ]
        if let reason { fields.append(.init("reason", .string(reason))) }
        if let receipt { fields.append(.init("receipt", .string(receipt))) }
        fields += [
            .init("previous", .string(previous.text)), .init("body", .string(body.text)),
        ]
        if !before.isEmpty { fields.append(.init("before", .array(before.map(\.json)))) }
        fields += [
            .init("added", .array(added.map(\.json))),
            .init("removed", .array(removed.map(\.json))),
        ]
        if let key {
            fields += [
                .init("key", .string(key.id.text)), .init("number", .integer(key.number)),
            ]
        }
        return .object(fields)
    }

    /// - Returns: `nil` unless it is a link, written as we write it.
    init?(_ json: CatalogJSON) {
        guard json["chain"]?.integer == Self.format,
            let version = json["version"]?.integer, version >= 0,
            let time = json["time"]?.integer, let operation = json["operation"]?.string,
            let previous = json["previous"]?.string.flatMap(Digest256.init),
            let body = json["body"]?.string.flatMap(Digest256.init),
            let added = json["added"]?.array, let removed = json["removed"]?.array
        else { return nil }
        self.init(
            version: version, time: time, operation: operation, reason: json["reason"]?.string,
            receipt: json["receipt"]?.string, previous: previous, body: body)
        self.before = (json["before"]?.array ?? []).compactMap(Added.init)
        self.added = added.compactMap(Added.init)
        self.removed = removed.compactMap(Removed.init)
        if let id = json["key"]?.string.flatMap(SealKeyID.init),
            let number = json["number"]?.integer, number >= 0
        {
            key = Key(id: id, number: number)
        }
        // Whatever was dropped, is of another form, or stands elsewhere shows here.
        guard self.json == json, hasPlainTexts else { return nil }
    }

    /// Nothing that a program which prints it, or another JSON writer, could read otherwise.
    private var hasPlainTexts: Bool {
        let texts =
            [operation, reason ?? "", receipt ?? ""] + (before + added).map(\.path)
            + removed.map(\.path)
        return texts.allSatisfy { text in
            text.utf8.allSatisfy { CatalogLog.isPlain($0) || $0 == UInt8(ascii: " ") }
        }
    }
}

extension ChainLink.Added {
    init(_ entry: SegmentEntry) {
        self.init(
            path: entry.path, size: entry.size, rows: entry.rowCount, sha256: entry.sha256)
    }

    fileprivate init?(_ json: CatalogJSON) {
        guard let path = json["path"]?.string,
            let size = json["size"]?.integer.flatMap({ Int(exactly: $0) }), size >= 0,
            let rows = json["rows"]?.integer.flatMap({ Int(exactly: $0) }), rows >= 0
        else { return nil }
        self.init(
            path: path, size: size, rows: rows,
            sha256: json["sha256"]?.string.flatMap(Digest256.init))
    }

    fileprivate var json: CatalogJSON {
        var fields: [CatalogJSON.Field] = [
            .init("path", .string(path)), .init("size", .integer(Int64(size))),
            .init("rows", .integer(Int64(rows))),
        ]
        if let sha256 { fields.append(.init("sha256", .string(sha256.text))) }
        return .object(fields)
    }
}

extension ChainLink.Removed {
    fileprivate init?(_ json: CatalogJSON) {
        guard let path = json["path"]?.string else { return nil }
        self.init(path: path, sha256: json["sha256"]?.string.flatMap(Digest256.init))
    }

    fileprivate var json: CatalogJSON {
        var fields: [CatalogJSON.Field] = [.init("path", .string(path))]
        if let sha256 { fields.append(.init("sha256", .string(sha256.text))) }
        return .object(fields)
    }
}
