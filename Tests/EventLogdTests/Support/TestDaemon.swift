import Analytics
import Columns
import EventLog
import EventLogd
import Glibc
import Persons
import TestSupport
import Testing

/// A daemon on a socket in a directory of its own.
struct TestDaemon: Sendable {
    let path: String
    private let process: DaemonProcess

    func client() throws -> StreamClient { try StreamClient(path: path) }
    func stop() async { await process.stop() }

    /// Serves while `body` runs; then stops in order and removes the directory.
    static func run(
        sink: any EventSink, decoders: any LineDecoderFactory = TextDecoder.Factory(),
        limits: DaemonLimits = DaemonLimits(),
        queries: any QueryRunner = FakeQueries { _, _ in
            QueryAnswer(body: Array("[]".utf8), rowCount: 0, counts: ScanObserver().counts)
        },
        exporter: Exporter? = nil, feed: (any EventFeed)? = nil,
        _ body: (TestDaemon) async throws -> Void
    ) async throws {
        ProcessSetup.ignoreDeadlySignals()
        ProcessSetup.raiseFileLimit()
        let directory = try TemporaryDirectory()
        let path = directory.path + "/s"
        let listener = try UnixListener(path: path, backlog: 1_024)
        let daemon = Daemon(
            sink: sink, decoders: decoders, queries: queries, socketPath: path,
            limits: limits, exporter: exporter, feed: feed)
        let (ready, signal) = AsyncStream.makeStream(of: Void.self)
        let process = DaemonProcess(daemon, listener: listener, threadCount: 2, signals: .none) {
            signal.finish()
        }
        let serving = Task { try await process.run() }
        for await _ in ready {}
        do {
            try await TestThread.run { try await body(TestDaemon(path: path, process: process)) }
        } catch {
            await process.stop()
            try await serving.value
            throw error
        }
        await process.stop()
        try await serving.value
        #expect(access(path, F_OK) != 0, "the socket is removed at the end")
    }
}

struct FakeQueries: QueryRunner {
    let answer: @Sendable (QueryRequest, CancellationSignal) throws(QueryFailure) -> QueryAnswer

    init(
        _ answer:
            @escaping @Sendable (QueryRequest, CancellationSignal) throws(QueryFailure) ->
            QueryAnswer
    ) {
        self.answer = answer
    }

    func run(
        _ request: QueryRequest, cancellation: CancellationSignal
    ) throws(QueryFailure) -> QueryAnswer {
        try answer(request, cancellation)
    }

    func answer(
        _ question: PersonQuestion, cancellation: CancellationSignal
    ) throws(QueryFailure) -> PersonAnswer {
        throw QueryFailure(kind: .unknown, message: "There is nobody here.")
    }

    func answer(
        _ question: AnalyticsQuestion, cancellation: CancellationSignal
    ) throws(QueryFailure) -> AnalyticsAnswer {
        throw QueryFailure(kind: .unknown, message: "Nothing happened here.")
    }

    func tables() throws(QueryFailure) -> [TableDescription] { [] }
}
