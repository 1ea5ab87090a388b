import Columns
import EventLog
import EventLogd
import Glibc
import NIOCore
import Synchronization
import TestSupport
import Testing

/// Clients that do not read, and a journal that does not keep up.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct HTTPBackPressureTests {
    private func status(_ daemon: TestDaemon) throws -> String {
        let client = try daemon.client()
        try client.send("GET /v1/status HTTP/1.0\r\n\r\n")
        return try client.readToEnd().last ?? ""
    }

    @Test("an answer that nobody reads ends its connection")
    func unreadAnswer() async throws {
        var limits = DaemonLimits()
        limits.unreadAnswerAge = .milliseconds(50)
        let size = 8 << 20
        let large = FakeQueries { _, _ in
            QueryAnswer(
                body: [UInt8](repeating: 0x20, count: size), rowCount: 1,
                counts: ScanObserver().counts)
        }
        try await TestDaemon.run(sink: FakeSink(), limits: limits, queries: large) { daemon in
            let client = try daemon.client()
            try client.send("GET /v1/query?q=x&format=csv HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try client.readLine() == "HTTP/1.1 200 OK\r")
            // Until only the connection that asks is left.
            try waitUntil {
                try status(daemon).split(separator: #""connections":"#).last?
                    .prefix(while: { $0 != "}" }).contains(#""open":1,"#) == true
            }
            let received = try client.readToEnd().joined()
            #expect(received.utf8.count < size)
        }
    }

    @Test("an upload is not read faster than the journal takes it, and loses nothing")
    func upload() async throws {
        var limits = DaemonLimits()
        limits.connectionInFlightSizeMax = 64 << 10
        limits.receiveBufferSizeMax = 16 << 10
        let gate = Gate()
        let sink = FakeSink(keepsRows: false) { gate.pass() }
        try await TestDaemon.run(sink: sink, limits: limits) { daemon in
            let client = try daemon.client()
            let line = "{" + String(repeating: "x", count: 97) + "}\n"
            let count = 100_000
            let body = Array(String(repeating: line, count: count).utf8)
            try client.send(
                "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                    + "Content-Length: \(body.count)\r\n\r\n")
            // The journal stands still: what is taken is the buffers of the kernel and what may be
            // on its way, and no more however often it is tried.
            var sent = 0
            for _ in 0..<200 {
                sent += client.sendWhatFits(body[sent...])
                _ = try status(daemon)
            }
            #expect(sent < 1 << 20)
            gate.open()
            try client.send(Array(body[sent...]))
            #expect(try client.readLine() == "HTTP/1.1 200 OK\r")
        }
        #expect(sink.snapshot.rowCount == 100_000)
    }

    private final class Gate: Sendable {
        private let isOpen = Atomic<Bool>(false)
        func open() { isOpen.store(true, ordering: .releasing) }
        func pass() {
            while !isOpen.load(ordering: .acquiring) { sched_yield() }
        }
    }
}
