package import Columns

/// The store: one directory, one writer, any number of readers.
///
/// Synchronous and free of threads of its own: the daemon decides which thread does what.
/// `append` is called by one thread only (the writer); `seal` may run on another at the same time;
/// `catalog` and `status` may be called from anywhere and never wait for either.
package final class EventStore: Sendable {
    /// Opens or creates the store at `path`, takes its lock and replays the journal.
    /// - Throws: `StoreError.locked(pid:)` if another process holds it.
    package static func open(_ path: String, options: StoreOptions) throws -> EventStore {
        fatalError()
    }

    /// Keyed per process; the key of every `EventIdentityHasher` in it.
    package let identityKey: UInt64 = 0

    /// Deduplicates, numbers, journals and makes the batches queryable, all with one sync.
    ///
    /// When it returns, the events of all batches survive a power failure (`.synced`) or the death of
    /// this process (`.buffered`). If it throws, none of them was acknowledged and none is queryable.
    /// - Returns: one result per batch, in order.
    package func append(
        _ batches: [EventBatch], durability: Durability
    ) throws(StoreError) -> [AppendResult] { fatalError() }

    /// The tables as of now, tail included.
    package func catalog() -> any TableCatalog { fatalError() }

    /// Whether the tail is large or old enough to become a segment.
    package func isSealDue() -> Bool { fatalError() }

    /// Turns the tail as it stands into a segment and retires the journal behind it.
    /// - Returns: the number of events sealed; 0 if the tail was empty.
    @discardableResult
    package func seal() throws(StoreError) -> Int { fatalError() }

    package func status() -> StoreStatus { fatalError() }

    /// Syncs and closes the journal and gives up the lock. Nothing may be called afterwards.
    package func close() throws(StoreError) { fatalError() }
}

package enum Durability: Sendable, Hashable {
    case synced
    case buffered
}

package struct AppendResult: Sendable, Hashable {
    package var stored: Int
    package var duplicates: Int
    /// Of the stored ones, those whose timestamp was replaced.
    package var adjusted: Int

    package init(stored: Int, duplicates: Int, adjusted: Int) {
        self.stored = stored
        self.duplicates = duplicates
        self.adjusted = adjusted
    }
}

package enum StoreError: Error, Sendable {
    /// Another process writes this store.
    case locked(pid: Int32?)
    /// No room: nothing of the request was stored; trying again later is right.
    case diskFull(String)
    /// The disk failed: nothing of the request was acknowledged.
    case io(String)
    /// The directory is not a store, or one of a newer format.
    case notAStore(String)
}

package struct StoreOptions: Sendable {
    /// Seal once the tail holds this many events.
    package var sealRowCount = 524_288
    /// Seal after this long even if small, so that a quiet log can be read offline, in µs.
    package var sealAge: Int64 = 300_000_000

    package init() {}
}

/// What `status` shows of the store; names are those of the JSON answer.
package struct StoreStatus: Sendable, Codable {
    package var store = ""
    package var segments = 0
    package var segmentRows = 0
    package var segmentBytes = 0
    package var tailRows = 0
    package var journalBytes = 0
    package var lastSeq: Int64 = 0
    package var catalogVersion: Int64 = 0
    /// Bytes cut from the end of the journal when it was last opened: an interrupted write.
    package var recoveredTailBytes = 0
    /// One sentence per damaged file or record.
    package var damage: [String] = []
    /// Set while the store refuses events: `disk_full` or `io`.
    package var writeError: String?

    package init() {}
}
