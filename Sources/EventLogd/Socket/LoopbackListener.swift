import Glibc

/// A listening TCP socket that only this machine can reach.
package struct LoopbackListener: Sendable {
    /// As it is written in URLs: `127.0.0.1:8125`, `[::1]:8125`; with the port that was given where
    /// 0 was asked for.
    package let address: String
    /// Owned by whoever takes it; not closed here.
    package let descriptor: Int32

    /// - Parameter address: `127.0.0.1:PORT`, `[::1]:PORT` or `localhost:PORT`. Keys and events would
    ///   cross any other network in the clear.
    package init(address: String, backlog: Int32) throws(SocketError) {
        guard let colon = address.lastIndex(of: ":"),
            let port = UInt16(address[address.index(after: colon)...])
        else { throw Self.malformed(address) }
        let descriptor: Int32
        switch address[..<colon] {
        case "127.0.0.1", "localhost":
            var internet = sockaddr_in()
            internet.sin_family = sa_family_t(AF_INET)
            internet.sin_port = port.bigEndian
            internet.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            descriptor = try Self.listen(address, AF_INET, &internet, backlog)
        case "[::1]":
            var internet = sockaddr_in6()
            internet.sin6_family = sa_family_t(AF_INET6)
            internet.sin6_port = port.bigEndian
            internet.sin6_addr = in6addr_loopback
            descriptor = try Self.listen(address, AF_INET6, &internet, backlog)
        default: throw Self.malformed(address)
        }
        do {
            try self.init(adopting: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Whether this is an address that `init(address:backlog:)` takes.
    package static func isAddress(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":") else { return false }
        return ["127.0.0.1", "localhost", "[::1]"].contains(text[..<colon])
            && UInt16(text[text.index(after: colon)...]) != nil
    }

    /// Takes a socket that listens already (socket activation).
    package init(adopting descriptor: Int32) throws(SocketError) {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &size)
            }
        }
        guard status == 0 else {
            throw SocketError("descriptor \(descriptor)", "getsockname", errno)
        }
        switch Int32(storage.ss_family) {
        case AF_INET:
            let internet = withUnsafeBytes(of: &storage) { $0.load(as: sockaddr_in.self) }
            guard UInt32(bigEndian: internet.sin_addr.s_addr) >> 24 == 127 else {
                throw Self.notLoopback(descriptor)
            }
            let host = UInt32(bigEndian: internet.sin_addr.s_addr)
            let parts = [host >> 24, host >> 16 & 255, host >> 8 & 255, host & 255]
            address =
                parts.map(String.init).joined(separator: ".")
                + ":\(UInt16(bigEndian: internet.sin_port))"
        case AF_INET6:
            let internet = withUnsafeBytes(of: &storage) { $0.load(as: sockaddr_in6.self) }
            let isLoopback = withUnsafeBytes(of: internet.sin6_addr) {
                $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1
            }
            guard isLoopback else { throw Self.notLoopback(descriptor) }
            address = "[::1]:\(UInt16(bigEndian: internet.sin6_port))"
        default:
            throw SocketError("descriptor \(descriptor): not a TCP socket")
        }
        self.descriptor = descriptor
    }

    private static func listen(
        _ address: String, _ family: Int32, _ internet: UnsafeRawPointer, _ backlog: Int32
    ) throws(SocketError) -> Int32 {
        let descriptor = socket(
            family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw SocketError(address, "socket", errno) }
        var isKept = false
        defer { if !isKept { close(descriptor) } }
        // A restart must not wait for connections of its predecessor to be forgotten.
        var yes: Int32 = 1
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let size =
            family == AF_INET
            ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        let bound = bind(
            descriptor, internet.assumingMemoryBound(to: sockaddr.self), socklen_t(size))
        guard bound == 0 else { throw SocketError(address, "bind", errno) }
        guard Glibc.listen(descriptor, backlog) == 0 else {
            throw SocketError(address, "listen", errno)
        }
        isKept = true
        return descriptor
    }

    private static func malformed(_ address: String) -> SocketError {
        SocketError(
            "\(address): TCP listens on 127.0.0.1:PORT or [::1]:PORT only; "
                + "put a proxy with TLS in front for other machines")
    }

    private static func notLoopback(_ descriptor: Int32) -> SocketError {
        SocketError(
            "descriptor \(descriptor): the TCP socket listens on an address that other machines "
                + "can reach; give it 127.0.0.1 or [::1]")
    }
}
