import Columns
import EventLog
import EventLogd
import Glibc
import NIOCore
import Synchronization
import Testing

/// HTTP/1.1 over the same socket.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct HTTPTests {
    struct Answer {
        var status: Int
        var headers: [String: String]
        var body: String
    }

    /// Reads one answer with a Content-Length.
    private func readAnswer(_ client: StreamClient, hasBody: Bool = true) throws -> Answer {
        let start = try #require(try client.readLine())
        let status = try #require(Int(start.split(separator: " ")[1]))
        var headers: [String: String] = [:]
        while let line = try client.readLine(), line != "\r" {
            let halves = line.dropLast().split(separator: ":", maxSplits: 1)
            headers[halves[0].lowercased()] = String(halves[1].drop { $0 == " " })
        }
        let count = try #require(headers["content-length"].flatMap { Int($0) })
        let body = hasBody ? try client.read(count: count) : ""
        return Answer(status: status, headers: headers, body: body)
    }

    private func post(_ path: String, _ body: String, headers: [String] = []) -> String {
        let lines = ["POST \(path) HTTP/1.1", "Host: x", "Content-Length: \(body.utf8.count)"]
        return (lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    /// Answers with what was asked.
    private let echo = FakeQueries { request, _ in
        let parameters = request.parameters.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }.joined(separator: ";")
        let text = "\"\(request.format.rawValue)|\(request.text)|\(parameters)\""
        return QueryAnswer(body: Array(text.utf8), rowCount: 1, counts: ScanObserver().counts)
    }

    @Test("a query comes as text, as JSON or in the path, and its format by Accept or by name")
    func queryForms() async throws {
        try await TestDaemon.run(sink: FakeSink(), queries: echo) { daemon in
            let client = try daemon.client()
            try client.send(post("/v1/query", "FROM events"))
            let text = try readAnswer(client)
            #expect(text.status == 200)
            #expect(text.headers["content-type"] == "application/json")
            #expect(text.body.hasPrefix(#"{"data":"json|FROM events|","meta":{"requestId":"req_"#))
            #expect(text.body.contains(#""rows":1,"#) && text.body.contains(#""partial":false}}"#))

            let json =
                #"{"query":"q","parameters":{"a":1,"b":1.5,"c":"x","d":true,"e":null},"#
                + #""format":"csv"}"#
            try client.send(post("/v1/query", json))
            let asJSON = try readAnswer(client)
            #expect(
                asJSON.body
                    == #""csv|q|a=int64(1);b=double(1.5);c=string("x");d=bool(true);e=null""#)
            #expect(asJSON.headers["content-type"] == "text/csv; charset=utf-8")

            try client.send(
                "GET /v1/query?q=a+%7C%3E%20b&format=tsv HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try readAnswer(client).body == #""tsv|a |> b|""#)

            try client.send(
                post("/v1/query", "q", headers: ["Accept: image/png, text/markdown;q=0.5"]))
            #expect(try readAnswer(client).body == #""markdown|q|""#)
        }
    }

    @Test("an answer from damaged files is marked partial in header and body")
    func partial() async throws {
        let damaged = FakeQueries { _, _ in
            QueryAnswer(
                body: Array("[]".utf8), rowCount: 0,
                damage: [Damage(file: "a.parquet", byteRange: 4..<8, message: "checksum")],
                counts: ScanObserver().counts)
        }
        try await TestDaemon.run(sink: FakeSink(), queries: damaged) { daemon in
            let client = try daemon.client()
            try client.send(post("/v1/query", "q"))
            let answer = try readAnswer(client)
            #expect(answer.headers["x-eventlog-partial"] == "true")
            #expect(
                answer.body.contains(
                    #""partial":true,"damage":[{"file":"a.parquet","byteRange":[4,8],"#
                        + #""message":"checksum"}]"#))
        }
    }

    @Test("a wrong query is answered with its place and a caret")
    func queryError() async throws {
        let wrong = FakeQueries { _, _ throws(QueryFailure) in
            throw QueryFailure(
                kind: .invalid, message: "No table nosuch.", line: 1, column: 6,
                caret: "FROM nosuch\n     ^")
        }
        try await TestDaemon.run(sink: FakeSink(), queries: wrong) { daemon in
            let client = try daemon.client()
            try client.send(post("/v1/query", "FROM nosuch"))
            let answer = try readAnswer(client)
            #expect(answer.status == 400)
            #expect(
                answer.body.hasPrefix(
                    #"{"error":{"code":"INVALID_REQUEST","message":"No table nosuch.","#
                        + #""details":[],"line":1,"column":6,"caret":"FROM nosuch\n     ^"},"#
                ))
        }
    }

    @Test(
        "requests that cannot be answered get the envelope and the right status",
        arguments: [
            ("GET /nosuch HTTP/1.1\r\nHost: x\r\n\r\n", 404, "NOT_FOUND"),
            ("DELETE /v1/query HTTP/1.1\r\nHost: x\r\n\r\n", 405, "INVALID_REQUEST"),
            ("GET /v1/query HTTP/1.1\r\nHost: x\r\n\r\n", 400, "MISSING_PARAMETER"),
            ("GET /v1/query?q=%ZZ HTTP/1.1\r\nHost: x\r\n\r\n", 400, "INVALID_REQUEST"),
            ("GET /v1/query?q=%FF HTTP/1.1\r\nHost: x\r\n\r\n", 400, "INVALID_REQUEST"),
            ("GET /v1/query?q=a&format=xml HTTP/1.1\r\nHost: x\r\n\r\n", 400, "INVALID_PARAMETER"),
            (
                "POST /v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{\"query\":", 400,
                "INVALID_REQUEST"
            ),
            (
                "POST /v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n\u{20}", 400,
                "MISSING_PARAMETER"
            ),
            (
                "POST /v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n", 413,
                "INVALID_REQUEST"
            ),
        ] as [(String, Int, String)])
    func failures(request: String, status: Int, code: String) async throws {
        try await TestDaemon.run(sink: FakeSink()) { daemon in
            let client = try daemon.client()
            try client.send(request)
            let answer = try readAnswer(client)
            #expect(answer.status == status)
            #expect(answer.body.hasPrefix("{\"error\":{\"code\":\"\(code)\",\"message\":\""))
            #expect(answer.body.contains(#""meta":{"requestId":"req_"#))
            if status == 405 { #expect(answer.headers["allow"] == "GET, HEAD, POST") }
        }
    }

    @Test("a chunked body beyond the limit is refused while it comes")
    func chunkedTooLarge() async throws {
        var limits = DaemonLimits()
        limits.requestBodySizeMax = 10
        try await TestDaemon.run(sink: FakeSink(), limits: limits, queries: echo) { daemon in
            let head = "POST /v1/query HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            let fits = try daemon.client()
            try fits.send(head + "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n")
            #expect(try readAnswer(fits).body.contains("0123456789"))
            let tooLarge = try daemon.client()
            try tooLarge.send(head + "5\r\n01234\r\n6\r\n56789a\r\n")
            #expect(try readAnswer(tooLarge).status == 413)
            #expect(try tooLarge.readLine() == nil)
        }
    }

    @Test("a client that waits for 100 Continue gets it")
    func expectContinue() async throws {
        try await TestDaemon.run(sink: FakeSink(), queries: echo) { daemon in
            let client = try daemon.client()
            try client.send(
                "POST /v1/query HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                    + "Content-Length: 1\r\n\r\n")
            #expect(try client.readLine() == "HTTP/1.1 100 Continue\r")
            #expect(try client.readLine() == "\r")
            try client.send("q")
            #expect(try readAnswer(client).status == 200)
        }
    }

    @Test("requests sent without waiting are answered in order")
    func pipelining() async throws {
        try await TestDaemon.run(sink: FakeSink(), queries: echo) { daemon in
            let client = try daemon.client()
            try client.send((1...50).map { post("/v1/query?format=csv", "q\($0)") }.joined())
            for number in 1...50 {
                #expect(try readAnswer(client).body == "\"csv|q\(number)|\"")
            }
        }
    }

    @Test("a client that half-closes after its request is answered, then closed")
    func halfClose() async throws {
        try await TestDaemon.run(sink: FakeSink(), queries: echo) { daemon in
            let client = try daemon.client()
            try client.send(post("/v1/query?format=csv", "q"))
            client.halfClose()
            #expect(try readAnswer(client).body == "\"csv|q|\"")
            #expect(try client.readLine() == nil)
        }
    }

    @Test("a query is cancelled when its client hangs up")
    func disconnect() async throws {
        let (cancelled, signal) = AsyncStream.makeStream(of: CancellationSignal.Reason?.self)
        let (started, startSignal) = AsyncStream.makeStream(of: Void.self)
        let slow = FakeQueries { _, cancellation throws(QueryFailure) in
            startSignal.finish()
            while cancellation.reason == nil { sched_yield() }
            signal.yield(cancellation.reason)
            throw QueryFailure(kind: .cancelled, message: "")
        }
        try await TestDaemon.run(sink: FakeSink(), queries: slow) { daemon in
            let client = try daemon.client()
            try client.send(post("/v1/query", "q"))
            for await _ in started {}
            client.close()
            for await reason in cancelled {
                #expect(reason == .disconnected)
                break
            }
        }
    }

    @Test("a query past its deadline is stopped and says so")
    func deadline() async throws {
        var limits = DaemonLimits()
        limits.queryDeadline = .milliseconds(20)
        let slow = FakeQueries { _, cancellation throws(QueryFailure) in
            while cancellation.reason == nil { sched_yield() }
            throw QueryFailure(kind: .cancelled, message: "")
        }
        try await TestDaemon.run(sink: FakeSink(), limits: limits, queries: slow) { daemon in
            let client = try daemon.client()
            try client.send(post("/v1/query", "q"))
            let answer = try readAnswer(client)
            #expect(answer.status == 503)
            #expect(answer.body.contains(#""reason":"deadline""#))
        }
    }

    @Test("one user's queries are limited, and told so")
    func limitPerPeer() async throws {
        var limits = DaemonLimits()
        limits.queriesPerPeerMax = 1
        let (started, startSignal) = AsyncStream.makeStream(of: Void.self)
        let mayEnd = Mutex(false)
        let slow = FakeQueries { _, _ in
            startSignal.finish()
            while !mayEnd.withLock({ $0 }) { sched_yield() }
            return QueryAnswer(body: [0x31], rowCount: 1, counts: ScanObserver().counts)
        }
        try await TestDaemon.run(sink: FakeSink(), limits: limits, queries: slow) { daemon in
            let first = try daemon.client()
            try first.send(post("/v1/query", "q"))
            for await _ in started {}
            let second = try daemon.client()
            try second.send(post("/v1/query", "q"))
            let refused = try readAnswer(second)
            #expect(refused.status == 429)
            #expect(refused.body.contains("RATE_LIMITED"))
            mayEnd.withLock { $0 = true }
            #expect(try readAnswer(first).status == 200)
        }
    }

    @Test("status shows the store, the connections and what the streams brought")
    func status() async throws {
        try await TestDaemon.run(sink: FakeSink()) { daemon in
            let stream = try daemon.client()
            try stream.send("{\"a\":1}\nnoise\n")
            while let line = try stream.readLine(), !line.contains(#""lines":2"#) {}
            let client = try daemon.client()
            try client.send("GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n")
            let body = try readAnswer(client).body
            #expect(body.contains(#""pid":\#(getpid())"#))
            #expect(body.contains(#""connections":{"accepted":2,"open":2,"refused":0}"#))
            #expect(body.contains(#""lines":2,"#) && body.contains(#""failed":1,"#))
            #expect(body.contains(#""store":"memory""#) && body.contains(#""tailRows":1"#))
        }
    }

    @Test("health is answered to GET and HEAD, and sealing to our own user")
    func healthAndSeal() async throws {
        let sink = FakeSink()
        try await TestDaemon.run(sink: sink) { daemon in
            let client = try daemon.client()
            try client.send("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try readAnswer(client, hasBody: false).status == 200)
            try client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try readAnswer(client).body.hasPrefix(#"{"data":{"status":"ok"},"#))
            try client.send(post("/v1/seal", ""))
            #expect(try readAnswer(client).body.hasPrefix(#"{"data":{"sealed":0},"#))
        }
        #expect(sink.snapshot.sealCount == 1)
    }

    @Test("HTTP/1.0 closes after its answer, and noise after a capital letter is answered 400")
    func oldAndWrong() async throws {
        try await TestDaemon.run(sink: FakeSink()) { daemon in
            let old = try daemon.client()
            try old.send("GET /healthz HTTP/1.0\r\n\r\n")
            #expect(try readAnswer(old).status == 200)
            #expect(try old.readLine() == nil)
            let wrong = try daemon.client()
            try wrong.send("NOISE\u{1}\u{2}\r\n\r\n")
            let answer = try readAnswer(wrong)
            #expect(answer.status == 400)
            #expect(answer.body.hasPrefix(#"{"error":{"code":"INVALID_REQUEST","#))
            #expect(try wrong.readLine() == nil)
        }
    }

    @Test(
        "a request that stands still is given up, and told so if its head had come",
        arguments: [
            ("GET /healthz HT", "HTTP/1.1 408 Request Timeout\r"),
            (
                "POST /v1/query HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nFR",
                "HTTP/1.1 408 Request Timeout\r"
            ),
        ] as [(String, String?)])
    func stalled(request: String, statusLine: String?) async throws {
        var limits = DaemonLimits()
        limits.stalledLineAge = .milliseconds(50)
        try await TestDaemon.run(sink: FakeSink(), limits: limits) { daemon in
            let client = try daemon.client()
            try client.send(request)
            let answer = try client.readToEnd().first
            #expect(answer == statusLine)
            // A connection that is open and says nothing is not stalled.
            let idle = try daemon.client()
            try idle.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try readAnswer(idle).status == 200)
        }
    }
}
