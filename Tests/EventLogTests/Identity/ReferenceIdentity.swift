@testable import EventLog

/// Identity resolution by the letter: it keeps every record and looks at all of them for every event
/// (specification, section 4.2). Slow, and obviously right.
struct ReferenceIdentity {
    var records: [IdentityRecord] = []
    var usersMax = 10
    var claimWindow: Int64?

    private struct Link {
        var user: [UInt8]
        var time: Int64
    }

    func canonical(_ user: String) -> String {
        var edges: [(from: String, to: String)] = []
        var seen: Set<UInt64> = []
        let log = records.filter { $0.kind == .alias || $0.kind == .unalias }
            .sorted { $0.seq < $1.seq }
        for record in log where seen.insert(record.seq).inserted {
            if record.kind == .unalias {
                edges.removeAll { $0.from == record.user && $0.to == record.toUser }
            } else if Self.root(record.user, edges) != Self.root(record.toUser, edges) {
                edges.append((record.user, record.toUser))
            }
        }
        return Self.root(user, edges)
    }

    /// Applies the edges one after the other: who goes by the name of the one becomes the other.
    private static func root(_ user: String, _ edges: [(from: String, to: String)]) -> String {
        var names: [String: String] = [:]
        func name(_ user: String) -> String { names[user] ?? user }
        for edge in edges {
            let from = name(edge.from)
            let to = name(edge.to)
            names[edge.from] = from
            names[edge.to] = to
            for (user, own) in names where own == from { names[user] = to }
        }
        return name(user)
    }

    func resolve(device: String?, user: String?, time: Int64) -> Person {
        if let user, !UserPlaceholder.matches(user) { return .user(canonical(user)) }
        guard let device else { return .none }
        let own = records.filter { $0.kind.hasDevice && $0.device == device }
        let clears = Set(own.filter { $0.kind == .clear }.map(\.time)).sorted()
        func epoch(_ time: Int64) -> Int { clears.count { $0 <= time } }
        let anonymous = Person.anonymous(device: device, epoch: epoch(time))
        let valid = own.filter { link in
            (link.kind == .identify || link.kind == .implicit)
                && !own.contains {
                    $0.kind == .unlink && $0.user == link.user && $0.time >= link.time
                }
        }
        if usersMax > 0, Set(valid.map(\.user)).count > usersMax { return anonymous }
        let inEpoch = valid.filter { epoch($0.time) == epoch(time) }
        // Of implicit links only the earliest of each user.
        let links = inEpoch.filter { link in
            link.kind == .identify
                || !inEpoch.contains {
                    $0.kind == .implicit && $0.user == link.user && $0.time < link.time
                }
        }.map { Link(user: Array($0.user.utf8), time: $0.time) }
        guard let first = links.map(\.time).min() else { return anonymous }
        let decisive = links.map(\.time).filter { $0 <= time }.max() ?? first
        if decisive > time, let claimWindow, decisive - time > claimWindow { return anonymous }
        let users = links.filter { $0.time == decisive }.map(\.user)
        guard let user = users.min(by: { $0.lexicographicallyPrecedes($1) }) else {
            return anonymous
        }
        return .user(canonical(String(decoding: user, as: UTF8.self)))
    }
}
