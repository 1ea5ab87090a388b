/// Says whether the wall clock may decide what is too old (RELIABILITY, D9).
///
/// Pure. A clock that jumps, runs too fast or stands still differs from the one that counts since the machine's start;
/// one that was wrong before the start differs from the newest stored event. Then nothing expires by age until
/// somebody says that the clock is right, or it has been in step for a day.
package struct ClockGuard: Sendable, Hashable {
    /// Both clocks at one moment, in µs: the wall clock since 1970 UTC, the other since any time.
    package struct Reading: Sendable, Hashable {
        package var wall: Int64
        package var uptime: Int64

        package init(wall: Int64, uptime: Int64) {
            self.wall = wall
            self.uptime = uptime
        }
    }

    package enum Doubt: String, Sendable, Hashable, Codable {
        /// The newest stored event was received long before the start, or after it.
        case start
        /// The clock went another way than time.
        case step
    }

    package private(set) var doubt: Doubt?
    /// From here on the two clocks are compared.
    private var since: Reading

    /// - Parameters:
    ///   - newestReceivedAt: of the stored events, in µs since 1970 UTC; `nil`: there are none.
    ///   - wasDoubted: before the start. Events that came since have the times of the clock that is in doubt,
    ///     and are no witnesses.
    package init(_ start: Reading, newestReceivedAt: Int64?, wasDoubted: Bool = false) {
        since = start
        if let newestReceivedAt, Self.differ(start.wall, newestReceivedAt) {
            doubt = .start
        } else if wasDoubted {
            doubt = .step
        }
    }

    package var isTrusted: Bool { doubt == nil }

    /// To be called now and then.
    package mutating func check(_ now: Reading) {
        let past = now.uptime &- since.uptime
        if Self.differ(now.wall, since.wall.addingReportingOverflow(past).partialValue) {
            doubt = .step
            since = now
        } else if past >= Limits.clockTrustAge {
            // Small differences of many days are no step.
            doubt = nil
            since = now
        }
    }

    /// Somebody who knows says that the clock is right.
    package mutating func trust(_ now: Reading) {
        doubt = nil
        since = now
    }

    /// How long it takes until the clock is trusted again if nothing happens, in µs; `nil`: it is.
    package func remaining(_ now: Reading) -> Int64? {
        isTrusted ? nil : max(0, Limits.clockTrustAge - (now.uptime &- since.uptime))
    }

    private static func differ(_ one: Int64, _ other: Int64) -> Bool {
        let (difference, overflows) = one.subtractingReportingOverflow(other)
        return overflows || difference.magnitude > UInt64(Limits.clockStepMax)
    }
}
