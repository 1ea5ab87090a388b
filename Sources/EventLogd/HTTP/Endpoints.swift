import EventLog
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import Synchronization

/// What stands behind the paths of `Route`.
final class Endpoints: Sendable {
    private let sink: any EventSink
    private let sealer: Sealer
    private let writer: Writer
    private let connections: ConnectionTable
    private let counters: DaemonCounters
    private let socketPath: String
    private let queries: QueryDesk
    private let quarantine: QuarantineDesk
    private let start = ContinuousClock.now

    init(
        sink: any EventSink, sealer: Sealer, writer: Writer, connections: ConnectionTable,
        counters: DaemonCounters, queries: QueryDesk, quarantine: QuarantineDesk,
        socketPath: String
    ) {
        self.sink = sink
        self.sealer = sealer
        self.writer = writer
        self.connections = connections
        self.counters = counters
        self.queries = queries
        self.quarantine = quarantine
        self.socketPath = socketPath
    }

    func cancelQueries() { queries.cancelAll() }

    /// Answers one request. Failures are answers as well; the future fails never.
    func answer(
        _ request: HTTPRequest, cancellation: CancellationSignal, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        let requestID = Self.makeRequestID()
        let answer: EventLoopFuture<HTTPAnswer>
        do {
            switch try Route.find(request.method, request.target.path) {
            case .health:
                answer = eventLoop.makeSucceededFuture(
                    .success(Array(#"{"status":"ok"}"#.utf8), requestID: requestID))
            case .status:
                answer = eventLoop.makeSucceededFuture(try status(requestID: requestID))
            case .seal:
                try requireAdmin(request.peer)
                answer = seal(requestID: requestID, on: eventLoop)
            case .quarantineReplay:
                try requireAdmin(request.peer)
                let wanted = try QuarantineRequest(request)
                answer = eventLoop.makeFutureWithTask { [quarantine] in
                    let report = try await quarantine.replay(wanted)
                    return .success(try Self.encode(report), requestID: requestID)
                }
            case .quarantineDrop:
                try requireAdmin(request.peer)
                let wanted = try QuarantineRequest(request)
                answer = eventLoop.makeFutureWithTask { [quarantine] in
                    let (dropped, missing) = try await quarantine.drop(wanted)
                    return .success(
                        Array(#"{"dropped":\#(dropped),"missing":\#(missing)}"#.utf8),
                        requestID: requestID)
                }
            case .query:
                answer = queries.answer(
                    request, requestID: requestID, cancellation: cancellation, on: eventLoop)
            }
        } catch {
            answer = eventLoop.makeFailedFuture(error)
        }
        return answer.flatMapErrorThrowing { error in
            .failure(Self.failure(error), requestID: requestID)
        }
    }

    /// What is wrong with a request that never became complete.
    static func refusal(_ failure: HTTPFailure) -> HTTPAnswer {
        .failure(failure, requestID: makeRequestID())
    }

    private func status(requestID: String) throws -> HTTPAnswer {
        .success(try Self.encode(daemonStatus()), requestID: requestID)
    }

    private static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    private func daemonStatus() -> DaemonStatus {
        let lines = counters.lineCounts
        let uptime = (ContinuousClock.now - start).components
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
                errorsOmitted: lines.errorsOmitted,
                bytesReceived: counters.bytesReceived.load(ordering: .relaxed),
                queueBytes: writer.queueSize,
                groups: counters.groups.load(ordering: .relaxed),
                failedGroups: counters.failedGroups.load(ordering: .relaxed)),
            queries: DaemonStatus.Queries(
                open: queries.count,
                total: counters.queries.load(ordering: .relaxed),
                failed: counters.failedQueries.load(ordering: .relaxed)),
            store: sink.status())
    }

    private func seal(
        requestID: String, on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        eventLoop.makeFutureWithTask { [sealer] in
            let count = try await sealer.sealNow()
            return .success(Array(#"{"sealed":\#(count)}"#.utf8), requestID: requestID)
        }
    }

    /// Without configuration root and the daemon's own user have all roles (section 1.3).
    private func requireAdmin(_ peer: PeerCredentials) throws(HTTPFailure) {
        guard peer.uid == 0 || peer.uid == geteuid() else {
            throw HTTPFailure(
                .forbidden, "FORBIDDEN",
                "This needs the role admin; uid \(peer.uid) has not got it.")
        }
    }

    private static func failure(_ error: any Error) -> HTTPFailure {
        switch error {
        case let failure as HTTPFailure: failure
        case let error as StoreError: .store(error)
        default:
            HTTPFailure(.internalServerError, "INTERNAL_ERROR", "The daemon failed to answer.")
        }
    }

    private static func makeRequestID() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 36)
        return "req_" + String(repeating: "0", count: 13 - digits.count) + digits
    }
}
