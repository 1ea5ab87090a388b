import EventLog
import NIOCore
import NIOHTTP1

extension HTTPAnswer {
    /// The bytes of the answer; of one with a file, those in front of it.
    /// - Parameters:
    ///   - hasBody: `false` for HEAD: the length is told, the body is not sent.
    ///   - isLast: the connection ends behind it.
    func write(
        to buffer: inout ByteBuffer, requestID: String, hasBody: Bool, isLast: Bool, isHTTP10: Bool
    ) {
        buffer.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
        // An answer without content has no length (RFC 9110, section 8.6), and what has not changed has
        // the one that the client knows.
        if status != .noContent, status != .notModified {
            buffer.writeString("Content-Type: \(contentType)\r\n")
            if stream == nil {
                buffer.writeString("Content-Length: \(file?.size ?? body.count)\r\n")
            } else if !isHTTP10 {
                buffer.writeString("Transfer-Encoding: chunked\r\n")
            }
        }
        buffer.writeString("Date: \(HTTPDate.text(ReceiveClock.systemTime() / 1_000_000))\r\n")
        buffer.writeString("X-Request-Id: \(requestID)\r\n")
        for (name, value) in headers { buffer.writeString("\(name): \(value)\r\n") }
        if isLast {
            buffer.writeString("Connection: close\r\n")
        } else if isHTTP10 {
            buffer.writeString("Connection: keep-alive\r\n")
        }
        buffer.writeString("\r\n")
        if hasBody { buffer.writeBytes(body) }
    }
}
