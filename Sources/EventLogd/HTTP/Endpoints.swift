import EventLog
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// What stands behind the paths of `Route`.
final class Endpoints: Sendable {
    private let sink: any EventSink
    private let sealer: Sealer
    private let compactor: Compactor
    private let snapshotter: Snapshotter
    private let writer: Writer
    private let connections: ConnectionTable
    private let counters: DaemonCounters
    private let socketPath: String
    private let queries: QueryDesk
    private let events: EventsDesk
    private let idempotency: IdempotencyDesk
    private let keys: KeyEndpoints
    private let metrics: DaemonMetrics
    private let quarantine: QuarantineDesk
    private let content: ContentDesk
    private let identity: IdentityDesk
    private let exports: ExportDesk
    private let erasures: ErasureDesk
    private let analytics: AnalyticsDesk
    private let tails: TailDesk
    private let explorer: ExploreDesk
    private let start = ContinuousClock.now

    init(
        sink: any EventSink, sealer: Sealer, compactor: Compactor,
        snapshotter: Snapshotter, writer: Writer,
        connections: ConnectionTable, counters: DaemonCounters, queries: QueryDesk,
        events: EventsDesk,
        idempotency: IdempotencyDesk, quarantine: QuarantineDesk, content: ContentDesk,
        identity: IdentityDesk, exports: ExportDesk, erasures: ErasureDesk,
        analytics: AnalyticsDesk, tails: TailDesk, explorer: ExploreDesk, keys: KeyEndpoints,
        metrics: DaemonMetrics,
        socketPath: String
    ) {
        self.keys = keys
        self.metrics = metrics
        self.sink = sink
        self.sealer = sealer
        self.compactor = compactor
        self.snapshotter = snapshotter
        self.writer = writer
        self.connections = connections
        self.counters = counters
        self.queries = queries
        self.events = events
        self.idempotency = idempotency
        self.quarantine = quarantine
        self.content = content
        self.identity = identity
        self.exports = exports
        self.erasures = erasures
        self.analytics = analytics
        self.tails = tails
        self.explorer = explorer
        self.socketPath = socketPath
    }

    func cancelQueries() { queries.cancelAll() }

    /// Answers one request; one with a key only if it has not been answered before.
    func answer(
        _ request: HTTPRequest, key: RequestKey?, cancellation: CancellationSignal,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        guard let key else {
            return run(request, nil, cancellation, on: eventLoop)
        }
        do {
            let fingerprint = BodyFingerprint.of(request)
            let kept = try idempotency.begin(key)
            let answer: EventLoopFuture<HTTPAnswer>
            if let kept {
                // What a start has found must not be given before it is known to be safe.
                answer = writer.confirm(for: request.producer, request.peer, on: eventLoop)
                    .flatMapThrowing { try IdempotencyDesk.replay(kept, fingerprint: fingerprint) }
            } else {
                answer = run(
                    request, KeepAnswer(key: key, fingerprint: fingerprint), cancellation,
                    on: eventLoop)
            }
            answer.whenComplete { [idempotency] _ in idempotency.end(key) }
            return answer
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
    }

    private func run(
        _ request: HTTPRequest, _ keep: KeepAnswer?, _ cancellation: CancellationSignal,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        if request.method == .OPTIONS {
            return eventLoop.makeSucceededFuture(.methods(of: request.route))
        }
        return switch request.route {
        case .events, .eventBatch, .resolveIdentity, .clearIdentity:
            events.answer(request, keep: keep, on: eventLoop)
        case .health:
            eventLoop.makeSucceededFuture(
                .success(Array(#"{"status":"ok"}"#.utf8), requestID: request.id))
        case .status:
            eventLoop.makeCompletedFuture { try self.status(requestID: request.id) }
        case .seal:
            seal(request, keep, on: eventLoop)
        case .publishIdentity:
            sealer.publishNow(on: eventLoop).flatMapThrowing {
                .success(try Self.encode($0), requestID: request.id)
            }
        case .quarantineReplay:
            eventLoop.makeFutureWithTask { [quarantine] in
                let report = try await quarantine.replay(try QuarantineRequest(request))
                return .success(try Self.encode(report), requestID: request.id)
            }
        case .quarantineDrop:
            eventLoop.makeFutureWithTask { [quarantine] in
                let (dropped, missing) = try await quarantine.drop(try QuarantineRequest(request))
                return .success(
                    Array(#"{"dropped":\#(dropped),"missing":\#(missing)}"#.utf8),
                    requestID: request.id)
            }
        case .content:
            content.answer(request, on: eventLoop)
        case .aliasUsers, .unaliasUsers, .unlinkDevice:
            identity.answer(request, on: eventLoop)
        case .squashPersons:
            NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { [sink] in
                let report = try sink.squash(isDryRun: request.target.isDryRun)
                return .success(try Self.encode(report), requestID: request.id)
            }
        case .compact:
            compact(request, on: eventLoop)
        case .expire:
            expire(request, on: eventLoop)
        case .snapshot:
            snapshotter.answer(request, on: eventLoop)
        case .metrics:
            eventLoop.makeSucceededFuture(metrics.answer())
        case .keys, .key:
            keys.answer(request, requestID: request.id, on: eventLoop)
        case .query:
            queries.answer(
                request, requestID: request.id, cancellation: cancellation, on: eventLoop)
        case .person, .explainIdentity, .identityDoctor:
            PersonDesk(queries: queries).answer(request, cancellation: cancellation, on: eventLoop)
        case .exports, .export, .cancelExport, .exportFile, .userExport:
            exports.answer(request, keep, on: eventLoop)
        case .user, .userTraces, .erasure:
            erasures.answer(request, on: eventLoop)
        case .overview, .contentFigures, .contentList, .engagement, .quality, .retention,
            .realtime, .metric, .metricSeries, .contentSignals, .userSignals:
            analytics.answer(request, cancellation: cancellation, on: eventLoop)
        case .tailEvents:
            tails.answer(request, cancellation: cancellation, on: eventLoop)
        case .exploreEvents:
            explorer.answer(request, cancellation: cancellation, on: eventLoop)
        case .openAPI:
            OpenAPIDesk.answer(request, on: eventLoop)
        case .page, .pageFile:
            eventLoop.makeCompletedFuture { try PageDesk.answer(request) }
        case .tables:
            queries.tables(requestID: request.id, on: eventLoop)
        }
    }

    private func compact(
        _ request: HTTPRequest, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        let isForced = request.target.isNow
        if request.target.isDryRun {
            return NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { [sink] in
                let plan = sink.compactionPlan(isForced: isForced)
                return .success(try Self.encode(plan), requestID: request.id)
            }
        }
        return compactor.compactNow(isForced: isForced, on: eventLoop).flatMapThrowing {
            .success(try Self.encode($0), requestID: request.id)
        }
    }

    private func expire(
        _ request: HTTPRequest, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        let trustsClock = request.target.trustsClock
        if request.target.isDryRun {
            return NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { [sink] in
                let plan = sink.expirationPlan(trustsClock: trustsClock)
                return .success(try Self.encode(plan), requestID: request.id)
            }
        }
        return compactor.expireNow(trustsClock: trustsClock, on: eventLoop).flatMapThrowing {
            .success(try Self.encode($0), requestID: request.id)
        }
    }

    private func status(requestID: String) throws -> HTTPAnswer {
        .success(try Self.encode(daemonStatus()), requestID: requestID)
    }

    static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    private func daemonStatus() -> DaemonStatus {
        let store = sink.status()
        let lines = counters.lineCounts
        let uptime = (ContinuousClock.now - start).components
        let counts = counters.warningCounts
        let warnings = Dictionary(
            uniqueKeysWithValues: IngestWarning.allCases.filter { counts[$0] > 0 }
                .map { ($0.label, counts[$0]) })
        return DaemonStatus(
            version: Version.current,
            pid: getpid(),
            uptimeSeconds: Double(uptime.seconds) + Double(uptime.attoseconds) * 1e-18,
            socket: socketPath,
            connections: DaemonStatus.Connections(
                open: connections.count,
                accepted: counters.connectionsAccepted.load(ordering: .relaxed),
                refused: counters.connectionsRefused.load(ordering: .relaxed)),
            ingest: DaemonStatus.Ingest(
                lines: lines.lines, stored: lines.stored, duplicates: lines.duplicates,
                failed: lines.failed, adjusted: lines.adjusted, controls: lines.controls,
                errorsOmitted: lines.errorsOmitted, warnings: warnings,
                bytesReceived: counters.bytesReceived.load(ordering: .relaxed),
                queueBytes: writer.queueSize,
                newestAt: writer.newestAt,
                groups: counters.groups.load(ordering: .relaxed),
                failedGroups: counters.failedGroups.load(ordering: .relaxed),
                refusedByCode: Dictionary(
                    uniqueKeysWithValues: counters.refusals.snapshot.map {
                        ($0.values[0], $0.count)
                    })),
            queries: DaemonStatus.Queries(
                open: queries.count,
                total: counters.queries.load(ordering: .relaxed),
                failed: counters.failedQueries.load(ordering: .relaxed),
                running: queries.log.running.map {
                    DaemonStatus.Timed(text: $0.text, seconds: $0.age / .seconds(1))
                },
                slowest: queries.log.slowest(at: ReceiveClock.systemTime()).map {
                    DaemonStatus.Timed(
                        text: $0.text, seconds: $0.duration / .seconds(1), endedAt: $0.time)
                }),
            tails: tails.count,
            availableBytes: Self.availableSize(at: store.store),
            store: store)
    }

    /// Bytes that are left for the daemon where a directory is.
    private static func availableSize(at path: String) -> Int? {
        var information = statvfs()
        guard statvfs(path, &information) == 0 else { return nil }
        return Int(clamping: UInt64(information.f_bavail) * UInt64(information.f_frsize))
    }

    private func seal(
        _ request: HTTPRequest, _ keep: KeepAnswer?, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        let answer = sealer.sealNow(on: eventLoop).map { count in
            HTTPAnswer.success(Array(#"{"sealed":\#(count)}"#.utf8), requestID: request.id)
        }
        guard let keep else { return answer }
        let nothing = EventBatch(producer: request.producer, peer: request.peer, receivedAt: 0)
        return answer.flatMap { [writer] in keep($0, nothing, writer, on: eventLoop) }
    }

    static func failure(_ error: any Error) -> HTTPFailure {
        switch error {
        case let failure as HTTPFailure: failure
        case let refusal as AccessRefusal: HTTPFailure(refusal)
        case let error as StoreError: .store(error)
        case let error as SnapshotError: HTTPFailure(error)
        default:
            HTTPFailure(.internalServerError, "INTERNAL_ERROR", "The daemon failed to answer.")
        }
    }
}
