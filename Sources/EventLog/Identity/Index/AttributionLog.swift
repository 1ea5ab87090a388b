/// Which devices became others', in the order in which that came: for those who keep figures about persons and
/// ask again and again what changed since they asked last.
struct AttributionLog: Sendable {
    /// Every change by events after this number is known.
    private(set) var since: Int64
    private var changes: [(seq: Int64, device: IdentityName)] = []

    init(since: Int64) { self.since = since }

    /// - Parameter seq: a number that the events which changed them do not pass, and no earlier one.
    mutating func note(_ devices: some Sequence<IdentityName>, by seq: Int64) {
        for device in devices { changes.append((seq, device)) }
        guard changes.count > Limits.attributionChangeCountMax else { return }
        // Who asks has asked since.
        let goneCount = changes.count / 2
        since = changes[goneCount - 1].seq
        changes.removeFirst(goneCount)
    }

    /// - Returns: `nil` if that is not known.
    func changed(after position: Int64) -> [String]? {
        guard position >= since else { return nil }
        var devices: Set<IdentityName> = []
        for change in changes.reversed() {
            guard change.seq > position else { break }
            devices.insert(change.device)
        }
        return devices.map(\.text)
    }
}
