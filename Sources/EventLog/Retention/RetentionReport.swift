/// What one step of retention did.
package struct ExpirationStep: Sendable, Hashable, Codable {
    package var reason: RetentionPolicy.Reason
    /// Segments that went whole, and such as were written anew without what is too old.
    package var segments = 0
    package var rewritten = 0
    /// Events that went, and by how many bytes the live segments are less.
    package var events = 0
    package var bytes = 0
    /// The oldest event that is left, in µs since 1970 UTC; `nil`: there is none.
    package var oldestKept: Int64?

    init(_ reason: RetentionPolicy.Reason) { self.reason = reason }
}

/// What retention would do.
package struct ExpirationPlan: Sendable, Hashable, Codable {
    package var segments = 0
    /// Segments that would be written anew; how many events of them would go is known when that is done.
    package var rewritten = 0
    /// Events and bytes of those that would go whole.
    package var events = 0
    package var bytes = 0
    package var oldestKept: Int64?
    package var clock = ClockStatus()
    /// Segments that stay because of damage.
    package var damaged = 0

    package init() {}
}

/// Whether the wall clock decides what is too old.
package struct ClockStatus: Sendable, Hashable, Codable {
    /// Why it does not; `nil`: it does.
    package var doubt: ClockGuard.Doubt?
    /// Seconds until it does if it stays in step.
    package var liftedIn: Double?

    package init() {}

    init(_ clock: ClockGuard?, at now: ClockGuard.Reading) {
        doubt = clock?.doubt
        liftedIn = clock?.remaining(now).map { Double($0) * 1e-6 }
    }
}

/// What `status` shows of retention, since the start.
package struct RetentionStatus: Sendable, Codable {
    package var segments = 0
    package var rewritten = 0
    package var events = 0
    package var bytes = 0
    /// The oldest event in a segment, in µs since 1970 UTC.
    package var oldestKept: Int64?
    /// Events before this time are too old, in µs since 1970 UTC; `nil`: none is.
    package var cutoff: Int64?
    package var clock = ClockStatus()
    /// One sentence for each segment that should go and is damaged.
    package var setAside: [String] = []

    package init() {}

    mutating func count(_ step: ExpirationStep) {
        segments += step.segments
        rewritten += step.rewritten
        events += step.events
        bytes += step.bytes
    }
}
