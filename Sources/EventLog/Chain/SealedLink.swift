/// A link with what proves it: as it stands in a commit and, later, in the history.
package struct SealedLink: Sendable, Hashable {
    package var link: ChainLink
    /// HMAC-SHA-256 of the link's canonical bytes with the key that the link names.
    package var seal: Digest256?

    private static let linkField = "eventlog.link"
    private static let digestField = "eventlog.digest"
    private static let sealField = "eventlog.seal"

    /// Members of `commitInfo`, and of a line of the history.
    var fields: [CatalogJSON.Field] {
        var fields: [CatalogJSON.Field] = [
            .init(Self.linkField, link.json), .init(Self.digestField, .string(link.digest.text)),
        ]
        if let seal { fields.append(.init(Self.sealField, .string(seal.text))) }
        return fields
    }

    /// Whether an object has members of a link.
    static func isIn(_ object: CatalogJSON) -> Bool {
        [linkField, digestField, sealField].contains { object[$0] != nil }
    }

    /// - Returns: `nil` unless all of them are there and the digest is the link's.
    init?(in object: CatalogJSON) {
        guard let json = object[Self.linkField], let link = ChainLink(json),
            object[Self.digestField]?.string == link.digest.text
        else { return nil }
        self.init(link: link, seal: object[Self.sealField]?.string.flatMap(Digest256.init))
        guard (seal != nil) == (link.key != nil), (object[Self.sealField] != nil) == (seal != nil)
        else { return nil }
    }

    package init(link: ChainLink, seal: Digest256?) {
        self.link = link
        self.seal = seal
    }
}

/// Where a chain ends: what the next link goes on from.
package struct ChainHead: Sendable, Hashable {
    /// Of the newest link.
    package var version: Int64
    package var digest: Digest256
    /// Of the newest link that was sealed.
    package var key: ChainLink.Key?

    package init(version: Int64, digest: Digest256, key: ChainLink.Key?) {
        self.version = version
        self.digest = digest
        self.key = key
    }

    init(_ link: ChainLink, after head: ChainHead?) {
        self.init(version: link.version, digest: link.digest, key: link.key ?? head?.key)
    }
}

extension ChainHead: LosslessStringConvertible {
    /// As in the footer of a checkpoint: `VERSION DIGEST`, and `KEY NUMBER` if a link was sealed.
    package var description: String {
        "\(version) \(digest.text)" + (key.map { " \($0.id.text) \($0.number)" } ?? "")
    }

    package init?(_ description: String) {
        let words = description.split(separator: " ", omittingEmptySubsequences: false)
            .map(String.init)
        guard words.count == 2 || words.count == 4, let version = Int64(words[0]),
            let digest = Digest256(words[1])
        else { return nil }
        self.init(version: version, digest: digest, key: nil)
        if words.count == 4 {
            guard let id = SealKeyID(words[2]), let number = Int64(words[3]), number >= 0 else {
                return nil
            }
            key = ChainLink.Key(id: id, number: number)
        }
    }
}
