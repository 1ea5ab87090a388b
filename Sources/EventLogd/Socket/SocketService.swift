import EventLog
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Accepts connections on the Unix socket until told to stop, then takes leave of every client: what
/// was read is made durable and acknowledged, the last answer says `final`, the connection closes.
struct SocketService: Service {
    private let listener: UnixListener
    private let shared: ConnectionContext
    private let connections: ConnectionTable
    private let group: MultiThreadedEventLoopGroup
    private let onReady: @Sendable () -> Void

    init(
        listener: UnixListener, group: MultiThreadedEventLoopGroup, daemon: Daemon,
        onReady: @escaping @Sendable () -> Void
    ) {
        self.listener = listener
        self.group = group
        self.onReady = onReady
        connections = daemon.connections
        shared = daemon.connectionContext
    }

    func run() async throws {
        let server: any Channel
        do {
            server = try await bootstrap().withBoundSocket(listener.descriptor).get()
        } catch {
            listener.unlinkOwnPath()
            throw error
        }
        onReady()
        try? await gracefulShutdown()
        await stop(server)
    }

    private func bootstrap() -> ServerBootstrap {
        ServerBootstrap(group: group)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [shared, connections] channel in
                guard let count = connections.add(channel) else {
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
                    PeerCredentials.of(channel)
                }.flatMapThrowing { peer in
                    try channel.pipeline.syncOperations.addHandler(
                        ProtocolDetector(peer: peer, shared: shared))
                }
            }
    }

    private func stop(_ server: any Channel) async {
        // Closing what may be closed already: an error says that the aim is reached.
        try? await server.close().get()
        listener.unlinkOwnPath()
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
