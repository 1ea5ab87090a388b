import EventLog
import NIOCore
import NIOHTTP1

/// One request, complete.
struct HTTPRequest: Sendable {
    var id: String
    var route: Route
    var method: HTTPMethod
    var target: RequestTarget
    var headers: HTTPHeaders
    var body: ByteBuffer
    var access: Access

    var peer: PeerCredentials { access.peer }
    /// Who sends the events of this request.
    var producer: String { access.producer }

    /// `req_` and thirteen characters: 64 random bits.
    static func makeID() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 36)
        return "req_" + String(repeating: "0", count: 13 - digits.count) + digits
    }
}

/// The path and the query of a request line.
struct RequestTarget: Sendable, Hashable {
    var path: String
    /// The last value of each name.
    var query: [String: String]
    /// All values of each name, in the order in which they came.
    var lists: [String: [String]] = [:]

    /// - Returns: `nil` if an escape is malformed or the text is not UTF-8.
    init?(_ uri: String) {
        let parts = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = Self.unescape(parts[0], plusIsSpace: false) else { return nil }
        self.path = path
        query = [:]
        guard parts.count > 1 else { return }
        for pair in parts[1].split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.unescape(halves[0], plusIsSpace: true),
                let value = Self.unescape(halves.count > 1 ? halves[1] : "", plusIsSpace: true)
            else { return nil }
            query[name] = value
            lists[name, default: []].append(value)
        }
    }

    /// Whether only what would happen is asked: `?dryRun=true`.
    var isDryRun: Bool { isSet("dryRun") }
    /// Whether nothing is to be waited for: `?now=true`.
    var isNow: Bool { isSet("now") }
    /// Whether somebody says that the wall clock is right: `?trustClock=true`.
    var trustsClock: Bool { isSet("trustClock") }

    /// The name alone is as good as `true`; anything else was refused before (`RouteParameters`).
    private func isSet(_ name: String) -> Bool {
        query[name].map { Self.flagTexts[$0] ?? false } ?? false
    }

    /// What may be said of a yes or no.
    static let flagTexts = ["": true, "true": true, "1": true, "false": false, "0": false]

    private static func unescape(_ text: Substring, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexValue),
                    let low = rest.popFirst().flatMap(hexValue)
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace:
                bytes.append(UInt8(ascii: " "))
            default:
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
