import NIOHTTP1

/// The names of this machine that a request over TCP may be for.
///
/// A web page from elsewhere can have its own name point to 127.0.0.1 (DNS rebinding); to the browser
/// this daemon is then that page's server, and what it answers is that page's to read. Such a request
/// still carries the other name as its `Host`, and is turned away before anything else is looked at.
enum LoopbackName {
    static func check(_ headers: HTTPHeaders) throws(HTTPFailure) {
        // Only HTTP/1.0 goes without, which no browser speaks.
        guard let host = headers.first(name: "host"), !isLoopback(host) else { return }
        throw HTTPFailure(
            .misdirectedRequest, "INVALID_REQUEST",
            "This answers to 127.0.0.1, [::1] and localhost; a proxy in front has to say so as Host."
        )
    }

    /// - Parameter host: with or without a port, as in the header.
    static func isLoopback(_ host: String) -> Bool {
        var name = host[...]
        // A colon within brackets is part of the address.
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("]") {
            guard name[name.index(after: colon)...].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
            else { return false }
            name = name[..<colon]
        }
        if ["localhost", "[::1]"].contains(name.lowercased()) { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
