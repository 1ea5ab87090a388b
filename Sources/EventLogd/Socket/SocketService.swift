import EventLog
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Accepts connections on all sockets until told to stop, then takes leave of every client:
/// what was read is made durable and acknowledged, the last answer says `final`, the connection
/// closes.
struct SocketService: Service {
    private let listeners: [Listener]
    private let shared: ConnectionContext
    private let connections: ConnectionTable
    private let group: MultiThreadedEventLoopGroup
    private let onReady: @Sendable () -> Void

    init(
        listeners: [Listener], group: MultiThreadedEventLoopGroup, daemon: Daemon,
        onReady: @escaping @Sendable () -> Void
    ) {
        self.listeners = listeners
        self.group = group
        self.onReady = onReady
        connections = daemon.connections
        shared = daemon.connectionContext
    }

    func run() async throws {
        var servers: [any Channel] = []
        do {
            for listener in listeners {
                servers.append(
                    try await bootstrap(listener.entrance).withBoundSocket(listener.descriptor)
                        .get())
            }
        } catch {
            for listener in listeners { listener.removeFile() }
            throw error
        }
        onReady()
        try? await gracefulShutdown()
        await stop(servers)
    }

    private func bootstrap(_ entrance: Entrance) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [shared, connections] channel in
                guard let count = connections.add(channel, by: entrance) else {
                    shared.counters.connectionsRefused.add(1, ordering: .relaxed)
                    return channel.pipeline.addHandler(TurnAwayHandler())
                }
                shared.counters.connectionsAccepted.add(1, ordering: .relaxed)
                let limits = shared.limits
                let bufferSizeMax = min(
                    limits.receiveBufferSizeMax, max(4_096, limits.receiveMemoryMax / count))
                let buffers = AdaptiveRecvByteBufferAllocator(
                    minimum: 1_024, initial: 4_096, maximum: bufferSizeMax)
                return channel.setOption(.recvAllocator, value: buffers).flatMap {
                    Self.caller(channel, entrance)
                }.flatMapThrowing { caller in
                    try channel.pipeline.syncOperations.addHandler(
                        ProtocolDetector(caller: caller, shared: shared))
                }
            }
    }

    private static func caller(
        _ channel: any Channel, _ entrance: Entrance
    ) -> EventLoopFuture<Caller> {
        switch entrance {
        case .main, .ingest: PeerCredentials.of(channel).map { Caller(entrance, $0) }
        case .tcp: channel.eventLoop.makeSucceededFuture(Caller(.tcp, .unknown))
        }
    }

    private func stop(_ servers: [any Channel]) async {
        for server in servers {
            // Closing what may be closed already: an error says that the aim is reached.
            try? await server.close().get()
        }
        for listener in listeners { listener.removeFile() }
        let channels = connections.close()
        shared.logger.info("saying goodbye", metadata: ["connections": "\(channels.count)"])
        shared.endpoints.cancelQueries()
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            channel.eventLoop.scheduleTask(in: shared.limits.shutdownGrace) {
                channel.close(promise: nil)
            }
        }
        let closed = EventLoopFuture.andAllComplete(
            channels.map(\.closeFuture), on: group.next())
        try? await closed.get()
    }
}
