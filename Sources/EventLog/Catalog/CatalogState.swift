package import Columns

/// One typed value of a row as the table's schema knows it: `["seq"]`, `["data", "position"]`.
package struct CatalogLeaf: Sendable, Hashable {
    package var path: [String]
    package var type: ColumnType
    package var isNullable: Bool

    package init(path: [String], type: ColumnType, isNullable: Bool) {
        self.path = path
        self.type = type
        self.isNullable = isNullable
    }
}

/// A live segment, with what is known of its rows without opening it.
///
/// Bounds are outward: no row lies outside, but the outermost row may lie inside (times are rounded
/// to milliseconds, long strings cut). Only these columns have any: a bound of a person's identifier
/// would survive that person's erasure.
package struct SegmentEntry: Sendable, Hashable {
    /// Relative to the table's directory; letters, digits and `/._-` only.
    package var path: String
    /// Bytes.
    package var size: Int
    /// ms since 1970.
    package var modificationTime: Int64
    package var rowCount: Int
    package var seqMin: Int64
    package var seqMax: Int64
    /// µs since 1970.
    package var timestampMin: Int64
    package var timestampMax: Int64
    package var eventMin: String?
    package var eventMax: String?
    package var contentIdMin: String?
    package var contentIdMax: String?
    /// Rows without a contentId; `nil` if unknown.
    package var contentIdNullCount: Int?
    /// Of the file; `nil` for segments from before the chain, and in tables without one.
    package var sha256: Digest256?

    package init(
        path: String, size: Int, modificationTime: Int64, rowCount: Int,
        seq: ClosedRange<Int64>, timestamp: ClosedRange<Int64>,
        event: ClosedRange<String>? = nil, contentId: ClosedRange<String>? = nil,
        contentIdNullCount: Int? = nil, sha256: Digest256? = nil
    ) {
        self.path = path
        self.size = size
        self.modificationTime = modificationTime
        self.rowCount = rowCount
        seqMin = seq.lowerBound
        seqMax = seq.upperBound
        timestampMin = timestamp.lowerBound
        timestampMax = timestamp.upperBound
        eventMin = event?.lowerBound
        eventMax = event?.upperBound
        contentIdMin = contentId?.lowerBound
        contentIdMax = contentId?.upperBound
        self.contentIdNullCount = contentIdNullCount
        self.sha256 = sha256
    }
}

/// A segment that is live no more. Its file may still be there, for those who read it.
package struct RemovedSegment: Sendable, Hashable {
    /// As in `SegmentEntry`.
    package var path: String
    /// Bytes; 0 if nobody said.
    package var size: Int
    /// When it was removed from the table, in ms since 1970.
    package var deletionTimestamp: Int64

    package init(path: String, size: Int, deletionTimestamp: Int64) {
        self.path = path
        self.size = size
        self.deletionTimestamp = deletionTimestamp
    }
}

/// What the catalog says at one version.
package struct CatalogState: Sendable, Hashable {
    package var version: Int64
    package var tableID: String
    package var leaves: [CatalogLeaf]
    /// In order of `seqMin`.
    package var segments: [SegmentEntry]
    /// Those removed in the `Limits.removedSegmentAge` before the newest commit, in order of time.
    package var removed: [RemovedSegment] = []
    /// All events up to this sequence number are in segments: the journal is needed only after it.
    package var journalPosition: Int64
    /// The number of the journal record with what the newest commit that removed events did to the ledger; 0 if
    /// none has.
    package var movesPosition: Int64 = 0
    package var properties: [String: String]
    /// Where the chain of its commits ends; `nil` if none has begun, and in tables without one.
    package var chain: ChainHead?
    /// Commits that could not be used as they were found; their copies were.
    package var damage: [Damage] = []

    /// `nil` if the table was not made by us.
    package var storeID: StoreID? { StoreID(tableID) }
}

/// One step from a state to the next; all of it or nothing happens.
package struct CatalogChange: Sendable, Hashable {
    /// What the step is; readers of the log see the name.
    package enum Operation: String, Sendable, Hashable {
        case create = "CREATE TABLE"
        case append = "WRITE"
        /// The same rows in other files.
        case compact = "OPTIMIZE"
        /// Rows that were too old, or for which there was no room, are gone.
        case expire = "EXPIRE"
        /// Rows of a person are gone.
        case erase = "ERASE"
        /// Rows are gone that nobody asks for.
        case delete = "DELETE"
    }

    package var operation: Operation
    package var added: [SegmentEntry]
    /// Paths of live segments.
    package var removed: [String]
    /// The wider schema, if it changes.
    package var leaves: [CatalogLeaf]?
    package var journalPosition: Int64?
    package var movesPosition: Int64?
    /// What the name of the operation leaves open, for the chain: `squash`, `age`, `bytes`.
    package var reason: String?
    /// The receipt of the erasure that it is made for.
    package var receipt: String?
    /// Digests of removed files, by path, where somebody has just read them.
    package var removedDigests: [String: Digest256] = [:]

    package init(
        _ operation: Operation, add added: [SegmentEntry] = [], remove removed: [String] = [],
        leaves: [CatalogLeaf]? = nil, journalPosition: Int64? = nil, movesPosition: Int64? = nil
    ) {
        self.operation = operation
        self.added = added
        self.removed = removed
        self.leaves = leaves
        self.journalPosition = journalPosition
        self.movesPosition = movesPosition
    }
}

/// Why the catalog cannot be read or changed (apart from the disk's own errors).
package enum CatalogError: Error, Sendable, Hashable {
    /// A commit that is not what was written. `line` counts from 1.
    case damaged(file: String, line: Int, message: String)
    /// A commit is not there although later ones are.
    case missing(file: String)
    /// The table needs a newer reader or writer.
    case tooNew(file: String, message: String)
    /// Somebody else has committed this version.
    case conflict(version: Int64)
}

extension CatalogError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .damaged(let file, let line, let message): "\(file), line \(line): \(message)"
        case .missing(let file): "\(file) is missing"
        case .tooNew(let file, let message): "\(file): \(message)"
        case .conflict(let version): "version \(version) of the catalog exists already"
        }
    }
}
