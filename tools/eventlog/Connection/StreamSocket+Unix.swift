import Glibc

extension StreamSocket {
    /// Connects to the daemon.
    /// - Throws: a failure that says what to do if nobody listens at `path`.
    init(connectingTo path: String) throws(ToolFailure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard !path.isEmpty, path.utf8.count < capacity, !path.utf8.contains(0) else {
            throw ToolFailure(
                "a socket's path has 1 to \(capacity - 1) bytes: \(harmless(path))", .usage)
        }
        // The path and its closing zero fit, checked above; the rest of the field is zero.
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }

        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else {
            throw ToolFailure("cannot make a socket: \(errorText(errno))")
        }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            let failure = Self.explain(errno, path)
            Glibc.close(descriptor)
            throw failure
        }
        self.init(adopting: descriptor)
    }

    private static func explain(_ number: Int32, _ path: String) -> ToolFailure {
        let name = harmless(path)
        switch number {
        case ENOENT, ECONNREFUSED:
            var failure = ToolFailure(
                """
                no daemon listens at \(name) (\(errorText(number)))
                Is eventlogd running? Start it with
                  eventlogd --store DIR --socket \(name)
                or name its socket with --socket or EVENTLOG_SOCKET.
                """)
            failure.isNoDaemon = true
            failure.mayPass = true
            return failure
        case EACCES, EPERM:
            return ToolFailure(
                "you may not connect to \(name): your user needs write permission on the socket")
        default:
            return ToolFailure("cannot connect to \(name): \(errorText(number))")
        }
    }
}
