import Glibc
import Shell

/// One connection of a browser, with the one to the daemon that answers it: a request, an answer, the end.
final class PortalConnection {
    /// Bytes on the way in one direction before its source is left waiting.
    private static let bufferSizeMax = 256 << 10
    /// For a request from its first byte to its last, and for a refused client to take the answer.
    private static let patience = Duration.seconds(10)

    private enum State {
        case receiving
        case relaying
        /// What is left for the client goes out, then the connection ends.
        case ending
    }

    private let client: StreamSocket
    private var daemon: StreamSocket?
    private let door: PortalDoor
    private let socketPath: String
    private var state = State.receiving
    private var fromClient: [UInt8] = []
    private var toDaemon: [UInt8] = []
    private var toClient: [UInt8] = []
    private var head: (request: PortalRequest, text: String)?
    private var deadline = ContinuousClock.now + PortalConnection.patience
    private(set) var isOver = false

    init(_ descriptor: Int32, door: PortalDoor, socketPath: String) {
        client = StreamSocket(adopting: descriptor)
        self.door = door
        self.socketPath = socketPath
    }

    /// What to wait for: the client first, then the daemon if it is asked.
    var interests: [pollfd] {
        var ofClient = Int16(POLLIN)
        if !toClient.isEmpty { ofClient |= Int16(POLLOUT) }
        var all = [pollfd(fd: client.descriptor, events: ofClient, revents: 0)]
        if let descriptor = daemon?.descriptor {
            let ofDaemon = Int16(POLLIN) | (toDaemon.isEmpty ? 0 : Int16(POLLOUT))
            // A daemon that has hung up would end every wait while the client takes what is here.
            let isFull = toClient.count >= Self.bufferSizeMax
            all.append(pollfd(fd: isFull ? -1 : descriptor, events: ofDaemon, revents: 0))
        }
        return all
    }

    /// Goes on as far as it can without waiting.
    func step(_ events: [pollfd], buffer: inout [UInt8]) {
        if events[0].revents != 0 { receive(&buffer) }
        if events.count > 1, events[1].revents != 0 { answer(&buffer) }
        if let sent = daemon?.sendAll(&toDaemon), !sent { end() }
        if !client.sendAll(&toClient) { isOver = true }
        // The client may still be sending what is not wanted; it is to see the answer first.
        if state == .ending, toClient.isEmpty { client.finishSending() }
        if state != .relaying, ContinuousClock.now > deadline { isOver = true }
    }

    private func receive(_ buffer: inout [UInt8]) {
        switch client.receiveNow(into: &buffer) {
        case .gone: isOver = true
        case .wouldBlock: break
        case .moved(let count):
            // Behind the request nothing is expected: the answer ends the connection.
            guard state == .receiving else { return }
            fromClient += buffer[..<count]
            do {
                try takeRequest()
            } catch {
                toClient += error.answer
                end()
            }
        }
    }

    private func takeRequest() throws(PortalRefusal) {
        if head == nil {
            guard let size = fromClient.headSize else {
                if fromClient.count > PortalDoor.headSizeMax { throw .tooLarge }
                return
            }
            guard size <= PortalDoor.headSizeMax else { throw .tooLarge }
            let request = try PortalRequest(fromClient[..<size])
            head = (request, try door.admit(request))
            fromClient.removeFirst(size + 4)
        }
        guard let head, fromClient.count >= head.request.bodySize else { return }
        do {
            daemon = try StreamSocket(connectingTo: socketPath)
        } catch {
            throw .noDaemon
        }
        toDaemon = Array(head.text.utf8) + fromClient.prefix(head.request.bodySize)
        fromClient = []
        state = .relaying
    }

    private func answer(_ buffer: inout [UInt8]) {
        switch daemon?.receiveNow(into: &buffer) {
        case .moved(let count): toClient += buffer[..<count]
        case .gone: end()
        case .wouldBlock, nil: break
        }
    }

    private func end() {
        guard state != .ending else { return }
        state = .ending
        daemon = nil
        head = nil
        deadline = .now + Self.patience
    }
}

extension StreamSocket {
    /// Sends what the kernel takes and removes it from `bytes`.
    /// - Returns: whether the peer is still there.
    fileprivate func sendAll(_ bytes: inout [UInt8]) -> Bool {
        while !bytes.isEmpty {
            switch sendNow(bytes, from: 0) {
            case .moved(let count): bytes.removeFirst(count)
            case .wouldBlock: return true
            case .gone: return false
            }
        }
        return true
    }
}

extension [UInt8] {
    /// Where the empty line begins that ends a head; `nil` if it is not here yet.
    fileprivate var headSize: Int? {
        let ending = Array("\r\n\r\n".utf8)
        return indices.first {
            self[$0] == ending[0] && self[$0...].starts(with: ending)
        }
    }
}
