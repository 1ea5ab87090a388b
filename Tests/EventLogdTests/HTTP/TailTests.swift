import Columns
import EventLog
import Synchronization
import Testing

@testable import EventLogd

/// A feed that never ends: each event is a line of `lineSize` bytes.
private final class EndlessFeed: EventFeed {
    let storeTag: UInt64 = 7
    let durableSeq: Int64
    var newestSeq: Int64 { durableSeq }
    private let lineSize: Int
    private let produced = Atomic<Int>(0)
    private let readings = Atomic<Int>(0)

    init(durableSeq: Int64 = 1 << 40, lineSize: Int = 1_000) {
        self.durableSeq = durableSeq
        self.lineSize = lineSize
    }

    /// Bytes of all lines that were made.
    var producedSize: Int { produced.load(ordering: .relaxed) }
    var readingCount: Int { readings.load(ordering: .relaxed) }

    func begin(_ question: FeedQuestion, last: Int) throws(QueryFailure) -> Int64 {
        if question.condition == "wrong" {
            throw QueryFailure(
                kind: .invalid, message: "wrong", line: 1, column: 1, caret: "wrong\n^")
        }
        return durableSeq - Int64(last)
    }

    func read(
        _ question: FeedQuestion, _ extent: FeedExtent
    ) throws(QueryFailure) -> FeedWindow {
        readings.add(1, ordering: .relaxed)
        var window = FeedWindow(position: extent.position)
        var size = 0
        while size < extent.sizeMax, window.position < min(extent.end, durableSeq),
            window.pieces.count < extent.countMax
        {
            window.position += 1
            let line = [UInt8](repeating: UInt8(ascii: "x"), count: lineSize - 1) + [0x0A]
            window.pieces.append(.init(bytes: line, count: 1, position: window.position))
            size += line.count
        }
        produced.add(size, ordering: .relaxed)
        return window
    }
}

/// Answers that are made while they are sent.
@Suite("Tail", .serialized, .timeLimit(.minutes(1)))
struct TailTests {
    private func get(_ target: String, version: String = "1.1") -> String {
        "GET \(target) HTTP/\(version)\r\nHost: x\r\n\r\n"
    }

    private func body(_ client: StreamClient) throws -> [String] {
        while try client.readLine() != "\r" {}
        return try client.readToEnd()
    }

    @Test("a client that does not read costs a window and what the sockets hold")
    func slowReader() async throws {
        var limits = DaemonLimits()
        limits.tailWindowSizeMax = 128 << 10
        let feed = EndlessFeed()
        try await TestDaemon.run(sink: FakeSink(), limits: limits, feed: feed) { daemon in
            let slow = try daemon.client()
            try slow.send(get("/v1/events/tail?from=beginning"))
            #expect(try slow.readLine() == "HTTP/1.1 200 OK\r")
            // Others are served meanwhile, and after a while nothing more is made.
            var size = -1
            while size != feed.producedSize {
                size = feed.producedSize
                for _ in 0..<50 {
                    let other = try daemon.client()
                    try other.send(get("/healthz", version: "1.0"))
                    #expect(try other.readToEnd().last?.contains("ok") == true)
                }
            }
            #expect(size < 4 << 20)
            // It goes on as soon as the client does.
            while feed.producedSize < size + (8 << 20) { _ = try slow.readLine() }
        }
    }

    @Test("the body is chunked and whole; without chunks the connection's end is its end")
    func framing() async throws {
        let feed = EndlessFeed(durableSeq: 3, lineSize: 10)
        try await TestDaemon.run(sink: FakeSink(), feed: feed) { daemon in
            let new = try daemon.client()
            try new.send(get("/v1/events/tail?from=beginning&follow=false"))
            let lines = try body(new)
            #expect(Array(lines.prefix(2)) == ["a\r", "xxxxxxxxx"])
            #expect(lines.contains(#"{"end":{"reason":"caughtUp","cursor":"0000000000000007-3"}}"#))
            #expect(Array(lines.suffix(2)) == ["0\r", "\r"])
            let old = try daemon.client()
            try old.send(get("/v1/events/tail?from=beginning&follow=false", version: "1.0"))
            #expect(
                try body(old) == [
                    "xxxxxxxxx", "xxxxxxxxx", "xxxxxxxxx",
                    #"{"end":{"reason":"caughtUp","cursor":"0000000000000007-3"}}"#,
                ])
        }
    }

    @Test("a limit is met exactly")
    func limit() async throws {
        let feed = EndlessFeed(lineSize: 10)
        try await TestDaemon.run(sink: FakeSink(), feed: feed) { daemon in
            for count in [1, 2, 500] {
                let client = try daemon.client()
                try client.send(get("/v1/events/tail?from=beginning&limit=\(count)"))
                let lines = try body(client)
                #expect(lines.count { $0 == "xxxxxxxxx" } == count)
                #expect(lines.contains { $0.contains(#""reason":"limit""#) })
            }
        }
    }

    @Test("so many readers and no more; who ends or hangs up makes room")
    func readerLimit() async throws {
        var limits = DaemonLimits()
        limits.tailCountMax = 2
        limits.tailsPerPeerMax = 3
        let feed = EndlessFeed(durableSeq: 0)
        try await TestDaemon.run(sink: FakeSink(), limits: limits, feed: feed) { daemon in
            func open() throws -> (client: StreamClient, status: String?) {
                let client = try daemon.client()
                try client.send(get("/v1/events/tail"))
                return (client, try client.readLine())
            }
            let (first, second) = (try open(), try open())
            #expect(first.status == "HTTP/1.1 200 OK\r" && second.status == first.status)
            #expect(try open().status == "HTTP/1.1 503 Service Unavailable\r")
            // A question that is refused takes no place.
            let wrong = try daemon.client()
            try wrong.send(get("/v1/events/tail?where=wrong"))
            first.client.close()
            while try open().status != "HTTP/1.1 200 OK\r" {}
            _ = second
        }
    }

    @Test("a reader of a user has a number of its own")
    func readersOfPeer() async throws {
        var limits = DaemonLimits()
        limits.tailsPerPeerMax = 1
        try await TestDaemon.run(
            sink: FakeSink(), limits: limits, feed: EndlessFeed(durableSeq: 0)
        ) { daemon in
            let first = try daemon.client()
            try first.send(get("/v1/events/tail"))
            #expect(try first.readLine() == "HTTP/1.1 200 OK\r")
            let second = try daemon.client()
            try second.send(get("/v1/events/tail", version: "1.0"))
            #expect(try second.readLine() == "HTTP/1.1 429 Too Many Requests\r")
            #expect(try body(second).joined().contains("RATE_LIMITED"))
        }
    }

    @Test("a wrong condition is refused with its place")
    func wrongCondition() async throws {
        try await TestDaemon.run(sink: FakeSink(), feed: EndlessFeed()) { daemon in
            let client = try daemon.client()
            try client.send(get("/v1/events/tail?where=wrong", version: "1.0"))
            #expect(try client.readLine() == "HTTP/1.1 400 Bad Request\r")
            let answer = try body(client).joined()
            #expect(answer.contains(#""line":1,"column":1,"caret":"wrong\n^""#))
        }
    }

    @Test("a daemon that stops says so as the last line")
    func shutdown() async throws {
        var ends: [String] = []
        var waiting: StreamClient?
        try await TestDaemon.run(sink: FakeSink(), feed: EndlessFeed(durableSeq: 5)) { daemon in
            let client = try daemon.client()
            try client.send(get("/v1/events/tail"))
            #expect(try client.readLine() == "HTTP/1.1 200 OK\r")
            waiting = client
        }
        ends = try waiting?.readToEnd() ?? []
        #expect(ends.contains(#"{"end":{"reason":"shutdown","cursor":"0000000000000007-5"}}"#))
        #expect(Array(ends.suffix(2)) == ["0\r", "\r"])
    }

    @Test("a cursor reads back, and nothing else does")
    func cursors() {
        for seq in [0, 1, 9_223_372_036_854_775_807] as [Int64] {
            let cursor = TailCursor(storeTag: .max - 3, seq: seq)
            #expect(TailCursor(cursor.text) == cursor)
        }
        for text in [
            "", "-1", "0000000000000007", "0000000000000007-", "0000000000000007--1",
            "000000000000000G-1", "000000000000000A-1", "0000000000000007-1 ",
            "0000000000000007-9223372036854775808", "00000000000000007-1",
        ] {
            #expect(TailCursor(text) == nil, "\(text)")
        }
    }

    @Test("memory for windows is shared: who comes late gets little")
    func memory() {
        let memory = TailMemory(sizeMax: 100)
        #expect(memory.take(60, orElse: 10) == 60)
        #expect(memory.take(60, orElse: 10) == 10)
        #expect(memory.take(30, orElse: 10) == 30)
        memory.giveBack(60)
        #expect(memory.take(60, orElse: 10) == 60)
    }
}
