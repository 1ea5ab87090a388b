import Glibc
import Query
import Synchronization

/// Ctrl-C while a query runs: it ends the query, not the program.
enum Interruption {
    private static let requested = Atomic<Bool>(false)
    private static let caught = Atomic<Bool>(false)

    /// Whether Ctrl-C was pressed since `catching` began.
    static var isRequested: Bool { requested.load(ordering: .relaxed) }
    /// Whether it is worth asking.
    static var isCaught: Bool { caught.load(ordering: .relaxed) }

    static func catching<Result>(_ body: () throws -> Result) rethrows -> Result {
        requested.store(false, ordering: .relaxed)
        caught.store(true, ordering: .relaxed)
        let previous = signal(SIGINT) { _ in Interruption.requested.store(true, ordering: .relaxed)
        }
        defer {
            signal(SIGINT, previous)
            caught.store(false, ordering: .relaxed)
        }
        return try body()
    }

    /// Runs `body` on this thread and cancels it through its argument once Ctrl-C is pressed.
    static func cancelling<Result>(
        _ body: (QueryCancellation) throws(QueryError) -> Result
    ) throws(QueryError) -> Result {
        let cancellation = QueryCancellation()
        guard isCaught else { return try body(cancellation) }
        let watcher = Task.detached {
            while !Task.isCancelled {
                if isRequested { return cancellation.cancel() }
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        defer { watcher.cancel() }
        return try body(cancellation)
    }

    /// Waits, unless Ctrl-C comes first.
    /// - Returns: whether the time has passed.
    static func pause(seconds: Double) -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        while !isRequested {
            let left = (end - ContinuousClock.now) / .milliseconds(1)
            guard left > 0 else { return true }
            // A signal ends the wait early; short pieces are for one that came just before it.
            _ = poll(nil, 0, Int32(min(left.rounded(.up), 200)))
        }
        return false
    }
}
