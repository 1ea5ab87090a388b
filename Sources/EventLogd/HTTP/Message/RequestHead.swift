import NIOHTTP1

/// The front of a request, checked: everything that decides where the request ends is known.
struct RequestHead: Sendable {
    /// How the end of the body is found.
    enum Framing: Sendable, Hashable {
        case none
        case length(Int)
        case chunked
    }

    var method: HTTPMethod
    /// As sent; begins with a slash.
    var uri: String
    var isHTTP10: Bool
    var headers = HTTPHeaders()
    var framing = Framing.none
    var keepsAlive = true

    /// Whether the client waits to hear that its body is wanted.
    var expectsContinue: Bool { !isHTTP10 && headers.contains(name: "expect") }

    /// Reads `METHOD SP path SP HTTP/1.x`, without its line end.
    init(requestLine line: some Collection<UInt8>) throws(HTTPFailure) {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw .malformed("A request begins with a method, a path and HTTP/1.1.")
        }
        guard (1...20).contains(parts[0].count),
            parts[0].allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
        else { throw .malformed("The method is not a word of capital letters.") }
        // Only a path: this is no proxy, and a name of a host in two places could be two names.
        guard parts[1].first == UInt8(ascii: "/"),
            parts[1].allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
        else {
            throw .malformed("The target is not a path of printable ASCII without a fragment.")
        }
        if parts[2].elementsEqual("HTTP/1.1".utf8) {
            isHTTP10 = false
        } else if parts[2].elementsEqual("HTTP/1.0".utf8) {
            isHTTP10 = true
        } else if parts[2].starts(with: "HTTP/".utf8) {
            throw HTTPFailure(
                .httpVersionNotSupported, "INVALID_REQUEST", "This speaks HTTP/1.1 and HTTP/1.0.")
        } else {
            throw .malformed("The request line does not end with a version of HTTP.")
        }
        method = HTTPMethod(rawValue: String(decoding: parts[0], as: UTF8.self))
        uri = String(decoding: parts[1], as: UTF8.self)
    }

    /// Reads `name: value`, without its line end.
    static func field(
        _ line: some BidirectionalCollection<UInt8>
    ) throws(HTTPFailure) -> (name: String, value: String) {
        // A line that begins with white space would continue the one before (obs-fold), and a space
        // in front of the colon would make another name of it to others.
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon != line.startIndex,
            line[..<colon].allSatisfy(isTokenByte)
        else { throw .malformed("A header line is not a name, a colon and a value.") }
        var value = line[line.index(after: colon)...]
        while let byte = value.first, byte == 0x20 || byte == 0x09 { value.removeFirst() }
        while let byte = value.last, byte == 0x20 || byte == 0x09 { value.removeLast() }
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }),
            let text = String(validating: value, as: UTF8.self)
        else { throw .malformed("The value of a header has a byte that is no text.") }
        return (String(decoding: line[..<colon], as: UTF8.self), text)
    }

    /// Decides where the body ends, in exactly one way, and whether the connection goes on.
    mutating func finish() throws(HTTPFailure) {
        let hosts = headers[canonicalOrder: "host"]
        guard hosts.count == 1 || (isHTTP10 && hosts.isEmpty) else {
            throw .malformed("A request has exactly one Host.")
        }
        let lengths = headers[canonicalOrder: "content-length"]
        let codings = headers[canonicalOrder: "transfer-encoding"]
        if !codings.isEmpty {
            guard lengths.isEmpty else {
                throw .malformed("Content-Length and Transfer-Encoding exclude each other.")
            }
            guard !isHTTP10, codings.count == 1, codings[0].lowercased() == "chunked" else {
                throw .malformed("The only Transfer-Encoding is chunked, of HTTP/1.1.")
            }
            framing = .chunked
        } else if !lengths.isEmpty {
            guard lengths.count == 1, (1...18).contains(lengths[0].utf8.count),
                lengths[0].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                let length = Int(lengths[0])
            else { throw .malformed("Content-Length is not one decimal number.") }
            framing = length == 0 ? .none : .length(length)
        }
        let options = headers[canonicalForm: "connection"].map { $0.lowercased() }
        keepsAlive = isHTTP10 ? options.contains("keep-alive") : true
        if options.contains("close") { keepsAlive = false }
    }

    /// A character of a token (RFC 9110, section 5.6.2).
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension HTTPHeaders {
    /// The lines of one name as they were sent: lists are not taken apart.
    fileprivate subscript(canonicalOrder name: String) -> [String] { self[name] }
}

extension HTTPFailure {
    /// The bytes are not HTTP as we read it: nothing that follows can be trusted to be a request.
    static func malformed(_ message: String) -> HTTPFailure {
        HTTPFailure(.badRequest, "INVALID_REQUEST", message)
    }
}
