extension EventStore {
    /// What an administrator's record would change if it came now. Reads what it may concern: an alias may
    /// concern every event.
    package func identityEffect(
        of record: IdentityRecord
    ) throws(StoreError) -> IdentityEffect {
        do {
            return try identity.effect(of: record, on: tables().events)
        } catch {
            throw StoreError(error)
        }
    }
}
