/// What an administrator's record changes, or would change.
package struct IdentityEffect: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case changes
        /// An earlier record says the same.
        case nothing
        /// The two users of the alias are one person already, by other aliases: it is refused.
        case loop
        /// There is no such alias to take back.
        case noAlias
        /// There is no such link up to the record's time.
        case notLinked
    }

    package var outcome: Outcome
    /// Events that belong to somebody else then.
    package var eventCount = 0
    /// Distinct `sessionId` among these.
    package var sessionCount = 0
    /// Persons who lose or gain events.
    package var personCount = 0

    package init(_ outcome: Outcome) { self.outcome = outcome }
}

extension IdentityMap {
    /// Whether a record of an administrator that comes next says anything new.
    /// - Parameter later: the map with the record applied.
    func outcome(of record: IdentityRecord, later: IdentityMap) -> IdentityEffect.Outcome {
        let from = IdentityName(record.user)
        let to = IdentityName(record.toUser)
        func isSame(_ alias: AliasForest.Record) -> Bool { alias.from == from && alias.to == to }
        switch record.kind {
        case .alias:
            if later.aliases.edges.count > aliases.edges.count { return .changes }
            return aliases.edges.contains(where: isSame) ? .nothing : .loop
        case .unalias:
            if later.aliases.edges.count < aliases.edges.count { return .changes }
            let last = aliases.records.last(where: isSame)
            return last?.isAlias == false ? .nothing : .noAlias
        case .unlink:
            guard let links = links(of: record.device) else { return .notLinked }
            // A shared device keeps a few of its users only.
            if links.isShared { return .changes }
            let (user, isKnown) = links.position(of: from)
            guard isKnown else { return .notLinked }
            let isLinked = (links.explicit + links.implicit).contains {
                $0.user == user && $0.first <= record.time
            }
            if isLinked { return .changes }
            return links.unlinkTime(of: user) == nil ? .notLinked : .nothing
        case .identify, .implicit, .clear: return .changes
        }
    }
}
