/// Reads one HTTP/1.1 response (RFC 9112) from pieces of bytes: head, then a body that is counted,
/// chunked, or as long as the connection lives. It knows no socket.
struct HTTPResponseParser {
    struct Failure: Error, Equatable {
        let message: String

        init(_ message: String) { self.message = message }
    }

    /// Bytes of a head, and of one chunk's size line.
    static let headSizeMax = 64 << 10
    /// Bytes of a body: far above what the daemon's own limit on result rows lets through.
    static let bodySizeMax = 4 << 30
    /// Bytes of a body that is taken while it comes; as large as any file.
    static let takenBodySizeMax = 1 << 60

    private enum State {
        case head
        case counted(left: Int)
        case untilClose
        case chunkSize
        case chunk(left: Int)
        case chunkEnd
        case trailer
        case complete
    }

    private(set) var status = 0
    /// Names in lower case, in the order received.
    private(set) var headers: [(name: String, value: String)] = []
    private(set) var body: [UInt8] = []
    /// Whether somebody takes the body of a good answer while it comes.
    var isBodyTaken = false
    private var state = State.head
    private var line: [UInt8] = []
    private var headSize = 0

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// Takes away what has come of the body.
    mutating func takeBody() -> [UInt8] {
        defer { body.removeAll(keepingCapacity: true) }
        return body
    }

    var isComplete: Bool { if case .complete = state { true } else { false } }

    mutating func consume(_ bytes: ArraySlice<UInt8>) throws(Failure) {
        var rest = bytes
        while !rest.isEmpty {
            switch state {
            case .complete:
                return
            case .counted(let left):
                let taken = try takeBody(&rest, left)
                state = taken == left ? .complete : .counted(left: left - taken)
            case .chunk(let left):
                let taken = try takeBody(&rest, left)
                state = taken == left ? .chunkEnd : .chunk(left: left - taken)
            case .untilClose:
                _ = try takeBody(&rest, rest.count)
            case .head, .chunkSize, .chunkEnd, .trailer:
                guard let text = try takeLine(&rest) else { return }
                try interpret(text)
            }
        }
    }

    /// The connection ended.
    /// - Throws: if the response is not complete.
    mutating func finish() throws(Failure) {
        if case .untilClose = state { state = .complete }
        guard isComplete else { throw Failure("the answer broke off") }
    }

    private mutating func interpret(_ text: String) throws(Failure) {
        switch state {
        case .head where text.isEmpty:
            guard status != 0 else { throw Failure("the answer has no status") }
            // An interim answer (100 Continue) is followed by the real one.
            if status < 200 { (status, headers, headSize) = (0, [], 0) } else { try beginBody() }
        case .head:
            if status == 0 { try readStatus(text) } else { try readHeader(text) }
        case .chunkSize:
            let digits = text.prefix { $0 != ";" && $0 != " " }
            guard let size = Int(digits, radix: 16), size >= 0 else {
                throw Failure("the answer has a chunk without a size")
            }
            state = size == 0 ? .trailer : .chunk(left: size)
        case .chunkEnd:
            guard text.isEmpty else { throw Failure("a chunk is longer than it says") }
            state = .chunkSize
        case .trailer:
            if text.isEmpty { state = .complete }
        case .counted, .untilClose, .chunk, .complete:
            preconditionFailure("these states take bytes, not lines")
        }
    }

    private mutating func readStatus(_ text: String) throws(Failure) {
        let parts = text.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), let number = Int(parts[1]),
            (100..<600).contains(number)
        else { throw Failure("this is no HTTP server") }
        status = number
    }

    private mutating func readHeader(_ text: String) throws(Failure) {
        guard let colon = text.firstIndex(of: ":") else {
            throw Failure("the answer has a header without a colon")
        }
        let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        headers.append((name: text[..<colon].lowercased(), value: String(value)))
    }

    private mutating func beginBody() throws(Failure) {
        if header("transfer-encoding")?.lowercased() == "chunked" {
            state = .chunkSize
        } else if let length = header("content-length") {
            let sizeMax = isBodyTaken ? Self.takenBodySizeMax : Self.bodySizeMax
            guard let size = Int(length), (0...sizeMax).contains(size) else {
                throw Failure("the answer has an impossible length")
            }
            state = size == 0 ? .complete : .counted(left: size)
        } else {
            state = status == 204 || status == 304 ? .complete : .untilClose
        }
    }

    private mutating func takeBody(
        _ rest: inout ArraySlice<UInt8>, _ wanted: Int
    ) throws(Failure) -> Int {
        let taken = min(wanted, rest.count)
        guard body.count + taken <= Self.bodySizeMax else {
            throw Failure("the answer is larger than \(Self.bodySizeMax) bytes")
        }
        body += rest.prefix(taken)
        rest = rest.dropFirst(taken)
        return taken
    }

    /// The next line without its CRLF, once it is complete.
    private mutating func takeLine(_ rest: inout ArraySlice<UInt8>) throws(Failure) -> String? {
        let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
        line += rest[..<end]
        headSize += end - rest.startIndex
        guard headSize <= Self.headSizeMax || !isInHead, line.count <= Self.headSizeMax else {
            throw Failure("the answer's head is larger than \(Self.headSizeMax) bytes")
        }
        guard end < rest.endIndex else {
            rest = []
            return nil
        }
        rest = rest[(end + 1)...]
        if line.last == 0x0D { line.removeLast() }
        defer { line.removeAll(keepingCapacity: true) }
        return String(decoding: line, as: UTF8.self)
    }

    private var isInHead: Bool { if case .head = state { true } else { false } }
}
