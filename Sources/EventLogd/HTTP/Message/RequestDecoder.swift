import NIOCore
import NIOHTTP1

/// Cuts the bytes of a connection into requests (RFC 9112), strictly: whatever could be read in two
/// ways is an error, after which the connection ends.
///
/// It is asked for one part at a time, so that a request behind the one being answered stays what
/// it is, bytes in a buffer. It keeps at most one head, within `DaemonLimits`.
struct RequestDecoder {
    enum Part {
        case head(RequestHead)
        case body(ByteBuffer)
        case end
    }

    private enum State {
        case requestLine
        case headers(RequestHead)
        case body(left: Int)
        case chunkSize
        case chunk(left: Int)
        case chunkEnd
        case trailers
        case end
    }

    private let limits: DaemonLimits
    private var state = State.requestLine
    /// Bytes at the front of the buffer that hold no line feed.
    private var searched = 0
    private var headerSize = 0
    private var headerCount = 0
    /// Whether an empty line in front of this request has been passed over.
    private var hasSkippedLine = false

    init(limits: DaemonLimits) {
        self.limits = limits
    }

    /// Whether the next byte begins a request.
    var isBetweenRequests: Bool {
        if case .requestLine = state { searched == 0 } else { false }
    }

    /// Takes the next part off the front of the buffer.
    /// - Returns: `nil` if more bytes are needed.
    mutating func next(_ buffer: inout ByteBuffer) throws(HTTPFailure) -> Part? {
        while true {
            switch state {
            case .requestLine:
                guard let line = try line(&buffer, sizeMax: limits.requestLineSizeMax, .uriTooLong)
                else { return nil }
                // Some clients send a line end too many behind a body (RFC 9112, section 2.2).
                if line.readableBytes == 0, !hasSkippedLine {
                    hasSkippedLine = true
                    continue
                }
                (headerSize, headerCount, hasSkippedLine) = (0, 0, false)
                state = .headers(try RequestHead(requestLine: line.readableBytesView))
            case .headers(var head):
                guard let line = try fieldLine(&buffer) else { return nil }
                if line.readableBytes > 0 {
                    let (name, value) = try RequestHead.field(line.readableBytesView)
                    // Not to copy the headers for each line.
                    state = .end
                    head.headers.add(name: name, value: value)
                    state = .headers(head)
                    continue
                }
                try head.finish()
                switch head.framing {
                case .none: state = .end
                case .length(let length): state = .body(left: length)
                case .chunked: state = .chunkSize
                }
                return .head(head)
            case .body(let left):
                guard let part = slice(&buffer, left) else { return nil }
                state = part.readableBytes < left ? .body(left: left - part.readableBytes) : .end
                return .body(part)
            case .chunkSize:
                guard
                    let line = try line(
                        &buffer, sizeMax: limits.chunkLineSizeMax, .badRequest)
                else { return nil }
                let size = try Self.chunkSize(line.readableBytesView)
                if size == 0 { (headerSize, headerCount) = (0, 0) }
                state = size == 0 ? .trailers : .chunk(left: size)
            case .chunk(let left):
                guard let part = slice(&buffer, left) else { return nil }
                state =
                    part.readableBytes < left
                    ? .chunk(left: left - part.readableBytes) : .chunkEnd
                return .body(part)
            case .chunkEnd:
                guard buffer.readableBytes >= 2 else { return nil }
                guard buffer.readBytes(length: 2) == [0x0D, 0x0A] else {
                    throw .malformed("A chunk is longer than its size says.")
                }
                state = .chunkSize
            case .trailers:
                guard let line = try fieldLine(&buffer) else { return nil }
                if line.readableBytes > 0 {
                    _ = try RequestHead.field(line.readableBytesView)
                } else {
                    state = .end
                }
            case .end:
                state = .requestLine
                return .end
            }
        }
    }

    /// One line up to its CR LF, which is taken off too. A line feed alone ends nothing.
    private mutating func line(
        _ buffer: inout ByteBuffer, sizeMax: Int, _ status: HTTPFailure.LineStatus
    ) throws(HTTPFailure) -> ByteBuffer? {
        let view = buffer.readableBytesView
        guard let feed = view[(view.startIndex + searched)...].firstIndex(of: 0x0A) else {
            searched = view.count
            if searched > sizeMax + 1 { throw .lineTooLong(status, sizeMax) }
            return nil
        }
        searched = 0
        let size = feed - view.startIndex
        guard size > 0, view[feed - 1] == 0x0D else {
            throw .malformed("A line does not end with CR LF.")
        }
        guard size - 1 <= sizeMax else { throw .lineTooLong(status, sizeMax) }
        guard let line = buffer.readSlice(length: size - 1) else { return nil }
        buffer.moveReaderIndex(forwardBy: 2)
        return line
    }

    /// A line of the headers or trailers, counted.
    private mutating func fieldLine(_ buffer: inout ByteBuffer) throws(HTTPFailure) -> ByteBuffer? {
        let left = limits.headerSizeMax - headerSize
        guard let line = try line(&buffer, sizeMax: left, .requestHeaderFieldsTooLarge) else {
            return nil
        }
        guard line.readableBytes > 0 else { return line }
        headerSize += line.readableBytes
        headerCount += 1
        guard headerCount <= limits.headerCountMax else {
            throw HTTPFailure(
                .requestHeaderFieldsTooLarge, "INVALID_REQUEST",
                "The request has more than \(limits.headerCountMax) header fields.")
        }
        return line
    }

    private func slice(_ buffer: inout ByteBuffer, _ count: Int) -> ByteBuffer? {
        guard buffer.readableBytes > 0 else { return nil }
        return buffer.readSlice(length: min(count, buffer.readableBytes))
    }

    /// Hexadecimal digits, then nothing or extensions, which are passed over.
    static func chunkSize(_ line: ByteBufferView) throws(HTTPFailure) -> Int {
        let digits = line.prefix { $0 != UInt8(ascii: ";") }
        let extensions = line[digits.endIndex...]
        guard (1...15).contains(digits.count),
            digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16),
            extensions.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
        else { throw .malformed("The size of a chunk is not a hexadecimal number.") }
        return size
    }
}

extension HTTPFailure {
    enum LineStatus { case uriTooLong, requestHeaderFieldsTooLarge, badRequest }

    fileprivate static func lineTooLong(_ status: LineStatus, _ sizeMax: Int) -> HTTPFailure {
        switch status {
        case .uriTooLong:
            HTTPFailure(
                .uriTooLong, "INVALID_REQUEST",
                "The request line is longer than \(sizeMax) bytes; send the query in a POST.")
        case .requestHeaderFieldsTooLarge:
            HTTPFailure(
                .requestHeaderFieldsTooLarge, "INVALID_REQUEST", "The header fields are too large.")
        case .badRequest: .malformed("The line of a chunk is longer than \(sizeMax) bytes.")
        }
    }
}
