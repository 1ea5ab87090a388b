import Glibc

/// A listening TCP socket of 127.0.0.1.
struct LoopbackPort: ~Copyable {
    let descriptor: Int32
    let number: UInt16

    /// - Parameter number: 0 for any that is free.
    init(_ number: UInt16, backlog: Int32) throws(ToolFailure) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else {
            throw ToolFailure("cannot make a socket: \(errorText(errno))")
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = number.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var yes: Int32 = 1
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        // An address of the internet is a sockaddr of its size, which is given with it.
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                guard bind(descriptor, $0, size) == 0, listen(descriptor, backlog) == 0 else {
                    return Int32(-1)
                }
                return getsockname(descriptor, $0, &size)
            }
        }
        guard status == 0 else {
            let text = errorText(errno)
            close(descriptor)
            throw ToolFailure("cannot listen at 127.0.0.1:\(number): \(text)")
        }
        self.descriptor = descriptor
        self.number = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }

    /// The descriptor of the next connection; `nil` if none waits.
    func accept() -> Int32? {
        let connection = Glibc.accept(descriptor, nil, nil)
        guard connection >= 0 else { return nil }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        return connection
    }
}
