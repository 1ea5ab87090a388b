package import Logging
import NIOCore
package import NIOPosix
package import ServiceLifecycle
import UnixSignals

/// A daemon that serves: its threads and its services from start to end.
package struct DaemonProcess: Sendable {
    package enum SignalHandling: Sendable {
        /// SIGTERM and SIGINT stop the daemon in order.
        case stopInOrder
        case none
    }

    private let group: ServiceGroup
    private let eventLoops: MultiThreadedEventLoopGroup

    /// A daemon with one socket.
    package init(
        _ daemon: Daemon, listener: UnixListener, threadCount: Int, signals: SignalHandling,
        logger: Logger = Daemon.silentLogger, onReady: @escaping @Sendable () -> Void
    ) {
        self.init(
            daemon, listeners: [Listener(.main, listener)], threadCount: threadCount,
            signals: signals, logger: logger, onReady: onReady)
    }

    /// - Parameters:
    ///   - more: services that end first of all when the daemon stops.
    ///   - onReady: called once clients can connect.
    package init(
        _ daemon: Daemon, listeners: [Listener], threadCount: Int, signals: SignalHandling,
        more: @Sendable (MultiThreadedEventLoopGroup) -> [any Service] = { _ in [] },
        logger: Logger = Daemon.silentLogger, onReady: @escaping @Sendable () -> Void
    ) {
        eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: threadCount)
        let stopSignals: [UnixSignal] =
            switch signals {
            case .stopInOrder: [.sigterm, .sigint]
            case .none: []
            }
        group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: (daemon.services(
                    listeners: listeners, group: eventLoops, onReady: onReady)
                    + more(eventLoops))
                    .map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
                gracefulShutdownSignals: stopSignals, logger: logger))
    }

    /// Serves until stopped. When it returns, everything accepted is durable and the store is
    /// closed.
    package func run() async throws {
        do {
            try await group.run()
        } catch {
            try? await eventLoops.shutdownGracefully()
            throw error
        }
        try await eventLoops.shutdownGracefully()
    }

    package func stop() async {
        await group.triggerGracefulShutdown()
    }
}
