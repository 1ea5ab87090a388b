import Glibc

/// One connection. A peer that is gone is an error, never a signal.
struct StreamSocket: ~Copyable {
    let descriptor: Int32

    /// Takes over a connected socket.
    init(adopting descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    enum Transfer: Equatable {
        case moved(Int)
        /// Nothing can be moved now; wait with `poll`.
        case wouldBlock
        /// The peer closed or died.
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
