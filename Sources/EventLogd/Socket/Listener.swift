import Glibc

/// One socket that the daemon accepts connections on, and what it is for.
package struct Listener: Sendable {
    package let entrance: Entrance
    /// For people: a path, or `127.0.0.1:8125`.
    package let address: String
    /// Owned by whoever takes it; not closed here.
    package let descriptor: Int32
    /// The socket file to be removed at the end; `nil` if it is none, or somebody else's.
    private let file: UnixListener?

    package init(_ entrance: Entrance, _ listener: UnixListener) {
        self.entrance = entrance
        address = listener.path
        descriptor = listener.descriptor
        file = listener
    }

    package init(_ listener: LoopbackListener) {
        self.init(.tcp, address: listener.address, descriptor: listener.descriptor)
    }

    private init(_ entrance: Entrance, address: String, descriptor: Int32) {
        self.entrance = entrance
        self.address = address
        self.descriptor = descriptor
        file = nil
    }

    /// Takes a socket that the system's manager has made and keeps (socket activation).
    package init(_ entrance: Entrance, adopting descriptor: Int32) throws(SocketError) {
        guard Self.isListening(descriptor) else {
            throw SocketError("descriptor \(descriptor): not a listening stream socket")
        }
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0,
            fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
        else { throw SocketError("descriptor \(descriptor)", "fcntl", errno) }
        switch entrance {
        case .tcp:
            self = Listener(try LoopbackListener(adopting: descriptor))
        case .main, .ingest:
            self = Listener(
                entrance, address: try Self.path(of: descriptor), descriptor: descriptor)
        }
    }

    /// Removes the socket file if this process has made it.
    package func removeFile() { file?.unlinkOwnPath() }

    private static func isListening(_ descriptor: Int32) -> Bool {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        var type: Int32 = 0
        return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value != 0
            && getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0
            && type == Int32(SOCK_STREAM.rawValue)
    }

    private static func path(of descriptor: Int32) throws(SocketError) -> String {
        var address = sockaddr_un()
        var size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &size)
            }
        }
        guard status == 0 else {
            throw SocketError("descriptor \(descriptor)", "getsockname", errno)
        }
        guard address.sun_family == sa_family_t(AF_UNIX) else {
            throw SocketError("descriptor \(descriptor): not a Unix socket")
        }
        let path = withUnsafeBytes(of: &address.sun_path) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        // A name without a file has no permissions: anybody could connect (A1).
        guard !path.isEmpty else {
            throw SocketError("descriptor \(descriptor): an abstract socket; give it a path")
        }
        return path
    }
}
