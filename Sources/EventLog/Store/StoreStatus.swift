/// What `status` shows of the store; names are those of the JSON answer.
package struct StoreStatus: Sendable, Codable {
    package var store = ""
    package var storeID = ""
    package var segments = 0
    package var segmentRows = 0
    package var segmentBytes = 0
    package var tailRows = 0
    /// When the oldest event that is in no segment was received, in µs since 1970 UTC.
    package var oldestUnsealedAt: Int64?
    package var journalBytes = 0
    package var lastSeq: Int64 = 0
    package var catalogVersion: Int64 = 0
    /// Where the chain of commits ends; `nil`: nothing has been committed since there is one.
    package var chain: ChainStatus?
    /// Bytes of the duplicate index: filter, and exact sets.
    package var dedupBytes = 0
    /// Segments whose ids are still to be read into the filter after a start.
    package var dedupPendingSegments = 0
    package var cacheBytes = 0
    /// All events ever offered, by what became of them.
    package var ledger = Ledger.Totals()
    package var quarantine = QuarantineStatus()
    package var content = ContentStatus()
    package var compaction = CompactionStatus()
    package var retention = RetentionStatus()
    package var rollups = RollupStatus()
    package var archive = ArchiveStatus()
    package var identityTable = IdentityTableStatus()
    package var erasure = ErasureStatus()
    /// Bytes cut from the end of the journal when it was last opened: an interrupted write.
    package var recoveredTailBytes = 0
    /// One sentence per damaged file or record.
    package var damage: [String] = []
    /// Set while the store refuses events: `disk_full` or `io`.
    package var writeError: String?

    package init() {}
}

/// What `status` shows of the chain of commits (docs/TamperEvidence.md): who notes it elsewhere can tell later whether
/// the store still has this history.
package struct ChainStatus: Sendable, Codable {
    package var version: Int64
    /// SHA-256 of the newest link, 64 lower-case hexadecimal digits.
    package var digest: String
}

/// What `status` shows of the quarantine.
package struct QuarantineStatus: Sendable, Codable {
    package var events = 0
    /// Bytes that they count for.
    package var bytes = 0
    /// Events that went because there was no room, ever.
    package var evicted: Int64 = 0

    package init() {}
}

/// What `status` shows of compaction, since the start.
package struct CompactionStatus: Sendable, Codable {
    package var steps = 0
    /// Segments that were put together, and those that were made of them.
    package var inputs = 0
    package var outputs = 0
    package var events = 0
    package var bytesRead = 0
    package var bytesWritten = 0
    /// Replaced files that are kept for other readers, and bytes of them.
    package var replacedFiles = 0
    package var replacedBytes = 0
    /// One sentence for each segment that is damaged and was left as it is.
    package var setAside: [String] = []

    package init() {}

    mutating func count(_ step: CompactionStep) {
        steps += 1
        inputs += step.inputs
        outputs += step.outputs
        events += step.events
        bytesRead += step.bytesRead
        bytesWritten += step.bytesWritten
    }
}

/// What `status` shows of rollups.
package struct RollupStatus: Sendable, Codable {
    /// Segments that have one.
    package var segments = 0
    /// Files of events that are not stored any more.
    package var expired = 0
    /// Of all of them: rows, and bytes of their files.
    package var rows = 0
    package var bytes = 0
    /// Rollups made since the start, and events that were counted for them.
    package var built = 0
    package var events = 0
    /// One sentence for each segment of which none could be made.
    package var failed: [String] = []

    package init() {}
}

/// What `status` shows of the identity table, and what a publication of it answers.
package struct IdentityTableStatus: Sendable, Codable {
    /// `nil`: it was never published.
    package var version: Int64?
    /// The events up to this number are known to it.
    package var position: Int64 = 0
    package var rows = 0
    package var files = 0
    package var bytes = 0
    /// Why the last publication failed, if it did; the version before it is there.
    package var error: String?

    package init() {}

    init(_ version: IdentityLakeVersion?) {
        guard let version else { return }
        self.version = version.version
        position = version.position
        rows = version.rowCount
        files = version.files.count
        bytes = version.size
    }
}

/// What `status` shows of erasures.
package struct ErasureStatus: Sendable, Codable {
    /// Requests that are not done yet; nobody sees their persons any more.
    package var pending = 0
    /// Of these, those that should have been done by now.
    package var overdue = 0
    /// Why the last attempt failed, if it did.
    package var error: String?
    /// Events that erasures removed since the start.
    package var events = 0

    package init() {}
}

/// What `status` shows of the content items.
package struct ContentStatus: Sendable, Codable {
    package var items = 0
    /// Bytes that they count for.
    package var bytes = 0

    package init() {}
}
