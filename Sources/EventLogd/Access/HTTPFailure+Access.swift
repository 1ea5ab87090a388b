import EventLog
import NIOHTTP1

extension HTTPFailure {
    init(_ refusal: AccessRefusal) {
        let status = refusal.code.status
        self.init(status, refusal.code.rawValue, refusal.message)
        if refusal.code == .serviceUnavailable { reason = "keys" }
        if status == .unauthorized {
            headers.append((name: "WWW-Authenticate", value: #"Bearer realm="eventlog""#))
        }
    }
}

extension HTTPHeaders {
    /// The key of `Authorization: Bearer …`; anything else presents none.
    var bearerKey: String? {
        guard let value = first(name: "authorization") else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1].drop { $0 == " " })
    }
}
