import Glibc
import Synchronization

/// The time at which events are received: the wall clock, but never going back (D9: receive times
/// never decrease, whatever somebody does to the clock).
package final class ReceiveClock: Sendable {
    private let latest = Atomic<Int64>(Int64.min)
    private let wallClock: @Sendable () -> Int64

    /// - Parameter wallClock: µs since 1970 UTC.
    package init(wallClock: @escaping @Sendable () -> Int64 = ReceiveClock.systemTime) {
        self.wallClock = wallClock
    }

    /// µs since 1970 UTC; never less than an earlier answer.
    package func now() -> Int64 {
        let now = wallClock()
        let (_, latest) = latest.max(now, ordering: .relaxed)
        return latest
    }

    package static func systemTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
