import Columns

extension IdentityIndex {
    /// Works out the persons of whole segments, by what the sealed events say: those cannot be lost any
    /// more, and an answer that is written down must not stand on others.
    struct Squasher {
        let resolvers: PersonResolvers
        let squash: PersonSquash
    }

    /// - Parameters:
    ///   - events: all that is sealed.
    ///   - position: the last number that the seals covered.
    /// - Returns: `nil` if what says who is who could not all be read: then nothing is written down.
    func squasher(_ events: EventsTable, position: Int64) throws -> Squasher? {
        try withSealed(events, position: position) { sealed in
            guard sealed.damage.isEmpty else { return nil }
            if sealed.watch == nil {
                sealed.watch = SquashWatch(since: sealed.lastSeq)
                sealed.resolvers = nil
            }
            return Squasher(
                resolvers: sealed.currentResolvers(domain),
                squash: PersonSquash(position: sealed.lastSeq, options: options))
        }
    }
}
