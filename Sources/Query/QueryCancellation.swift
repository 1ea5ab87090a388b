import Synchronization

/// A flag by which another thread asks a running query to stop.
///
/// The query looks at it before each scan unit, so it ends within about the time of 65,536 rows.
package final class QueryCancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    package init() {}

    package func cancel() { flag.store(true, ordering: .relaxed) }
    package var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
