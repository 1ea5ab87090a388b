package import EventLog
package import Logging
import NIOCore
import NIOHTTP1
package import Synchronization

/// What the daemon has done since it started, for `status`. Shared by all threads.
package final class DaemonCounters: Sendable {
    package let connectionsAccepted = Atomic<Int>(0)
    package let connectionsRefused = Atomic<Int>(0)
    /// Calls of `append`, each with one sync at most.
    package let groups = Atomic<Int>(0)
    package let failedGroups = Atomic<Int>(0)
    package let queries = Atomic<Int>(0)
    package let failedQueries = Atomic<Int>(0)
    package let bytesReceived = Atomic<Int>(0)
    package let openStreams = Atomic<Int>(0)
    package let openHTTP = Atomic<Int>(0)
    /// Bytes of answers, of all streams, that wait for their clients.
    package let answersWaiting = Atomic<Int>(0)

    package let refusals = LabeledCounter("code")
    package let requests = LabeledCounter("route", "status")
    package let commitDuration = Histogram(bounds: Histogram.commitBounds)
    package let requestDuration = Histogram(bounds: Histogram.requestBounds)
    package let queryDuration = Histogram(bounds: Histogram.requestBounds)

    private let lines = Mutex(AckCounts())
    private let warnings = Mutex(IngestWarnings())
    private let logger: Logger
    /// The reason of the last failure of the store that was logged, `nil` after a success.
    private let lastFailure = Mutex<String?>(nil)

    package init(logger: Logger) {
        self.logger = logger
    }

    /// Lines of all connections, also of closed ones.
    package var lineCounts: AckCounts { lines.withLock { $0 } }

    /// What was odd about events that the store took, duplicates among them.
    package var warningCounts: IngestWarnings { warnings.withLock { $0 } }

    package func count(_ new: IngestWarnings) {
        guard !new.isEmpty else { return }
        warnings.withLock { $0.add(new) }
    }

    package func count(_ difference: AckCounts) {
        lines.withLock {
            $0.lines += difference.lines
            $0.stored += difference.stored
            $0.duplicates += difference.duplicates
            $0.failed += difference.failed
            $0.adjusted += difference.adjusted
            $0.controls += difference.controls
            $0.errorsOmitted += difference.errorsOmitted
        }
    }

    package func countRefusal(_ code: Refusal.Code, times: Int = 1) {
        if times > 0 { refusals.add(UInt64(times), code.rawValue) }
    }

    /// Counts refused lines; a flood of them, which is mostly of one kind, costs little.
    package func count(_ refusals: [Refusal]) {
        var rest = refusals[...]
        while let first = rest.first {
            let run = rest.prefix { $0.code == first.code }
            countRefusal(first.code, times: run.count)
            rest = rest[run.endIndex...]
        }
    }

    /// Counts a connection by its protocol until it closes.
    func count(_ choice: ProtocolDetector.Choice, on channel: any Channel) {
        switch choice {
        case .stream: openStreams.add(1, ordering: .relaxed)
        case .http: openHTTP.add(1, ordering: .relaxed)
        }
        channel.closeFuture.whenComplete { _ in
            switch choice {
            case .stream: self.openStreams.subtract(1, ordering: .relaxed)
            case .http: self.openHTTP.subtract(1, ordering: .relaxed)
            }
        }
    }

    func requestAnswered(_ route: Route?, _ status: HTTPResponseStatus, after time: Duration) {
        requests.add(1, route?.path ?? "none", String(status.code))
        requestDuration.observe(time)
    }

    /// Logs a failed append, but not the same failure again and again: a full disk fails thousands.
    package func logStoreFailure(_ error: StoreError) {
        let isNew = lastFailure.withLock { last in
            defer { last = error.reason }
            return last != error.reason
        }
        if isNew {
            logger.error(
                "events refused by the store", metadata: ["error": "\(error)"])
        }
    }

    /// Logs that the store takes events again after a failure.
    package func logStoreSuccess() {
        let wasFailing = lastFailure.withLock { last in
            defer { last = nil }
            return last != nil
        }
        if wasFailing { logger.notice("the store takes events again") }
    }
}
