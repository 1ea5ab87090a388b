import Columns
import EventLog
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Query

extension QueryRequest {
    /// Reads a query from a request: `GET ?q=…`, or `POST` with the text, or with a JSON object
    /// `{"query", "parameters"?, "format"?, "width"?, "charset"?, "expanded"?,
    /// "timeout"?}`. No query text begins with `{`, so the first byte decides where a client forgot the content type. All but the
    /// parameters may stand in the target instead.
    init(_ request: HTTPRequest) throws(HTTPFailure) {
        var query = QueryRequest(text: "")
        query.format = Self.acceptedFormat(request.headers) ?? .json
        if request.method != .POST {
            guard let text = request.target.query["q"] else { throw .missing("q") }
            query.text = text
        } else if Self.isJSON(request) {
            try query.readJSON(request.body.readableBytesView)
        } else {
            guard let text = String(validating: request.body.readableBytesView, as: UTF8.self)
            else {
                throw .invalid("The query is not UTF-8.")
            }
            query.text = text
        }
        let target = request.target.query
        if let name = target["format"] { query.format = try Self.format(name) }
        if let text = target["width"] { try query.setWidth(Int(text)) }
        if let name = target["charset"] { try query.setCharset(name) }
        if let name = target["expanded"] { try query.setExpanded(name) }
        if let text = target["timeout"] { try query.setTimeout(Double(text)) }
        guard !query.text.allSatisfy(\.isWhitespace) else { throw .missing("query") }
        self = query
    }

    /// The first media type of `Accept` that a result can have.
    static func acceptedFormat(_ headers: HTTPHeaders) -> QueryFormat? {
        for accepted in headers[canonicalForm: "accept"] {
            let type = accepted.prefix { $0 != ";" }.trimmed.lowercased()
            let format = QueryFormat.allCases.first {
                $0.contentType.prefix { $0 != ";" } == type
            }
            if let format { return format }
            if type == "application/jsonl" { return .ndjson }
        }
        return nil
    }

    private static func isJSON(_ request: HTTPRequest) -> Bool {
        let type = request.headers.first(name: "content-type") ?? ""
        let first = request.body.readableBytesView.first {
            $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D
        }
        return type.lowercased().hasPrefix("application/json") || first == UInt8(ascii: "{")
    }

    /// Cells of a line that a client may ask for; no terminal is near the upper end.
    private static let widths = 20...1_000
    /// Seconds; the upper end is only there to keep sums finite.
    private static let timeouts = 0.001...86_400.0

    private mutating func setWidth(_ width: Int?) throws(HTTPFailure) {
        guard let width, Self.widths.contains(width) else {
            throw Self.invalid("width", "width is a number of characters, 20 to 1000.")
        }
        layout.width = width
    }

    private mutating func setCharset(_ name: String) throws(HTTPFailure) {
        guard let charset = ResultLayout.Charset(rawValue: name) else {
            throw Self.invalid("charset", "charset is unicode or ascii.")
        }
        layout.charset = charset
    }

    private mutating func setExpanded(_ name: String) throws(HTTPFailure) {
        guard let expanded = ResultLayout.Expansion(rawValue: name) else {
            throw Self.invalid("expanded", "expanded is off, on or auto.")
        }
        layout.expanded = expanded
    }

    private mutating func setTimeout(_ seconds: Double?) throws(HTTPFailure) {
        guard let seconds, Self.timeouts.contains(seconds) else {
            throw Self.invalid("timeout", "timeout is a number of seconds, 0.001 to 86400.")
        }
        timeout = .seconds(seconds)
    }

    private static func invalid(_ field: String, _ message: String) -> HTTPFailure {
        HTTPFailure(
            .badRequest, "INVALID_PARAMETER", message,
            details: [.init(field: field, reason: "invalid")])
    }

    private static func format(_ name: String) throws(HTTPFailure) -> QueryFormat {
        if let format = QueryFormat(rawValue: name) { return format }
        let names = QueryFormat.allCases.map(\.rawValue).joined(separator: ", ")
        throw HTTPFailure(
            .badRequest, "INVALID_PARAMETER", "format is one of \(names).",
            details: [.init(field: "format", reason: "unknown")])
    }

    private mutating func readJSON(_ body: ByteBufferView) throws(HTTPFailure) {
        let object: Body
        do {
            object = try JSONDecoder().decode(Body.self, from: Data(body))
        } catch {
            throw .invalid(
                "The body is a JSON object with query (a string) and, if wanted, parameters (an "
                    + "object of strings, numbers, true, false, null), format, charset and expanded "
                    + "(strings), width and timeout (numbers).")
        }
        text = object.query
        parameters = object.parameters?.mapValues(\.value) ?? [:]
        if let name = object.format { format = try Self.format(name) }
        if let width = object.width { try setWidth(width) }
        if let name = object.charset { try setCharset(name) }
        if let name = object.expanded { try setExpanded(name) }
        if let seconds = object.timeout { try setTimeout(seconds) }
    }

    private struct Body: Decodable {
        var query: String
        var parameters: [String: Parameter]?
        var format: String?
        var width: Int?
        var charset: String?
        var expanded: String?
        var timeout: Double?
    }

    /// A scalar of JSON as a value: whole numbers are integers if they fit.
    private struct Parameter: Decodable {
        var value: Value

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                value = .null
            } else if let bool = try? container.decode(Bool.self) {
                value = .bool(bool)
            } else if let integer = try? container.decode(Int64.self) {
                value = .int64(integer)
            } else if let double = try? container.decode(Double.self) {
                value = .double(double)
            } else {
                value = .string(try container.decode(String.self))
            }
        }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(
            drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
