import FoundationEssentials
import Glibc

/// Asks the daemon over HTTP/1.1 on its Unix socket: one request, one connection.
struct DaemonClient {
    let socketPath: String
    /// Sent with each request; no line feeds or blanks in it.
    var key: String?

    /// - Parameter take: is given the body of a good answer while it comes; it is not in what is returned.
    /// - Throws: if there is no answer. An answer that reports an error is returned.
    func ask(
        _ method: String, _ target: String, accept: String = "application/json",
        body: [UInt8] = [], take: (([UInt8]) throws(ToolFailure) -> Void)? = nil
    ) throws(ToolFailure) -> HTTPResponseParser {
        let socket = try StreamSocket(connectingTo: socketPath)
        let authorization = key.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        let head = """
            \(method) \(target) HTTP/1.1\r
            Host: eventlog\r
            \(authorization)\
            Accept: \(accept)\r
            Content-Type: application/json\r
            Content-Length: \(body.count)\r
            Connection: close\r
            \r\n
            """
        let request = Array(head.utf8) + body
        var sent = 0
        var response = HTTPResponseParser()
        response.isBodyTaken = take != nil
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        do {
            // Reading goes on while sending, so that an early refusal is seen and nobody waits for ever.
            while !response.isComplete {
                let wanted = sent < request.count ? POLLIN | POLLOUT : POLLIN
                var events = [pollfd(fd: socket.descriptor, events: Int16(wanted), revents: 0)]
                // In pieces where Ctrl-C ends only the question: it may come just before the wait.
                if Interruption.isRequested { throw ToolFailure.interrupted }
                try waitForEvents(&events, milliseconds: Interruption.isCaught ? 200 : -1)
                if sent < request.count,
                    case .moved(let count) = socket.sendNow(request, from: sent)
                {
                    sent += count
                }
                switch socket.receiveNow(into: &buffer) {
                case .moved(let count): try response.consume(buffer[..<count])
                case .wouldBlock: continue
                case .gone: try response.finish()
                }
                if let take, response.status == 200, !response.body.isEmpty {
                    try take(response.takeBody())
                }
            }
        } catch let failure as HTTPResponseParser.Failure {
            var broken = ToolFailure("the daemon did not answer: \(failure.message)")
            broken.mayPass = true
            throw broken
        } catch let failure as ToolFailure {
            throw failure
        } catch {
            throw ToolFailure("the daemon did not answer")
        }
        return response
    }

    /// As `ask`, for requests whose refusal ends the program.
    func require(
        _ method: String, _ target: String, accept: String = "application/json",
        body: [UInt8] = [], take: (([UInt8]) throws(ToolFailure) -> Void)? = nil
    ) throws(ToolFailure) -> HTTPResponseParser {
        let response = try ask(method, target, accept: accept, body: body, take: take)
        guard (200..<300).contains(response.status) else { throw Self.failure(response) }
        return response
    }

    /// The error envelope of the specification, section 1.4, in words.
    private static func failure(_ response: HTTPResponseParser) -> ToolFailure {
        guard
            let envelope = try? JSONDecoder().decode(
                ErrorEnvelope.self, from: Data(response.body))
        else { return ToolFailure("the daemon answered with HTTP status \(response.status)") }
        let mayPass = response.status == 429 || response.status == 503
        let error = envelope.error
        var text = harmless(error.message)
        if let line = error.line, let column = error.column { text = "\(line):\(column): \(text)" }
        // The caret text is lines of the query and a mark below; its line feeds are the daemon's own.
        // It says all that the message says.
        if let caret = error.caret { text = harmless(caret, keeping: ["\n"]) }
        var failure = ToolFailure(text)
        failure.mayPass = mayPass
        return failure
    }

    private struct ErrorEnvelope: Decodable {
        struct Body: Decodable {
            var code: String
            var message: String
            var line: Int?
            var column: Int?
            var caret: String?
        }
        var error: Body
    }
}
