import Columns
import Synchronization

/// What all threads of one running query share: its limits and how much of them is used.
final class ExecutionContext: Sendable {
    let limits: QueryLimits
    let threadCount: Int
    let observer = ScanObserver()
    private let cancellation: QueryCancellation?
    private let deadline: ContinuousClock.Instant
    private let memorySize = Atomic<Int>(0)
    private let resultRowCount = Atomic<Int>(0)

    init(limits: QueryLimits, threadCount: Int, cancellation: QueryCancellation?) {
        self.limits = limits
        self.threadCount = max(1, threadCount)
        self.cancellation = cancellation
        deadline = ContinuousClock.now + limits.wallTimeMax
    }

    /// Ends the query if it was cancelled or is out of time. Called at least once a block.
    func check() throws(QueryError) {
        if cancellation?.isCancelled == true {
            throw QueryError(.cancelled, "the query was cancelled")
        }
        guard ContinuousClock.now < deadline else {
            throw .limit(
                "the query took too long", name: "wallTimeMax", value: "\(limits.wallTimeMax)")
        }
    }

    /// Counts memory that an operator now holds more (or less) than it said before.
    func useMemory(_ change: Int) throws(QueryError) {
        let total = memorySize.add(change, ordering: .relaxed).newValue
        guard total <= limits.memorySizeMax else {
            throw .limit(
                "the query needs too much memory", name: "memorySizeMax",
                value: "\(limits.memorySizeMax) bytes")
        }
    }

    /// Counts memory that is no longer held.
    func freeMemory(_ size: Int) { memorySize.subtract(size, ordering: .relaxed) }

    /// Counts rows of the result while they are gathered, so that too many end the query early.
    func countResultRows(_ count: Int) throws(QueryError) {
        let total = resultRowCount.add(count, ordering: .relaxed).newValue
        guard total <= limits.resultRowCountMax else {
            throw .limit(
                "the result has at least \(total) rows", name: "resultRowCountMax",
                value: "\(limits.resultRowCountMax)")
        }
    }

    func checkGroups(_ count: Int) throws(QueryError) {
        guard count <= limits.groupCountMax else {
            throw .limit(
                "the query has too many groups", name: "groupCountMax",
                value: "\(limits.groupCountMax)")
        }
    }
}
