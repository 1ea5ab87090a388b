/// One export from the request to the end of its file (specification, C2).
package struct ExportJob: Sendable, Hashable {
    package enum Status: String, Sendable, CaseIterable {
        case queued, processing, complete, failed, expired, cancelled

        /// Where a job may go from here. A job that was interrupted waits again.
        package var followers: Set<Status> {
            switch self {
            case .queued: [.processing, .cancelled, .failed]
            case .processing: [.queued, .complete, .failed, .cancelled]
            case .complete: [.expired]
            case .failed, .expired, .cancelled: []
            }
        }

        /// Whether there is nothing left to be made.
        package var isEnd: Bool { self != .queued && self != .processing }
    }

    package struct Counts: Sendable, Hashable {
        /// Rows that were looked at.
        package var processedRows = 0
        /// Rows that are to be looked at: known before the first one is, from metadata.
        package var estimatedRowCount = 0
        /// Rows that are in the file.
        package var rowCount = 0

        package init() {}
    }

    /// Why it has no file.
    package struct Failure: Sendable, Hashable {
        /// `disk_full`, `io`, `limit`, `interrupted`, `deleted`, `erased`.
        package var reason: String
        /// One sentence, without paths.
        package var message: String

        package init(reason: String, message: String) {
            self.reason = reason
            self.message = message
        }
    }

    /// `exp_` and thirteen characters.
    package let id: String
    /// `nil` once what it asked for had to be forgotten.
    package internal(set) var request: ExportRequest?
    /// Of the file, also when the request is forgotten.
    let fileExtension: String
    package let isUser: Bool
    /// Who asked for it.
    package let producer: String
    // Times in µs since 1970 UTC.
    package let createdAt: Int64
    package internal(set) var startedAt: Int64?
    package internal(set) var finishedAt: Int64?
    /// When the file goes; of complete and expired jobs.
    package internal(set) var expiresAt: Int64?
    package internal(set) var status = Status.queued
    /// How often it has begun.
    package internal(set) var attempts = 0
    package internal(set) var counts = Counts()
    /// Bytes.
    package internal(set) var fileSize: Int?
    package internal(set) var failure: Failure?
    /// Files of the store of which something could not be read: the export lacks it.
    package internal(set) var damageCount = 0

    package init(id: String, request: ExportRequest, producer: String, createdAt: Int64) {
        self.id = id
        self.request = request
        fileExtension = request.fileExtension
        isUser = request.isUser
        self.producer = producer
        self.createdAt = createdAt
    }

    init(
        id: String, request: ExportRequest?, fileExtension: String, isUser: Bool,
        producer: String, createdAt: Int64
    ) {
        self.id = id
        self.request = request
        self.fileExtension = fileExtension
        self.isUser = isUser
        self.producer = producer
        self.createdAt = createdAt
    }

    /// In percent, 0 to 100; 100 only when the file is there.
    package var progress: Int {
        switch status {
        case .complete, .expired: return 100
        case .queued: return 0
        case .processing, .failed, .cancelled:
            guard counts.estimatedRowCount > 0 else { return 0 }
            let share = Double(counts.processedRows) / Double(counts.estimatedRowCount)
            return min(99, Int(share * 100))
        }
    }

    /// The newest comes first; of equal times, the id decides.
    package static func isBefore(_ left: ExportJob, _ right: ExportJob) -> Bool {
        (left.createdAt, left.id) > (right.createdAt, right.id)
    }
}
