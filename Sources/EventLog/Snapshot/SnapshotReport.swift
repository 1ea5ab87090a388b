/// What is in a snapshot, and what it took.
package struct SnapshotReport: Sendable, Hashable, Codable {
    /// Absolute path.
    package var directory = ""
    /// Live segments, and their events.
    package var segments = 0
    package var events = 0
    /// Bytes of files that have a second name now.
    package var linkedBytes = 0
    /// Bytes of files that were copied.
    package var copiedBytes = 0
    /// All events up to this number are in it.
    package var lastSeq: Int64 = 0
    /// The catalog's version.
    package var version: Int64 = 0
    /// Seconds.
    package var took = 0.0
    /// Files that the store should have and has not: the snapshot lacks them too.
    package var missing: [String] = []

    package init() {}
}

/// Why there is no snapshot, or none was restored. Nothing is left of the attempt.
package enum SnapshotError: Error, Sendable {
    /// It cannot be where it was asked for, or is not what was named: a sentence for people.
    case place(String)
    /// Reading or writing failed.
    case failed(StoreError)
    case cancelled

    init(_ error: any Error) {
        self = error as? SnapshotError ?? .failed(StoreError(error))
    }
}

extension SnapshotError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .place(let sentence): sentence
        case .failed(let error): "\(error)"
        case .cancelled: "it was cancelled"
        }
    }
}
