import Glibc

/// One connection to the daemon. A daemon that is gone is an error, never a signal.
struct UnixSocket: ~Copyable {
    let descriptor: Int32

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
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

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

    enum Transfer: Equatable {
        case moved(Int)
        /// Nothing can be moved now; wait with `poll`.
        case wouldBlock
        /// The daemon closed or died.
        case gone
    }

    /// Sends what the kernel takes at once of `bytes`, from `start` on.
    func sendNow(_ bytes: [UInt8], from start: Int) -> Transfer {
        let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
        return transfer {
            bytes[start...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, flags) }
        }
    }

    /// Receives what is there, at most `buffer.count` bytes, into the front of `buffer`.
    func receiveNow(into buffer: inout [UInt8]) -> Transfer {
        let flags = Int32(MSG_DONTWAIT)
        let result = transfer {
            buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, flags) }
        }
        return result == .moved(0) ? .gone : result
    }

    /// Says that nothing more will be sent.
    func finishSending() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    private func transfer(_ call: () -> Int) -> Transfer {
        while true {
            let count = call()
            if count >= 0 { return .moved(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            default: return .gone
            }
        }
    }
}

/// Waits until one of `descriptors` is ready.
/// - Parameter milliseconds: how long at most; negative: for ever.
func waitForEvents(_ descriptors: inout [pollfd], milliseconds: Int32) throws(ToolFailure) {
    guard poll(&descriptors, nfds_t(descriptors.count), milliseconds) < 0 else { return }
    for position in descriptors.indices { descriptors[position].revents = 0 }
    if errno != EINTR { throw ToolFailure("cannot wait for the socket: \(errorText(errno))") }
}
