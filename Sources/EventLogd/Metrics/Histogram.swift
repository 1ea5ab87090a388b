import Synchronization

/// How often something took how long, in buckets (Prometheus' kind of histogram).
package final class Histogram: Sendable {
    package struct Snapshot: Sendable, Hashable {
        /// Upper bounds in seconds, ascending; the last bucket has none.
        package var bounds: [Double]
        /// Observations in each bucket alone, one more than bounds.
        package var counts: [UInt64]
        /// Seconds.
        package var sum: Double
    }

    private let state: Mutex<Snapshot>

    /// - Parameter bounds: seconds, ascending.
    package init(bounds: [Double]) {
        state = Mutex(
            Snapshot(
                bounds: bounds, counts: [UInt64](repeating: 0, count: bounds.count + 1), sum: 0))
    }

    package func observe(_ duration: Duration) {
        let parts = duration.components
        let seconds = Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
        state.withLock {
            let bucket = $0.bounds.firstIndex { seconds <= $0 } ?? $0.bounds.count
            $0.counts[bucket] += 1
            $0.sum += seconds
        }
    }

    package var snapshot: Snapshot { state.withLock { $0 } }

    /// From a sync on a fast disk (100 µs) to a disk in trouble (10 s).
    package static let commitBounds = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 10,
    ]
    /// From an answer out of memory to the longest query that is allowed.
    package static let requestBounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
}
