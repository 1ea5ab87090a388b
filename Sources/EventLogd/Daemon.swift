package import Analytics
import EventLog
import Glibc
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The daemon put together: everything between the store below and the socket above.
///
/// ```
/// socket ─ ProtocolDetector ┬ StreamHandler ─ LineDecoder ─ StreamSession ─ Writer ─ EventSink
///                           └ HTTPHandler ─ Endpoints ┬ QueryDesk ─ QueryRunner
///                                                     ├ EventsDesk, EventUpload ─ Writer ─ EventSink
///                                                     ├ TailDesk ─ TailReader ─ EventFeed
///                                                     └ ExportDesk ─ Exporter ─ ExportRunner
/// ```
package struct Daemon: Sendable {
    let connections: ConnectionTable
    let connectionContext: ConnectionContext
    package let gatekeeper: Gatekeeper
    private let sink: any EventSink
    private let writer: Writer
    private let sealer: Sealer
    private let compactor: Compactor
    private let snapshotter: Snapshotter
    private let eraser: Eraser
    private let archiver: Archiver?
    private let queries: QueryDesk
    private let figures: LiveFigures?
    private let tails: TailDesk
    package let exporter: Exporter?
    private let limits: DaemonLimits
    private let logger: Logger

    /// Logs nothing.
    package static var silentLogger: Logger {
        Logger(label: "eventlogd") { _ in SwiftLogNoOpLogHandler() }
    }

    package init(
        sink: any EventSink, decoders: any LineDecoderFactory, queries runner: any QueryRunner,
        figures: LiveFigures? = nil,
        socketPath: String, limits: DaemonLimits = DaemonLimits(), gatekeeper: Gatekeeper? = nil,
        exporter: Exporter? = nil, feed: (any EventFeed)? = nil,
        explorer: (any EventExplorer)? = nil, archiving: ArchiveCommand? = nil,
        clock: ReceiveClock = ReceiveClock(),
        logger: Logger = Daemon.silentLogger
    ) {
        let gatekeeper =
            gatekeeper
            ?? Gatekeeper(
                policy: AccessPolicy(ownUID: geteuid()),
                keys: KeyKeeper(file: nil, logger: logger))
        self.gatekeeper = gatekeeper
        let counters = DaemonCounters(logger: logger)
        let tails = TailDesk(feed: feed, limits: limits)
        let sealer = Sealer(sink: sink, limits: limits, logger: logger) {
            // What was only buffered is durable now.
            tails.bell.ring()
        }
        let writer = Writer(sink: sink, limits: limits, counters: counters) {
            sealer.sealIfDue()
            tails.bell.ring()
        }
        let compactor = Compactor(sink: sink, logger: logger)
        let snapshotter = Snapshotter(sink: sink, logger: logger)
        let eraser = Eraser(sink: sink, exporter: exporter, logger: logger)
        let connections = ConnectionTable(limits: limits)
        let queries = QueryDesk(runner: runner, limits: limits, counters: counters)
        self.sink = sink
        self.writer = writer
        self.sealer = sealer
        self.compactor = compactor
        self.snapshotter = snapshotter
        self.eraser = eraser
        archiver = archiving.map {
            Archiver(sink: sink, command: $0, limits: limits, logger: logger)
        }
        self.queries = queries
        self.figures = figures
        self.tails = tails
        self.exporter = exporter
        self.connections = connections
        self.limits = limits
        self.logger = logger
        let idempotency = IdempotencyDesk(sink: sink, limits: limits)
        let events = EventsDesk(
            writer: writer, decoders: decoders, clock: clock, counters: counters, limits: limits)
        connectionContext = ConnectionContext(
            limits: limits, clock: clock, decoders: decoders, writer: writer, counters: counters,
            endpoints: Endpoints(
                sink: sink, sealer: sealer, compactor: compactor,
                snapshotter: snapshotter, writer: writer, connections: connections,
                counters: counters, queries: queries, events: events, idempotency: idempotency,
                quarantine: QuarantineDesk(
                    sink: sink, writer: writer, decoders: decoders, clock: clock),
                content: ContentDesk(sink: sink, writer: writer, clock: clock),
                identity: IdentityDesk(
                    sink: sink, writer: writer, decoders: decoders, clock: clock),
                exports: ExportDesk(exporter: exporter, writer: writer),
                erasures: ErasureDesk(sink: sink, eraser: eraser),
                analytics: AnalyticsDesk(queries: queries, clock: clock),
                tails: tails, explorer: ExploreDesk(queries: queries, explorer: explorer),
                keys: KeyEndpoints(
                    keys: gatekeeper.keys, connections: connections, logger: logger),
                metrics: DaemonMetrics(
                    sink: sink, counters: counters, writer: writer, connections: connections,
                    queries: queries, exporter: exporter, tails: tails, figures: figures,
                    limits: limits,
                    clock: clock),
                socketPath: socketPath),
            idempotency: idempotency, bodyMemory: BodyMemory(sizeMax: limits.bodyMemoryMax),
            gatekeeper: gatekeeper, connections: connections, logger: logger)
    }

    /// Takes over those limits that can change while the daemon runs: of connections to come and of
    /// queries to come.
    package func setLimits(_ limits: DaemonLimits) {
        connections.setLimits(limits)
        queries.setLimits(limits)
    }

    /// The services, each after those it needs: to be started in order and stopped in reverse.
    func services(
        listeners: [Listener], group: MultiThreadedEventLoopGroup,
        onReady: @escaping @Sendable () -> Void
    ) -> [any Service] {
        let exports = exporter.map { [ExportService(exporter: $0, limits: limits)] } ?? []
        let archives = archiver.map { [ArchiveService(archiver: $0)] } ?? []
        let first: [any Service] = [
            StoreService(sink: sink, logger: logger),
            WriterService(writer: writer),
            SealService(sealer: sealer, limits: limits),
            CompactService(compactor: compactor, limits: limits),
            SnapshotService(snapshotter: snapshotter),
            EraseService(eraser: eraser, limits: limits),
            IndexService(sink: sink),
            QueryService(queries: queries),
            TailService(tails: tails),
        ]
        let kept =
            figures.map {
                [
                    FigureService(
                        figures: $0,
                        interval: .nanoseconds(limits.figureInterval.nanoseconds), logger: logger)
                ]
            } ?? []
        return first + kept + archives + exports + [
            KeyService(keys: gatekeeper.keys),
            SocketService(listeners: listeners, group: group, daemon: self, onReady: onReady),
        ]
    }
}
