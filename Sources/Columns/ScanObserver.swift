import Synchronization

/// Bytes that could not be used, and what that costs the answer.
package struct Damage: Sendable, Hashable {
    package var file: String
    /// Position in the file, in bytes, as far as known.
    package var byteRange: Range<Int>?
    /// `events` lost to this answer; `nil` if even that is unknown.
    package var rowCount: Int?
    /// Microseconds since 1970, as far as the catalog or an index tells.
    package var timeRange: ClosedRange<Int64>?
    /// What is wrong and where: "page 3 of column contentId, row group 0: checksum mismatch".
    package var message: String

    package init(
        file: String, byteRange: Range<Int>? = nil, rowCount: Int? = nil,
        timeRange: ClosedRange<Int64>? = nil, message: String
    ) {
        self.file = file
        self.byteRange = byteRange
        self.rowCount = rowCount
        self.timeRange = timeRange
        self.message = message
    }
}

/// Collects what scans of one query read, skipped and could not read. Shared by threads.
package final class ScanObserver: Sendable {
    package struct Counts: Sendable, Hashable {
        package var segments = 0
        package var segmentsPruned = 0
        package var rowGroups = 0
        package var rowGroupsPruned = 0
        package var pages = 0
        package var pagesPruned = 0
        /// Rows of the units that were handed out.
        package var rowsScanned = 0
        /// Rows that came from memory and not from a segment.
        package var tailRows = 0
        /// Bytes read from files.
        package var bytesRead = 0
        /// Reads answered from memory.
        package var cacheHits = 0
        /// Rollups that are read, by name of their grain.
        package var rollups: [String: Int] = [:]
        /// Segments that would have to be read without them, those with a rollup too.
        package var rollupCandidates = 0
        /// Segments whose counts are in memory, and that are not read.
        package var tallies = 0
        /// Rollups read of events that are not stored any more, by name of their grain.
        package var rollupsOfExpired: [String: Int] = [:]
        /// Rollups of such events that cannot answer the question: those events are not in the answer.
        package var rollupsUnfit = 0
    }

    private struct State {
        var counts = Counts()
        var damage: [Damage] = []
    }
    private let state = Mutex(State())

    package init() {}

    package var counts: Counts { state.withLock { $0.counts } }
    /// In the order found, each once.
    package var damage: [Damage] { state.withLock { $0.damage } }

    package func count(_ change: (inout Counts) -> Void) {
        state.withLock { change(&$0.counts) }
    }

    package func report(_ damage: Damage) {
        state.withLock { if !$0.damage.contains(damage) { $0.damage.append(damage) } }
    }
}
