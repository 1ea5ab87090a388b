import EventLog

/// How often somebody came with a key that is none, so that guessing gets slow (A16).
///
/// After `failuresFree` failures each further one is answered a second later. A good key is never kept
/// waiting: on a loopback address all users look alike, and one must not shut out the others.
package struct FailureTable: Sendable {
    /// Failures that are answered at once.
    package static let failuresFree = 5
    package static let delay: Duration = .seconds(1)
    /// Somebody who has not failed for this long is forgotten.
    package static let memory: Duration = .seconds(60)
    /// Origins that are remembered; beyond it the one that failed longest ago goes.
    package static let originCountMax = 1_024

    package enum Origin: Sendable, Hashable {
        case uid(UInt32)
        case tcp
    }

    private struct Entry {
        var count: Int
        var latest: ContinuousClock.Instant
    }
    private var entries: [Origin: Entry] = [:]

    package init() {}

    package var count: Int { entries.count }

    /// - Returns: how long the answer is to be held back.
    package mutating func recordFailure(
        of origin: Origin, now: ContinuousClock.Instant
    ) -> Duration {
        var entry = entries[origin] ?? Entry(count: 0, latest: now)
        if now - entry.latest > Self.memory { entry.count = 0 }
        entry.count = min(entry.count + 1, Self.failuresFree + 1)
        entry.latest = now
        entries[origin] = entry
        if entries.count > Self.originCountMax {
            entries = entries.filter { now - $0.value.latest <= Self.memory }
        }
        if entries.count > Self.originCountMax,
            let oldest = entries.min(by: { $0.value.latest < $1.value.latest })
        {
            entries[oldest.key] = nil
        }
        return entry.count > Self.failuresFree ? Self.delay : .zero
    }
}

extension Caller {
    package var origin: FailureTable.Origin {
        switch entrance {
        case .main, .ingest: .uid(peer.uid)
        case .tcp: .tcp
        }
    }
}
