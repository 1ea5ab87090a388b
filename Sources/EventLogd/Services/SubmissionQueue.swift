import EventLog

/// A batch on its way to the store.
struct Submission: Sendable {
    let batch: EventBatch
    let durability: Durability
    /// The connection it came from, or `nil` if nothing else comes from there meanwhile.
    let source: ObjectIdentifier?
    let size: Int
    let completion: Writer.Completion
}

/// The batches that wait, and who of them forms the next group.
///
/// Batches of one connection stay in the order in which they came. Between connections it is fair: each
/// has its share of a group.
struct SubmissionQueue: Sendable {
    private var submissions: [Submission] = []
    /// Bytes of all that waits.
    private(set) var size = 0

    var isEmpty: Bool { submissions.isEmpty }
    var count: Int { submissions.count }

    mutating func append(_ submission: Submission) {
        submissions.append(submission)
        size += submission.size
    }

    /// Everything of those who have little in the queue.
    mutating func takeLight(_ limits: DaemonLimits) -> [Submission] {
        var sizes: [ObjectIdentifier: Int] = [:]
        for submission in submissions {
            if let source = submission.source { sizes[source, default: 0] += submission.size }
        }
        func isLight(_ submission: Submission) -> Bool {
            let size = submission.source.map { sizes[$0, default: 0] } ?? submission.size
            return size <= limits.lightSourceSizeMax
        }
        let light = submissions.filter(isLight)
        submissions.removeAll(where: isLight)
        size -= light.reduce(0) { $0 + $1.size }
        return light
    }

    /// The oldest batches up to the size of a group, and of each source up to its share if there are
    /// several; at least one.
    mutating func takeShares(_ limits: DaemonLimits) -> [Submission] {
        if submissions.count == 1 {
            defer { self = SubmissionQueue() }
            return submissions
        }
        let first = submissions.first?.source
        let isShared = submissions.contains { $0.source == nil || $0.source != first }
        let shareMax = isShared ? limits.groupShareSizeMax : limits.groupSizeMax
        var group: [Submission] = []
        var rest: [Submission] = []
        var taken = 0
        var shares: [ObjectIdentifier: Int] = [:]
        for submission in submissions {
            let share = submission.source.map { shares[$0, default: 0] } ?? 0
            let fits =
                group.isEmpty
                || (taken + submission.size <= limits.groupSizeMax
                    && (share == 0 || share + submission.size <= shareMax))
            if fits {
                group.append(submission)
                taken += submission.size
            } else {
                rest.append(submission)
            }
            // What follows from the same source must not overtake.
            if let source = submission.source {
                shares[source] = fits ? max(share + submission.size, 1) : shareMax
            }
        }
        submissions = rest
        size -= taken
        return group
    }
}
