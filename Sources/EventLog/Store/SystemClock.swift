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

    /// Which start of the machine `uptime` counts from. Where a service may not know that, this start of the
    /// program: then only its own readings can be compared.
    @Sendable package static func boot() -> String? { bootText }

    private static let bootText = bootID() ?? "run-\(UInt64.random(in: .min ... .max))"

    private static func bootID() -> String? {
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // 36 bytes and a line feed.
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 36 else { return nil }
        return String(decoding: bytes[..<36], as: UTF8.self)
    }

    private static func microseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    /// Waits.
    /// - Parameter duration: in ms.
    @Sendable package static func pause(_ duration: Int) { usleep(UInt32(duration) * 1_000) }
}
