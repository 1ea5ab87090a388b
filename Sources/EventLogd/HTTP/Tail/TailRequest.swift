import EventLog
import NIOHTTP1

/// What a client wants of `GET /v1/events/tail`.
struct TailRequest: Sendable {
    enum Start: Sendable, Hashable {
        /// What comes from now on.
        case now
        case beginning
        /// What comes behind a place that the client has seen.
        case cursor(TailCursor)
        /// As many of the events that are there, then what comes.
        case last(Int)
    }

    var question: FeedQuestion
    var start = Start.now
    /// Events after which the tail ends.
    var limit = Int.max
    /// Whether it goes on when all that is there has been told.
    var follows = true

    /// Events that `last` may ask for.
    static let lastMax = 100_000
    private static let names = [
        "where", "cursor", "from", "last", "limit", "follow", "format",
    ]

    /// - Parameter storeTag: of the store that cursors must be of.
    init(_ request: HTTPRequest, storeTag: UInt64) throws(HTTPFailure) {
        let target = request.target.query
        if let name = target.keys.sorted().first(where: { !Self.names.contains($0) }) {
            throw .wrong(
                name,
                "There is no parameter of this name; there are "
                    + Self.names.joined(separator: ", ") + ".")
        }
        question = FeedQuestion(
            condition: target["where"], form: try Self.form(target["format"], request.headers))
        if let text = target["limit"] {
            guard let limit = Int(text), limit > 0 else {
                throw .wrong("limit", "limit is a number of events, 1 or more.")
            }
            self.limit = limit
        }
        if let text = target["follow"] {
            guard text == "true" || text == "false" else {
                throw .wrong("follow", "follow is true or false.")
            }
            follows = text == "true"
        }
        start = try Self.start(target, request.headers, storeTag)
    }

    private static func start(
        _ target: [String: String], _ headers: HTTPHeaders, _ storeTag: UInt64
    ) throws(HTTPFailure) -> Start {
        let given = ["cursor", "from", "last"].filter { target[$0] != nil }
        guard given.count <= 1 else {
            throw .wrong(given[1], "\(given.joined(separator: " and ")) exclude each other.")
        }
        // A browser that comes again says where it was; the target is still that of the first time.
        if let id = headers.first(name: "last-event-id"), !id.isEmpty {
            return .cursor(try cursor(id, "Last-Event-ID", storeTag))
        }
        if let text = target["cursor"] { return .cursor(try cursor(text, "cursor", storeTag)) }
        if let text = target["last"] {
            guard let count = Int(text), (0...lastMax).contains(count) else {
                throw .wrong("last", "last is a number of events, 0 to \(lastMax).")
            }
            return .last(count)
        }
        switch target["from"] {
        case nil, "now": return .now
        case "beginning": return .beginning
        case let text?: return .cursor(try cursor(text, "from", storeTag))
        }
    }

    private static func cursor(
        _ text: String, _ field: String, _ storeTag: UInt64
    ) throws(HTTPFailure) -> TailCursor {
        guard let cursor = TailCursor(text) else {
            throw .wrong(field, "This is no cursor of a tail.")
        }
        guard cursor.storeTag == storeTag else {
            throw .wrong(field, "This cursor is of another store.")
        }
        return cursor
    }

    private static func form(
        _ name: String?, _ headers: HTTPHeaders
    ) throws(HTTPFailure) -> TailForm {
        switch name {
        case "ndjson": return .lines
        case "sse": return .serverSentEvents
        case nil: break
        default: throw .wrong("format", "format is ndjson or sse.")
        }
        for accepted in headers[canonicalForm: "accept"] {
            let type = accepted.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
            if type == "text/event-stream" { return .serverSentEvents }
            if type == "application/x-ndjson" { return .lines }
        }
        return .lines
    }
}
