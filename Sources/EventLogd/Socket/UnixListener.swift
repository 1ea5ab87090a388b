import Glibc
import Synchronization

/// Why the daemon cannot have its socket. The text is for the operator.
package struct SocketError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    init(_ path: String, _ call: StaticString, _ code: Int32) {
        description = "\(path): \(call): \(String(cString: strerror(code)))"
    }
}

/// A listening Unix socket with an owner.
///
/// - The socket never exists with wider rights than asked for: the mask is set before `bind`, since
///   a `chmod` after it leaves a gap.
/// - Only one thing is ever removed to make way: a socket of our own user that nobody listens on.
package struct UnixListener: Sendable {
    package let path: String
    /// Owned by whoever takes it; not closed here.
    package let descriptor: Int32
    /// Whether everybody may use the socket and cannot get to it, because of its directory.
    package let isOutOfReach: Bool
    private let device: dev_t
    private let inode: ino_t
    /// The mask belongs to the process: two listeners that changed it at once would mix them up.
    private static let maskLock = Mutex(())

    /// Makes the directory if it is missing (0750, or 0755 for a socket that everybody may use), then
    /// binds and listens.
    /// - Parameter mode: who may connect: those who may write the socket file.
    package init(path: String, backlog: Int32, mode: UInt32 = 0o660) throws(SocketError) {
        var address = sockaddr_un()
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity, !path.isEmpty, !path.utf8.contains(0) else {
            throw SocketError("\(path): the path of a socket has 1 to \(capacity - 1) bytes")
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isPassable = try Self.prepareDirectory(of: path, isForAll: mode & S_IWOTH != 0)
        try Self.makeWay(for: path, address)

        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue),
            0)
        guard descriptor >= 0 else { throw SocketError(path, "socket", errno) }
        var isKept = false
        defer { if !isKept { close(descriptor) } }

        let bindError = Self.maskLock.withLock { _ in
            let mask = umask(~mode & 0o777)
            defer { umask(mask) }
            return Self.withSocketAddress(address) { bind(descriptor, $0, $1) } == 0 ? 0 : errno
        }
        guard bindError == 0 else { throw SocketError(path, "bind", bindError) }
        guard listen(descriptor, backlog) == 0 else { throw SocketError(path, "listen", errno) }
        var status = stat()
        guard lstat(path, &status) == 0 else { throw SocketError(path, "lstat", errno) }

        self.path = path
        self.descriptor = descriptor
        isOutOfReach = mode & S_IWOTH != 0 && !isPassable
        device = status.st_dev
        inode = status.st_ino
        isKept = true
    }

    /// Removes the socket file if it is still the one that was bound here.
    package func unlinkOwnPath() {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode else {
            return
        }
        unlink(path)
    }

    /// - Returns: whether everybody may pass through it.
    private static func prepareDirectory(
        of path: String, isForAll: Bool
    ) throws(SocketError) -> Bool {
        let directory = directory(of: path)
        if mkdir(directory, isForAll ? 0o755 : 0o750) != 0, errno != EEXIST {
            throw SocketError(directory, "mkdir", errno)
        }
        var status = stat()
        guard stat(directory, &status) == 0 else { throw SocketError(directory, "stat", errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw SocketError("\(directory): not a directory")
        }
        let isOurs = status.st_uid == geteuid() || status.st_uid == 0
        let isOpenToAll = status.st_mode & S_IWOTH != 0 && status.st_mode & S_ISVTX == 0
        guard isOurs, !isOpenToAll else {
            throw SocketError(
                "\(directory): others could replace a socket in this directory; "
                    + "use one that only this user may write")
        }
        return status.st_mode & S_IXOTH != 0
    }

    /// Removes a socket that a dead daemon left, and refuses everything else that is in the way.
    private static func makeWay(
        for path: String, _ address: sockaddr_un
    ) throws(SocketError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw SocketError(path, "lstat", errno)
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw SocketError("\(path): exists and is not a socket; it is left as it is")
        }
        guard status.st_uid == geteuid() else {
            throw SocketError(
                "\(path): a socket of another user (uid \(status.st_uid)); it is left as it is")
        }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard probe >= 0 else { throw SocketError(path, "socket", errno) }
        defer { close(probe) }
        guard withSocketAddress(address, { connect(probe, $0, $1) }) != 0 else {
            throw SocketError("\(path): another process listens on this socket")
        }
        guard errno == ECONNREFUSED else { throw SocketError(path, "connect", errno) }
        guard unlink(path) == 0 else { throw SocketError(path, "unlink", errno) }
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func withSocketAddress(
        _ address: sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
