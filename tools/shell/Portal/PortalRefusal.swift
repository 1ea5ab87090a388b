/// Why the portal does not pass a request on.
package enum PortalRefusal: Error, Sendable, Hashable {
    case malformed
    case tooLarge
    /// Another name than that of the portal: a page that had its own name point here.
    case otherHost
    /// A page from elsewhere asks.
    case otherOrigin
    /// Nothing that the page needs, or something that would change what is stored.
    case closed
    case badToken
    case noDaemon

    package var status: Int {
        switch self {
        case .malformed: 400
        case .badToken: 401
        case .otherOrigin, .closed: 403
        case .tooLarge: 413
        case .otherHost: 421
        case .noDaemon: 502
        }
    }

    private var code: String {
        switch self {
        case .malformed, .tooLarge, .otherHost: "INVALID_REQUEST"
        case .badToken: "UNAUTHORIZED"
        case .otherOrigin, .closed: "FORBIDDEN"
        case .noDaemon: "SERVICE_UNAVAILABLE"
        }
    }

    private var message: String {
        switch self {
        case .malformed: "This is no request that the portal reads."
        case .tooLarge: "The request is too large for the portal."
        case .otherHost: "The portal answers to its own address only."
        case .otherOrigin: "The portal answers its own page only."
        case .closed: "The portal passes on what the page reads, and nothing else."
        case .badToken: "Open the address that eventlog portal printed: it has the token."
        case .noDaemon: "The daemon does not answer; is eventlogd running?"
        }
    }

    /// The whole answer, in the form of the daemon's own (specification, section 1.4).
    package var answer: [UInt8] {
        let body = """
            {"error":{"code":"\(code)","message":"\(message)","details":[]},"meta":{}}\n
            """
        return Array(
            """
            HTTP/1.1 \(status) \(code)\r
            Content-Type: application/json\r
            Content-Length: \(body.utf8.count)\r
            X-Content-Type-Options: nosniff\r
            Connection: close\r
            \r
            \(body)
            """.utf8)
    }
}
