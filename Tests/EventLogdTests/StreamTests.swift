import EventLog
import EventLogd
import Glibc
import NIOCore
import Synchronization
import Testing

/// NDJSON over a real socket, with a store in memory.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct StreamTests {
    @Test("a half-closed stream ends with a final acknowledgement, its last line without line feed")
    func halfClose() async throws {
        let sink = FakeSink()
        try await TestDaemon.run(sink: sink) { daemon in
            let client = try daemon.client()
            try client.send("{\"a\":1}\n\n{\"a\":2}\n{\"a\":3}")
            client.halfClose()
            let last = try #require(try client.readToEnd().last)
            #expect(
                last == #"{"ack":{"lines":3,"stored":3,"duplicates":0,"failed":0,"adjusted":0,"#
                    + #""durable":true,"final":true}}"#)
        }
        #expect(sink.lines == [#"{"a":1}"#, #"{"a":2}"#, #"{"a":3}"#])
        #expect(sink.snapshot.isClosed)
    }

    @Test("a hang-up keeps the complete lines and drops the half one")
    func hangUp() async throws {
        let (stored, signal) = AsyncStream.makeStream(of: Void.self)
        let sink = FakeSink { signal.finish() }
        try await TestDaemon.run(sink: sink) { daemon in
            let client = try daemon.client()
            try client.send("{\"a\":1}\n{\"a\":2}\n{\"a\":3}")
            client.close()
            for await _ in stored {}
        }
        #expect(sink.lines == [#"{"a":1}"#, #"{"a":2}"#])
    }

    @Test("a client that never reads loses nothing, neither while it sends nor when it hangs up")
    func neverReads() async throws {
        let lineCount = 1_000_000
        let sink = FakeSink(keepsRows: false)
        try await TestDaemon.run(sink: sink) { daemon in
            let client = try daemon.client()
            // Every tenth line is refused, so that error objects pile up as well.
            let text = (0..<10_000).map { $0 % 10 == 9 ? "noise\n" : "{\"n\":\($0)}\n" }.joined()
            let bytes = Array(text.utf8)
            for _ in 0..<(lineCount / 10_000) { try client.send(bytes) }
            client.close()
            // The daemon takes leave of a connection only when its lines are through.
            let other = try daemon.client()
            try other.send("{\"op\":\"sync\",\"id\":\"end\"}\n")
            while let line = try other.readLine(), !line.hasPrefix("{\"sync\"") {}
            while sink.snapshot.rowCount < lineCount / 10 * 9 { await Task.yield() }
        }
        #expect(sink.snapshot.rowCount == lineCount / 10 * 9)
    }

    @Test("a client that hangs up while it is held back loses no complete line")
    func hangUpWhileHeldBack() async throws {
        var limits = DaemonLimits()
        limits.connectionInFlightSizeMax = 1
        let hasHungUp = Atomic<Bool>(false)
        let (entered, signal) = AsyncStream.makeStream(of: Void.self)
        let lineCount = 8_000
        let sink = FakeSink(keepsRows: false) {
            signal.finish()
            while !hasHungUp.load(ordering: .acquiring) { sched_yield() }
        }
        try await TestDaemon.run(sink: sink, limits: limits) { daemon in
            let client = try daemon.client()
            try client.send("{\"n\":0}\n")
            for await _ in entered {}
            // Less than a socket buffer, so that the daemon need not read for this to return.
            try client.send((1..<lineCount).map { "{\"n\":\($0)}\n" }.joined() + "{\"half\":1}")
            client.close()
            hasHungUp.store(true, ordering: .releasing)
            while sink.snapshot.rowCount < lineCount { await Task.yield() }
        }
        #expect(sink.snapshot.rowCount == lineCount)
    }

    @Test("errors beyond the queue are counted and left out, and the counts still add up")
    func errorsOmitted() async throws {
        let sink = FakeSink()
        try await TestDaemon.run(sink: sink) { daemon in
            let client = try daemon.client()
            let noise = Array(String(repeating: "noise\n", count: 50_000).utf8)
            try client.send(noise)
            try client.send("{\"a\":1}\n")
            client.halfClose()
            let lines = try client.readToEnd()
            let last = try #require(lines.last)
            let errorCount = lines.count { $0.hasPrefix("{\"error\"") }
            #expect(
                last.hasPrefix(#"{"ack":{"lines":50001,"stored":1,"duplicates":0,"failed":50000"#))
            #expect(last.contains(#""errorsOmitted":\#(50_000 - errorCount),"final":true"#))
        }
    }

    @Test("a stream that is decoded in turns loses nothing, whether it ends well or hangs up")
    func decodedInTurns() async throws {
        var limits = DaemonLimits()
        limits.decodeTurn = .nanoseconds(0)
        let sink = FakeSink()
        try await TestDaemon.run(sink: sink, limits: limits) { daemon in
            let lines = (0..<20_000).map { "{\"n\":\($0)}\n" }.joined()
            let client = try daemon.client()
            try client.send(lines + "{\"last\":1}")
            client.halfClose()
            var last = ""
            while let line = try client.readLine() { last = line }
            #expect(last.contains("\"lines\":20001,\"stored\":20001"))
            #expect(last.contains("\"final\":true"))

            let other = try daemon.client()
            try other.send(lines)
            other.close()
            while sink.lines.count < 40_001 { await Task.yield() }
        }
        #expect(sink.lines.count == 40_001)
    }

    @Test("syncs sent without waiting are answered in order, each with what came before it")
    func pipelinedSync() async throws {
        try await TestDaemon.run(sink: FakeSink()) { daemon in
            let client = try daemon.client()
            try client.send(
                (1...100).map { "{\"a\":\($0)}\n{\"op\":\"sync\",\"id\":\"\($0)\"}\n" }.joined())
            client.halfClose()
            let syncs = try client.readToEnd().filter { $0.hasPrefix("{\"sync\"") }
            #expect(syncs.count == 100)
            for (position, sync) in syncs.enumerated() {
                let n = position + 1
                #expect(
                    sync.hasPrefix(#"{"sync":"\#(n)","ack":{"lines":\#(n * 2),"stored":\#(n),"#))
            }
        }
    }

    @Test("binary noise is refused line by line and the stream goes on")
    func noise() async throws {
        let sink = FakeSink()
        try await TestDaemon.run(sink: sink) { daemon in
            let client = try daemon.client()
            var random = SeededRandom(seed: 7)
            var bytes: [UInt8] = [0xFF]
            for _ in 0..<200_000 { bytes.append(UInt8.random(in: 0...255, using: &random)) }
            bytes += Array("\n{\"a\":1}\n".utf8)
            try client.send(bytes)
            client.halfClose()
            let last = try #require(try client.readToEnd().last)
            #expect(last.contains(#""final":true"#))
            #expect(sink.lines.last == #"{"a":1}"#)
        }
    }

    @Test("a store that fails once costs its lines alone, each told so")
    func storeFails() async throws {
        let sink = FakeSink(failures: [.diskFull("no space left on device")])
        try await TestDaemon.run(sink: sink) { daemon in
            let client = try daemon.client()
            try client.send("{\"a\":1}\n\nnoise\n{\"a\":2}\n{\"op\":\"sync\",\"id\":\"x\"}\n")
            var lines: [String] = []
            while let line = try client.readLine() {
                lines.append(line)
                if line.hasPrefix("{\"sync\"") { break }
            }
            #expect(lines.count == 4)
            #expect(lines[0].hasPrefix(#"{"error":{"line":1,"code":"SERVICE_UNAVAILABLE","#))
            #expect(lines[0].contains(#""reason":"disk_full""#))
            #expect(lines[1].hasPrefix(#"{"error":{"line":3,"byteOffset":0,"code":"INVALID_"#))
            #expect(lines[2].hasPrefix(#"{"error":{"line":4,"code":"SERVICE_UNAVAILABLE","#))
            #expect(lines[3].hasPrefix(#"{"sync":"x","error":{"line":5,"code":"SERVICE_"#))
            try client.send("{\"a\":3}\n")
            client.halfClose()
            let last = try #require(try client.readToEnd().last)
            #expect(last.contains(#""lines":5,"stored":1,"duplicates":0,"failed":4"#))
        }
        #expect(sink.lines == [#"{"a":3}"#])
    }

    @Test("a thousand connections with half a line are closed at the limit, and others are served")
    func halfLines() async throws {
        var limits = DaemonLimits()
        limits.stalledLineAge = .seconds(2)
        let sink = FakeSink()
        try await TestDaemon.run(sink: sink, limits: limits) { daemon in
            let slow = try (0..<1_000).map { _ in try daemon.client() }
            for client in slow { try client.send("{\"a\":") }
            let honest = try daemon.client()
            try honest.send("{\"a\":1}\n")
            #expect(try honest.readLine()?.contains(#""stored":1"#) == true)
            for client in slow {
                let lines = try client.readToEnd()
                #expect(lines.count == 2)
                #expect(
                    lines.first?.hasPrefix(#"{"error":{"line":1,"code":"INVALID_REQUEST""#) == true)
            }
            // Between lines there is no limit: this one is still there.
            try honest.send("{\"a\":2}\n")
            #expect(try honest.readLine()?.contains(#""stored":2"#) == true)
        }
        #expect(sink.lines == [#"{"a":1}"#, #"{"a":2}"#])
    }

    @Test("one connection too many is told so and closed")
    func tooMany() async throws {
        var limits = DaemonLimits()
        limits.connectionCountMax = 2
        try await TestDaemon.run(sink: FakeSink(), limits: limits) { daemon in
            let first = try daemon.client()
            let second = try daemon.client()
            for client in [first, second] {
                try client.send("{\"op\":\"ping\"}\n")
                #expect(try client.readLine() == #"{"pong":true}"#)
            }
            let third = try daemon.client()
            let lines = try third.readToEnd()
            #expect(lines.count == 1)
            #expect(lines.first?.contains("SERVICE_UNAVAILABLE") == true)
        }
    }

    @Test(
        "tiny in-flight limits slow a stream down and lose nothing", arguments: [1, 1_000, 100_000])
    func backPressure(sizeMax: Int) async throws {
        var limits = DaemonLimits()
        limits.connectionInFlightSizeMax = sizeMax
        limits.ingestInFlightSizeMax = sizeMax * 2
        limits.groupSizeMax = 1
        let sink = FakeSink(keepsRows: false)
        try await TestDaemon.run(sink: sink, limits: limits) { daemon in
            let clients = try (0..<4).map { _ in try daemon.client() }
            let text = (0..<20_000).map { "{\"n\":\($0)}\n" }.joined()
            await withTaskGroup(of: Bool.self) { group in
                for client in clients {
                    let box = UncheckedClient(client: client)
                    group.addTask {
                        do {
                            try box.client.send(text)
                            box.client.halfClose()
                            let last = try box.client.readToEnd().last ?? ""
                            return last.contains(#""lines":20000,"stored":20000,"#)
                        } catch {
                            Issue.record(error)
                            return false
                        }
                    }
                }
                for await isComplete in group { #expect(isComplete) }
            }
        }
        #expect(sink.snapshot.rowCount == 80_000)
    }

    @Test("stopping makes durable what was read, says final and closes")
    func stop() async throws {
        let sink = FakeSink()
        try await TestDaemon.run(sink: sink) { daemon in
            let client = try daemon.client()
            try client.send("{\"a\":1}\n")
            #expect(try client.readLine()?.contains(#""stored":1"#) == true)
            await daemon.stop()
            let lines = try client.readToEnd()
            #expect(lines.last?.contains(#""lines":1,"stored":1,"#) == true)
            #expect(lines.last?.contains(#""final":true"#) == true)
        }
        #expect(sink.snapshot.isClosed)
    }

    @Test("what is due is sealed after an append")
    func seal() async throws {
        let sink = FakeSink(isSealDue: true)
        try await TestDaemon.run(sink: sink) { daemon in
            let client = try daemon.client()
            try client.send("{\"a\":1}\n")
            client.halfClose()
            _ = try client.readToEnd()
        }
        #expect(sink.snapshot.sealCount == 1)
    }
}

/// A client handed to the one task that uses it.
private struct UncheckedClient: @unchecked Sendable {
    let client: StreamClient
}

/// SplitMix64, so that a seed gives the same bytes everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
