import NIOCore
import NIOHTTP1

@testable import EventLogd

/// Requests are the same however their bytes are cut, and each leads to a route or an error.
enum RequestEntry {
    static func run(_ bytes: [UInt8]) {
        let whole = read(bytes, pieceSize: max(1, bytes.count))
        precondition(
            read(bytes, pieceSize: 1) == whole, "other requests from the same bytes in pieces")
    }

    /// What a sequence of bytes is read as: one text a part.
    private static func read(_ bytes: [UInt8], pieceSize: Int) -> [String] {
        var decoder = RequestDecoder(limits: DaemonLimits())
        var buffer = ByteBuffer()
        var parts: [String] = []
        var body = 0
        do throws(HTTPFailure) {
            for start in stride(from: 0, to: bytes.count, by: pieceSize) {
                buffer.writeBytes(bytes[start..<min(start + pieceSize, bytes.count)])
                while let part = try decoder.next(&buffer) {
                    switch part {
                    case .head(let head):
                        parts.append(
                            "\(head.method) \(head.uri) \(head.framing) \(head.keepsAlive) \(head.headers)"
                        )
                        route(head)
                        body = 0
                    case .body(let bytes): body += bytes.readableBytes
                    case .end: parts.append("\(body)")
                    }
                }
            }
        } catch {
            parts.append("\(error.status.code)")
        }
        return parts
    }

    private static func route(_ head: RequestHead) {
        guard let target = RequestTarget(head.uri) else { return }
        let found = Result { () throws(HTTPFailure) in try Route.find(head.method, target.path) }
        if case .success(let route) = found { try? route.checkParameters(of: target) }
    }

    static let words = [
        "GET ", "POST ", "PUT ", "DELETE ", "HEAD ", " HTTP/1.1\r\n", " HTTP/1.0\r\n",
        "Host: localhost\r\n", "\r\n\r\n",
        "Content-Length: ", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n",
        "Expect: 100-continue\r\n", "/v1/events",
        "/v1/query?q=", "/v1/users/", "/v1/content/", "%00", "%2e%2e", "0\r\n\r\n", "\n", "\t",
        "7fffffffffffffff\r\n",
    ]

    static let seeds = [
        "POST /v1/events HTTP/1.1\r\nHost: x\r\nX-Y:\t z z \r\nContent-Length: 3\r\n\r\nabc\r\n",
        "PUT /v1/content/a%20b HTTP/1.1\r\nHost:\r\nTransfer-Encoding: Chunked\r\n\r\n2;x=\"y\"\r\nde\r\n00A\r\n0123456789\r\n0\r\nT: t\r\n\r\n",
        "GET /v1/query?q=FROM+events&format=csv&width=80 HTTP/1.0\r\nConnection: a, keep-alive\r\n\r\n",
        "DELETE /v1/users/u%2F1?now=true HTTP/1.1\r\nHost: localhost\r\n\r\nGET /v1/status HTTP/1.1\r\nHost: h\r\n\r\n",
    ].map { Array($0.utf8) }
}
