/// Which user ids are one person: the aliases of the administrator, in the order of their arrival.
///
/// `alias A → B` says that A becomes B: the person of A, with all ids that it has by then, gets the
/// name of B's person. So the name (*root*) of a person is where the accepted aliases between its ids
/// lead if they are applied in order of `seq`; it does not depend on the id that is asked for. An alias
/// whose two ends are one person already is refused, and stays so. `unalias A → B` takes the accepted
/// aliases from A to B (not from B to A) that came before away; what is left is applied anew.
struct AliasForest: Sendable {
    struct Record: Sendable, Hashable {
        var seq: UInt64
        var isAlias: Bool
        var from: IdentityName
        var to: IdentityName
    }

    /// Ascending by `seq`, distinct.
    private(set) var records: [Record] = []
    /// Accepted and still in force, by `seq`.
    private(set) var edges: [Record] = []
    /// Refused when they came, by `seq`.
    private(set) var loops: [Record] = []
    /// Of every id that an accepted alias names: the root's id.
    private var roots: [IdentityName: IdentityName] = [:]

    var isEmpty: Bool { edges.isEmpty }

    /// The id by which the person of `user` goes.
    func root(of user: IdentityName) -> IdentityName {
        edges.isEmpty ? user : roots[user] ?? user
    }

    /// All ids of the person that goes by `root`, ascending.
    func users(of root: IdentityName) -> [IdentityName] {
        let users = roots.filter { $0.value == root }.map(\.key).sorted()
        return users.isEmpty ? [root] : users
    }

    /// All persons that an accepted alias names: the root's id, and all ids.
    var persons: [IdentityName: [IdentityName]] {
        Dictionary(grouping: roots.keys) { roots[$0] ?? $0 }
    }

    /// Each id that goes by another, ascending.
    var renamed: [(user: IdentityName, root: IdentityName)] {
        roots.filter { $0.key != $0.value }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Takes in records in any order. Costs the number of all that there are; they are few.
    mutating func apply(_ added: [Record]) {
        var known = Set(records.map(\.seq))
        let new = added.filter { known.insert($0.seq).inserted }
        guard !new.isEmpty else { return }
        records = (records + new).sorted { $0.seq < $1.seq }
        rebuild()
    }

    /// Forgets all records that name one of these.
    mutating func remove(_ users: Set<IdentityName>) {
        let left = records.filter { !users.contains($0.from) && !users.contains($0.to) }
        guard left.count < records.count else { return }
        records = left
        rebuild()
    }

    private mutating func rebuild() {
        edges = []
        loops = []
        roots = [:]
        var members: [IdentityName: [IdentityName]] = [:]
        for record in records {
            if record.isAlias {
                if join(record, &members) { edges.append(record) } else { loops.append(record) }
            } else {
                let left = edges.filter { $0.from != record.from || $0.to != record.to }
                guard left.count < edges.count else { continue }
                edges = left
                roots = [:]
                members = [:]
                for edge in left { _ = join(edge, &members) }
            }
        }
    }

    /// - Returns: whether the two were different persons.
    private mutating func join(
        _ edge: Record, _ members: inout [IdentityName: [IdentityName]]
    ) -> Bool {
        let from = roots[edge.from] ?? edge.from
        let to = roots[edge.to] ?? edge.to
        guard from != to else { return false }
        let moved = members.removeValue(forKey: from) ?? [from]
        for user in moved { roots[user] = to }
        roots[to] = to
        members[to, default: [to]] += moved
        return true
    }

    /// The accepted aliases that lead from `user` to its root, each from or to the id before.
    func path(from user: IdentityName) -> [Record] {
        let root = root(of: user)
        var cameBy: [IdentityName: Record] = [:]
        var seen: Set<IdentityName> = [user]
        var queue = [user]
        while let next = queue.popLast(), next != root {
            for edge in edges where edge.from == next || edge.to == next {
                let other = edge.from == next ? edge.to : edge.from
                guard seen.insert(other).inserted else { continue }
                cameBy[other] = edge
                queue.append(other)
            }
        }
        var path: [Record] = []
        var place = root
        while place != user, let edge = cameBy[place] {
            path.append(edge)
            place = edge.from == place ? edge.to : edge.from
        }
        return path.reversed()
    }
}
