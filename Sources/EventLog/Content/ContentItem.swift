/// What is known of one content item: the document that was put last under its id.
package final class ContentItem: Sendable {
    package let id: String
    package let document: ContentDocument
    /// When it was put, in µs since 1970 UTC.
    package let updatedAt: Int64

    init(id: String, document: ContentDocument, updatedAt: Int64) {
        self.id = id
        self.document = document
        self.updatedAt = updatedAt
    }

    /// Bytes that it counts for.
    var size: Int { Limits.contentItemOverhead + id.utf8.count + document.size }
}

/// What a client says of a content item.
package struct ContentDocument: Sendable {
    /// Distinct, in the order given.
    package var topics: [String]
    package var title: String?
    /// s
    package var duration: Double?
    /// The other members, as a JSON object on one line; `nil` if there are none.
    package var extra: String?

    package init(
        topics: [String], title: String? = nil, duration: Double? = nil, extra: String? = nil
    ) {
        self.topics = topics
        self.title = title
        self.duration = duration
        self.extra = extra
    }

    /// Bytes of its texts.
    var size: Int {
        topics.reduce((title?.utf8.count ?? 0) + (extra?.utf8.count ?? 0)) {
            $0 + 16 + $1.utf8.count
        }
    }

    /// Whether it says the same to the byte: strings that only look the same are not.
    func isSame(as other: ContentDocument) -> Bool { json == other.json }
}

/// What is to become of a content item.
package struct ContentChange: Sendable {
    package var id: String
    /// `nil`: nothing is to be known of it any more.
    package var document: ContentDocument?

    package init(id: String, document: ContentDocument?) {
        self.id = id
        self.document = document
    }

    /// Bytes of memory, near enough.
    var size: Int { id.utf8.count + (document?.size ?? 0) }
}

/// What became of a change.
package enum ContentOutcome: Sendable, Hashable {
    case created, replaced, deleted
    /// The same was known already.
    case unchanged
    /// There was nothing to delete.
    case missing
    /// There are too many items, or they are too large.
    case refused

    /// Whether something is to be written.
    var isChange: Bool {
        switch self {
        case .created, .replaced, .deleted: true
        case .unchanged, .missing, .refused: false
        }
    }
}
