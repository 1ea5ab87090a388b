/// Decides what the portal passes on to the daemon, and in what words.
///
/// Whoever reaches the portal's port is some program of this machine, of any user, or a web page in any
/// browser on it. So a request has to be for this address (no DNS rebinding), of our own page (no
/// cross-site request), for something that only reads, and to carry the token that only the user of
/// `eventlog portal` has seen. The page's files alone, which hold no data, need no token: a browser
/// cannot send one with the first request.
package struct PortalDoor: Sendable {
    /// Bytes of a head: the daemon's own bound for its lines is twice that.
    package static let headSizeMax = 32 << 10
    /// Bytes of a body: as for a query sent to the daemon itself.
    package static let bodySizeMax = 1 << 20

    package let port: UInt16
    package let token: String
    /// Shown to the daemon instead of the token; `nil` where it asks for none.
    private let key: String?

    package init(port: UInt16, token: String, key: String?) {
        self.port = port
        self.token = token
        self.key = key
    }

    /// 256 random bits.
    package static func makeToken(using random: inout some RandomNumberGenerator) -> String {
        (0..<4).map { _ in
            let digits = String(random.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Where the page is. The fragment is never sent, so that no log and no server sees the token.
    package var address: String { "http://127.0.0.1:\(port)/#token=\(token)" }

    private var hosts: [String] { ["127.0.0.1:\(port)", "localhost:\(port)"] }

    /// The head to send to the daemon, which ends the connection behind its answer.
    package func admit(_ request: PortalRequest) throws(PortalRefusal) -> String {
        let named = request.fields.filter { $0.name == "host" }
        guard named.count == 1, hosts.contains(named[0].value.lowercased()) else {
            throw .otherHost
        }
        for origin in request.fields where origin.name == "origin" {
            guard origin.value.lowercased() == "http://" + named[0].value.lowercased() else {
                throw .otherOrigin
            }
        }
        let isPage = request.path == "/" || request.path.hasPrefix("/page/")
        guard Self.reads(request.method, request.path) || (isPage && request.method == "GET") else {
            throw .closed
        }
        guard request.bodySize <= Self.bodySizeMax else { throw .tooLarge }
        if !isPage, !isToken(request.field("authorization")) { throw .badToken }
        return head(request)
    }

    private static func reads(_ method: String, _ path: Substring) -> Bool {
        if path == "/v1/query" { return method == "GET" || method == "POST" }
        let roots = [
            "/v1/analytics/", "/v1/content/", "/v1/events/explore", "/v1/events/tail",
            "/v1/metrics/", "/v1/signals/", "/v1/status", "/v1/tables",
        ]
        return method == "GET" && roots.contains { path.hasPrefix($0) }
    }

    /// Compares all of it, so that time tells nothing about a prefix.
    private func isToken(_ authorization: String?) -> Bool {
        let given = Array((authorization ?? "").utf8)
        let wanted = Array("Bearer \(token)".utf8)
        guard given.count == wanted.count else { return false }
        return zip(given, wanted).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func head(_ request: PortalRequest) -> String {
        var lines = ["\(request.method) \(request.target) HTTP/1.1", "Host: localhost"]
        for name in ["accept", "content-type", "if-none-match", "last-event-id"] {
            if let value = request.field(name) { lines.append("\(name): \(value)") }
        }
        if let key { lines.append("Authorization: Bearer \(key)") }
        if request.bodySize > 0 || request.method == "POST" {
            lines.append("Content-Length: \(request.bodySize)")
        }
        return (lines + ["Connection: close", "", ""]).joined(separator: "\r\n")
    }
}
