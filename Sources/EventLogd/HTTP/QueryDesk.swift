import Analytics
import Columns
import EventLog
import NIOCore
import NIOHTTP1
import NIOPosix
import Persons
import Synchronization

/// Runs the queries that come over HTTP, on threads of its own, within limits (A15).
final class QueryDesk: Sendable {
    private struct State {
        /// By producer: a user, or a key.
        var countOfPeer: [String: Int] = [:]
        var signals: [ObjectIdentifier: CancellationSignal] = [:]
    }

    private let runner: any QueryRunner
    private let limits: Mutex<DaemonLimits>
    private let running = Atomic<Int>(0)
    private let counters: DaemonCounters
    let log = QueryLog()
    private let threads: NIOThreadPool
    /// Figures may wait for their index, and would take the threads of all others.
    private let figureThreads = NIOThreadPool(numberOfThreads: 2)
    private let state = Mutex(State())

    init(runner: any QueryRunner, limits: DaemonLimits, counters: DaemonCounters) {
        self.runner = runner
        self.limits = Mutex(limits)
        self.counters = counters
        threads = NIOThreadPool(numberOfThreads: limits.queryThreadCount)
        threads.start()
        figureThreads.start()
    }

    /// Queries that run or wait.
    var count: Int { state.withLock { $0.signals.count } }
    /// Queries that have a thread.
    var runningCount: Int { running.load(ordering: .relaxed) }

    /// For queries from now on; the number of threads stays.
    func setLimits(_ limits: DaemonLimits) { self.limits.withLock { $0 = limits } }

    func cancelAll() {
        let signals = state.withLock { Array($0.signals.values) }
        for signal in signals { signal.cancel(.shutdown) }
    }

    func stop() async {
        cancelAll()
        // A thread pool that was started stops without error.
        try? await threads.shutdownGracefully()
        try? await figureThreads.shutdownGracefully()
    }

    func answer(
        _ request: HTTPRequest, requestID: String, cancellation: CancellationSignal,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        let query: QueryRequest
        do {
            query = try QueryRequest(request)
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
        return run(
            request, query.text, timeout: query.timeout, cancellation, on: eventLoop
        ) { () throws(QueryFailure) in
            let answer = try self.runner.run(query, cancellation: cancellation)
            return self.render(answer, query.format, requestID: requestID)
        }
    }

    /// A question about persons, within the same limits.
    func answer(
        _ question: PersonQuestion, _ request: HTTPRequest, cancellation: CancellationSignal,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        answer(request, cancellation: cancellation, on: eventLoop) { () throws(QueryFailure) in
            let answer = try self.runner.answer(question, cancellation: cancellation)
            return Self.render(answer.document, answer.damage, requestID: request.id)
        }
    }

    /// A question about figures, within the same limits.
    func answer(
        _ question: AnalyticsQuestion, _ request: HTTPRequest, cancellation: CancellationSignal,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<HTTPAnswer> {
        run(
            request, request.route.path, timeout: nil, cancellation, on: eventLoop,
            threads: figureThreads
        ) { () throws(QueryFailure) in
            let answer = try self.runner.answer(question, cancellation: cancellation)
            return Self.render(answer.document, answer.damage, requestID: request.id)
        }
    }

    /// A JSON value and what could not be read of it.
    private static func render(
        _ document: [UInt8], _ damage: [Damage], requestID: String
    ) -> HTTPAnswer {
        var http = HTTPAnswer.success(document, requestID: requestID, meta: meta(damage))
        if !damage.isEmpty { http.headers.append((name: "X-EventLog-Partial", value: "true")) }
        return http
    }

    /// Any other question that reads as a query does, within the same limits.
    func answer(
        _ request: HTTPRequest, cancellation: CancellationSignal, on eventLoop: any EventLoop,
        _ work: @escaping @Sendable () throws(QueryFailure) -> HTTPAnswer
    ) -> EventLoopFuture<HTTPAnswer> {
        run(request, request.route.path, timeout: nil, cancellation, on: eventLoop, work)
    }

    /// Runs `work` on a thread of the queries, as one of them.
    private func run(
        _ request: HTTPRequest, _ text: String, timeout: Duration?,
        _ cancellation: CancellationSignal, on eventLoop: any EventLoop,
        threads: NIOThreadPool? = nil,
        _ work: @escaping @Sendable () throws(QueryFailure) -> HTTPAnswer
    ) -> EventLoopFuture<HTTPAnswer> {
        let limits = limits.withLock { $0 }
        do {
            try enter(cancellation, request.access.producer, limits)
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
        counters.queries.add(1, ordering: .relaxed)
        log.begin(ObjectIdentifier(cancellation), text)
        let allowed =
            timeout.map { min(TimeAmount($0), limits.queryDeadline) }
            ?? limits.queryDeadline
        let deadline = eventLoop.scheduleTask(in: allowed) {
            cancellation.cancel(.deadline)
        }
        let start = ContinuousClock.now
        let result = (threads ?? self.threads).runIfActive(eventLoop: eventLoop) {
            self.running.add(1, ordering: .relaxed)
            defer { self.running.subtract(1, ordering: .relaxed) }
            do throws(QueryFailure) {
                // Whoever hung up while waiting for a thread is not kept waiting for.
                if cancellation.reason != nil {
                    throw QueryFailure(kind: .cancelled, message: "The query was cancelled.")
                }
                return try work()
            } catch {
                throw HTTPFailure(error, cancellation.reason, allowed: allowed)
            }
        }
        result.whenComplete { result in
            deadline.cancel()
            self.counters.queryDuration.observe(ContinuousClock.now - start)
            if case .failure = result { self.counters.failedQueries.add(1, ordering: .relaxed) }
            self.log.end(ObjectIdentifier(cancellation), at: ReceiveClock.systemTime())
            self.leave(cancellation, request.access.producer)
        }
        return result
    }

    /// Names, columns and units of all tables. Not on the queries' threads, which may all be busy.
    func tables(requestID: String, on eventLoop: any EventLoop) -> EventLoopFuture<HTTPAnswer> {
        NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { [runner] in
            struct List: Encodable { var tables: [TableDescription] }
            let list: List
            do throws(QueryFailure) {
                list = List(tables: try runner.tables())
            } catch {
                throw HTTPFailure(error)
            }
            return .success(try Endpoints.encode(list), requestID: requestID)
        }
    }

    private func enter(
        _ signal: CancellationSignal, _ peer: String, _ limits: DaemonLimits
    ) throws(HTTPFailure) {
        let (count, countOfPeer) = state.withLock { state in
            let counts = (state.signals.count, state.countOfPeer[peer, default: 0])
            if counts.0 < limits.queryCountMax, counts.1 < limits.queriesPerPeerMax {
                state.signals[ObjectIdentifier(signal)] = signal
                state.countOfPeer[peer, default: 0] += 1
            }
            return counts
        }
        if countOfPeer >= limits.queriesPerPeerMax {
            throw HTTPFailure(
                .tooManyRequests, "RATE_LIMITED",
                "This user has \(countOfPeer) queries running; try again when one is done.")
        }
        if count >= limits.queryCountMax {
            throw HTTPFailure(
                .serviceUnavailable, "SERVICE_UNAVAILABLE",
                "\(count) queries are running; try again later.", reason: "busy")
        }
    }

    private func leave(_ signal: CancellationSignal, _ peer: String) {
        state.withLock { state in
            state.signals[ObjectIdentifier(signal)] = nil
            let count = state.countOfPeer[peer, default: 1] - 1
            state.countOfPeer[peer] = count == 0 ? nil : count
        }
    }

    private func render(
        _ answer: QueryAnswer, _ format: QueryFormat, requestID: String
    ) -> HTTPAnswer {
        let isPartial = !answer.damage.isEmpty
        var http: HTTPAnswer
        switch format {
        case .json:
            http = .success(answer.body, requestID: requestID, meta: Self.meta(answer))
        case .ndjson, .csv, .tsv, .markdown, .table, .vertical, .chart:
            http = HTTPAnswer(status: .ok, body: answer.body)
        }
        http.contentType = format.contentType
        http.headers.append((name: "X-EventLog-Rows", value: String(answer.rowCount)))
        for notice in answer.notices {
            http.headers.append((name: "X-EventLog-Notice", value: notice))
        }
        if isPartial { http.headers.append((name: "X-EventLog-Partial", value: "true")) }
        return http
    }

    private static func meta(_ answer: QueryAnswer) -> [UInt8] {
        var text = JSONText()
        text.raw(",\"rows\":")
        text.number(answer.rowCount)
        text.raw(",\"rowsScanned\":")
        text.number(answer.counts.rowsScanned)
        text.raw(",\"bytesRead\":")
        text.number(answer.counts.bytesRead)
        if !answer.notices.isEmpty {
            text.raw(",\"notices\":[")
            for (position, notice) in answer.notices.enumerated() {
                if position > 0 { text.raw(",") }
                text.string(notice)
            }
            text.raw("]")
        }
        return text.bytes + meta(answer.damage)
    }

    static func meta(_ damage: [Damage]) -> [UInt8] {
        var text = JSONText()
        text.raw(",\"partial\":")
        text.bool(!damage.isEmpty)
        if !damage.isEmpty {
            text.raw(",\"damage\":[")
            for (position, one) in damage.enumerated() {
                if position > 0 { text.raw(",") }
                text.append(one)
            }
            text.raw("]")
        }
        return text.bytes
    }
}

extension JSONText {
    fileprivate mutating func append(_ damage: Damage) {
        raw("{\"file\":")
        string(damage.file)
        if let range = damage.byteRange {
            raw(",\"byteRange\":[")
            number(range.lowerBound)
            raw(",")
            number(range.upperBound)
            raw("]")
        }
        if let range = damage.timeRange {
            raw(",\"timeRangeMicroseconds\":[")
            number(range.lowerBound)
            raw(",")
            number(range.upperBound)
            raw("]")
        }
        if let count = damage.rowCount {
            raw(",\"rows\":")
            number(count)
        }
        raw(",\"message\":")
        string(damage.message)
        raw("}")
    }
}
