import Glibc
import Shell

/// Serves a browser from a Unix socket: one thread that waits for all connections at once.
struct PortalServer: ~Copyable {
    /// A browser opens six; the live view holds one. More wait until one ends.
    static let connectionCountMax = 64

    let port: LoopbackPort
    let door: PortalDoor
    let socketPath: String

    /// Runs until Ctrl-C.
    func run() throws(ToolFailure) {
        var connections: [PortalConnection] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while !Interruption.isRequested {
            let isFull = connections.count >= Self.connectionCountMax
            var events = [
                pollfd(fd: port.descriptor, events: isFull ? 0 : Int16(POLLIN), revents: 0)
            ]
            let shares = connections.map { connection in
                let interests = connection.interests
                let start = events.count
                events += interests
                return start..<start + interests.count
            }
            // In pieces: Ctrl-C may come just before the wait, and connections have deadlines.
            try waitForEvents(&events, milliseconds: 200)
            for (connection, share) in zip(connections, shares) {
                connection.step(Array(events[share]), buffer: &buffer)
            }
            connections.removeAll { $0.isOver }
            if events[0].revents != 0, let descriptor = port.accept() {
                connections.append(
                    PortalConnection(descriptor, door: door, socketPath: socketPath))
            }
        }
    }
}
