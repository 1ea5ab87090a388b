import Synchronization

/// One count for each value of a label, for a bounded number of values: what is counted must never
/// grow with what strangers send.
package final class LabeledCounter: Sendable {
    /// Values of all labels together that one counter tells apart; the rest is counted as `other`.
    package static let seriesCountMax = 256

    private let state = Mutex<[[String]: UInt64]>([:])
    /// Names of the labels, in the order of the values.
    package let labels: [String]

    package init(_ labels: String...) {
        self.labels = labels
    }

    package func add(_ count: UInt64 = 1, _ values: String...) {
        precondition(values.count == labels.count, "a value for each label")
        state.withLock {
            let isKnown = $0[values] != nil || $0.count < Self.seriesCountMax
            let series = isKnown ? values : labels.map { _ in "other" }
            $0[series, default: 0] += count
        }
    }

    /// Ordered by the labels' values.
    package var snapshot: [(values: [String], count: UInt64)] {
        state.withLock { $0 }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { (values: $0.key, count: $0.value) }
    }
}
