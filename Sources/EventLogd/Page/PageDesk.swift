import NIOHTTP1

/// `/` and `/page/{file}`: the page that shows what the daemon knows.
///
/// The files hold no data, so nobody is asked who they are; what they ask for afterwards needs the same
/// key as from anybody.
enum PageDesk {
    static func answer(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPAnswer {
        let path = request.target.path
        let name =
            request.route == .page ? "index.html" : String(path.dropFirst(Route.pagePrefix.count))
        guard let file = PageFile.named(name) else {
            throw HTTPFailure(.notFound, "NOT_FOUND", "The page has no such file.")
        }
        var headers = protection
        headers.append((name: "ETag", value: file.tag))
        // Asked for again each time, answered by 304: a new daemon has its own page at once.
        headers.append((name: "Cache-Control", value: "no-cache"))
        let known = request.headers[canonicalForm: "if-none-match"]
        if known.contains(file.tag[...]) || known == ["*"] {
            return HTTPAnswer(status: .notModified, headers: headers, body: [])
        }
        return HTTPAnswer(
            status: .ok, contentType: file.contentType, headers: headers, body: file.bytes)
    }

    /// Nothing but our own files runs or is asked, whatever text an event brings.
    private static let protection: [(name: String, value: String)] = [
        (
            name: "Content-Security-Policy",
            value: "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                + "img-src 'self' data:; base-uri 'none'; form-action 'none'; "
                + "frame-ancestors 'none'"
        ),
        (name: "X-Content-Type-Options", value: "nosniff"),
        (name: "Referrer-Policy", value: "no-referrer"),
        (name: "Cross-Origin-Resource-Policy", value: "same-origin"),
    ]
}
