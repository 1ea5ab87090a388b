import NIOCore
import Synchronization

/// The open connections, so that they can be counted, limited and told to end.
final class ConnectionTable: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false
    }
    private let state = Mutex(State())
    private let countMax: Int

    init(countMax: Int) {
        self.countMax = countMax
    }

    var count: Int { state.withLock { $0.channels.count } }

    /// Adds a channel until it closes.
    /// - Returns: the number of connections with it; `nil` if there is no room for it.
    func add(_ channel: any Channel) -> Int? {
        let id = ObjectIdentifier(channel)
        let count: Int? = state.withLock {
            guard !$0.isClosed, $0.channels.count < countMax else { return nil }
            $0.channels[id] = channel
            return $0.channels.count
        }
        guard let count else { return nil }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { _ = $0.channels.removeValue(forKey: id) }
        }
        return count
    }

    /// Lets nobody in any more.
    /// - Returns: those who are in.
    func close() -> [any Channel] {
        state.withLock {
            $0.isClosed = true
            return Array($0.channels.values)
        }
    }
}
