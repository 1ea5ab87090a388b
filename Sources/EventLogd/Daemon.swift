import EventLog
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The daemon put together: everything between the store below and the socket above.
///
/// ```
/// socket ─ ProtocolDetector ┬ StreamHandler ─ LineDecoder ─ StreamSession ─ Writer ─ EventSink
///                           └ HTTPHandler ─ Endpoints ─ QueryDesk ─ QueryRunner
/// ```
package struct Daemon: Sendable {
    let connections: ConnectionTable
    let connectionContext: ConnectionContext
    private let sink: any EventSink
    private let writer: Writer
    private let sealer: Sealer
    private let queries: QueryDesk
    private let limits: DaemonLimits
    private let logger: Logger

    /// Logs nothing.
    package static var silentLogger: Logger {
        Logger(label: "eventlogd") { _ in SwiftLogNoOpLogHandler() }
    }

    package init(
        sink: any EventSink, decoders: any LineDecoderFactory, queries runner: any QueryRunner,
        socketPath: String, limits: DaemonLimits = DaemonLimits(),
        clock: ReceiveClock = ReceiveClock(), logger: Logger = Daemon.silentLogger
    ) {
        let counters = DaemonCounters(logger: logger)
        let sealer = Sealer(sink: sink, limits: limits, logger: logger)
        let writer = Writer(sink: sink, limits: limits, counters: counters) {
            sealer.sealIfDue()
        }
        let connections = ConnectionTable(countMax: limits.connectionCountMax)
        let queries = QueryDesk(runner: runner, limits: limits, counters: counters)
        self.sink = sink
        self.writer = writer
        self.sealer = sealer
        self.queries = queries
        self.connections = connections
        self.limits = limits
        self.logger = logger
        connectionContext = ConnectionContext(
            limits: limits, clock: clock, decoders: decoders, writer: writer, counters: counters,
            endpoints: Endpoints(
                sink: sink, sealer: sealer, writer: writer, connections: connections,
                counters: counters, queries: queries,
                quarantine: QuarantineDesk(
                    sink: sink, writer: writer, decoders: decoders, clock: clock),
                socketPath: socketPath),
            logger: logger)
    }

    /// The services, each after those it needs: to be started in order and stopped in reverse.
    func services(
        listener: UnixListener, group: MultiThreadedEventLoopGroup,
        onReady: @escaping @Sendable () -> Void
    ) -> [any Service] {
        [
            StoreService(sink: sink, logger: logger),
            WriterService(writer: writer),
            SealService(sealer: sealer, limits: limits),
            IndexService(sink: sink),
            QueryService(queries: queries),
            SocketService(listener: listener, group: group, daemon: self, onReady: onReady),
        ]
    }
}
