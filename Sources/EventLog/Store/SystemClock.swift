#if canImport(Glibc)
    import Glibc
#endif

/// The machine's wall clock.
package enum SystemClock {
    /// µs since 1970-01-01T00:00:00Z.
    @Sendable package static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return microseconds(time)
    }

    /// µs since the machine's start, sleep included.
    @Sendable package static func uptime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return microseconds(time)
    }

    private static func microseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    /// Waits.
    /// - Parameter duration: in ms.
    @Sendable package static func pause(_ duration: Int) { usleep(UInt32(duration) * 1_000) }
}
