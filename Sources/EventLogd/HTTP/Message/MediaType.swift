import NIOHTTP1

/// What a request's body is, as far as reading it differs.
enum MediaType: Sendable, Hashable {
    /// JSON, or something that clients send without thinking of it: nothing, plain text, a form
    /// (curl).
    case document
    /// One JSON value a line.
    case lines
    case other

    init(_ headers: HTTPHeaders) {
        guard let value = headers.first(name: "content-type") else {
            self = .document
            return
        }
        let name = value.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        switch name {
        case "application/x-ndjson", "application/ndjson", "application/jsonl",
            "application/x-jsonl", "application/jsonlines", "application/x-jsonlines",
            "application/json-lines", "text/x-ndjson",
            "text/ndjson", "text/jsonl":
            self = .lines
        case "", "application/json", "text/json", "text/plain", "application/octet-stream",
            "application/x-www-form-urlencoded":
            self = .document
        default: self = name.hasSuffix("+json") ? .document : .other
        }
    }
}
