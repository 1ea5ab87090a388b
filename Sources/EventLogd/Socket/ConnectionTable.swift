import FoundationEssentials
import NIOCore
import Synchronization

/// The open connections, so that they can be counted, limited and told to end.
final class ConnectionTable: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        /// The key that a stream was opened with.
        var keyIDs: [ObjectIdentifier: String] = [:]
        /// Connections of each entrance.
        var counts: [Entrance: Int] = [:]
        var countMax: Int
        var outerCountMax: Int
        var isClosed = false
    }
    private let state: Mutex<State>

    init(limits: DaemonLimits) {
        state = Mutex(
            State(
                countMax: limits.connectionCountMax,
                outerCountMax: limits.outerConnectionCountMax))
    }

    /// For connections from now on.
    func setLimits(_ limits: DaemonLimits) {
        state.withLock {
            $0.countMax = limits.connectionCountMax
            $0.outerCountMax = limits.outerConnectionCountMax
        }
    }

    var count: Int { state.withLock { $0.channels.count } }

    /// Adds a channel until it closes.
    /// - Returns: the number of connections with it; `nil` if there is no room for it.
    func add(_ channel: any Channel, by entrance: Entrance) -> Int? {
        let id = ObjectIdentifier(channel)
        let count: Int? = state.withLock {
            let count = $0.counts[entrance, default: 0]
            guard !$0.isClosed, $0.channels.count < $0.countMax,
                entrance == .main || count < $0.outerCountMax
            else { return nil }
            $0.counts[entrance] = count + 1
            $0.channels[id] = channel
            return $0.channels.count
        }
        guard let count else { return nil }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock {
                $0.counts[entrance, default: 1] -= 1
                $0.channels[id] = nil
                $0.keyIDs[id] = nil
            }
        }
        return count
    }

    /// Notes by which key a stream came in, so that it ends with the key.
    func note(_ channel: any Channel, keyID: String, until expiry: Date?) {
        let id = ObjectIdentifier(channel)
        state.withLock { if $0.channels[id] != nil { $0.keyIDs[id] = keyID } }
        guard let expiry else { return }
        let seconds = min(max(expiry.timeIntervalSinceNow, 0), Self.longestWait)
        let end = channel.eventLoop.scheduleTask(in: .milliseconds(Int64(seconds * 1000))) {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        channel.closeFuture.whenComplete { _ in end.cancel() }
    }

    /// Seconds, a hundred years: keeps the arithmetic of timers in range.
    private static let longestWait = 100.0 * 365 * 86_400

    /// Ends the streams of a key: what was read is still stored and acknowledged.
    func end(keyID: String) {
        let channels = state.withLock { state in
            state.keyIDs.filter { $0.value == keyID }.compactMap { state.channels[$0.key] }
        }
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
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
