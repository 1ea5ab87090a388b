import Synchronization

extension EventStore {
    /// Numbers of all quarantined events, ascending.
    package func quarantinedIDs() -> [Int64] {
        view.withLock { $0.books.quarantine }.ids
    }

    /// The quarantined events with these numbers, as far as they are there and can be read. Reads files,
    /// so ask for hundreds and not for all.
    package func quarantined(_ ids: Set<Int64>) throws(StoreError) -> [QuarantinedEvent] {
        do {
            return try view.withLock { $0.books.quarantine }.events(ids)
        } catch {
            throw StoreError(error)
        }
    }
}
