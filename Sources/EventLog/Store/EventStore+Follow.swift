import Synchronization

/// What somebody sees who follows the events as they come.
package struct FollowedStore: Sendable {
    package let tables: StoreTables
    /// Up to here everything would survive a power failure; a cursor names nothing beyond.
    package let durableSeq: Int64
    /// Whether events have expired, so that numbers may be missing at the front.
    package let hasExpired: Bool
}

extension EventStore {
    /// The number up to which everything would survive a power failure.
    package var durableSeq: Int64 { view.withLock { $0.durableSeq } }

    /// The newest number that anybody was given, durable or not.
    package var newestSeq: Int64 { view.withLock { max($0.lastSeq, $0.durableSeq) } }

    /// The tables and how far they are durable, as of one moment.
    package func followed() -> FollowedStore {
        view.withLock { view in
            FollowedStore(
                tables: tables(of: &view), durableSeq: view.durableSeq,
                hasExpired: view.books.ledger.totals.expired > 0)
        }
    }
}

extension EventStore {
    /// Tells this store from others in texts that must be short.
    package var storeTag: UInt64 { storeID.high ^ storeID.low }
}
