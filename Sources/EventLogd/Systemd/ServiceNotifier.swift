import Glibc

/// Tells the service manager how we are (sd_notify(3)): one datagram each, to the socket in
/// `NOTIFY_SOCKET`. Without that variable nothing happens.
package struct ServiceNotifier: Sendable {
    private let path: String?
    /// How often the manager wants to hear from us; `nil`: it does not watch.
    package let watchdogPeriod: Duration?

    package init(environment: [String: String], pid: Int32 = getpid()) {
        path = environment["NOTIFY_SOCKET"].flatMap {
            // A path, or with @ in front a name without a file.
            $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil
        }
        let isForUs = environment["WATCHDOG_PID"].map { $0 == String(pid) } ?? true
        let period = environment["WATCHDOG_USEC"].flatMap { Int64($0) }
        watchdogPeriod = isForUs ? period.flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
    }

    package func ready(status: String) { send("READY=1\nSTATUS=\(Self.line(status))") }

    package func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let microseconds = Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
        send("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
    }

    package func stopping() { send("STOPPING=1") }

    package func alive() { send("WATCHDOG=1") }

    /// A status is one line: what stands behind a line feed would be another message.
    private static func line(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }

    /// Nobody is kept from working by a manager that does not listen, so errors are passed over.
    private func send(_ message: String) {
        guard let path else { return }
        var address = sockaddr_un()
        var name = Array(path.utf8)
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(message.utf8)
        // The length counts: a name without a file ends where the length says.
        let size = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        withUnsafePointer(to: &address) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, size)
            }
        }
    }
}
