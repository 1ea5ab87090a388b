import EventLog
import EventLogd
import Testing

/// The real framer and parser behind the daemon's own contract.
struct EventLineDecoderTests {
    private let peer = PeerCredentials(uid: 1000, gid: 1000, pid: 1)
    private let text = """
        {"op":"hello","producer":"app"}
        {"event":"like","contentId":"c1","userId":"u1","eventId":"1"}

        oops
         \t
        {"event":"like","contentId":"c2","userId":"u1","eventId":"2"}
        {"op":"sync","id":"x"}
        {"event":"like","contentId":"c3","userId":"u1","eventId":"3"}
        """

    private func decoder() -> any LineDecoder {
        EventLineDecoderFactory(identityKey: 1, options: IngestOptions())
            .makeDecoder(producer: "uid:1000", peer: peer, mayAdminister: false)
    }

    /// What a stream of these chunks hands over, line by line: its number and its outcome.
    private func outcomes(_ chunks: [[UInt8]]) -> [String] {
        let decoder = decoder()
        var outcomes: [String] = []
        func take(_ lines: DecodedLines) {
            let failures = lines.failures(afterStoreError: .io("x"))
            outcomes += failures.map { "\($0.refusal.line) \($0.refusal.code.rawValue)" }
            if let control = lines.control {
                outcomes.append("\(lines.firstLine + lines.lineCount - 1) \(control)")
                if case .hello = control { decoder.useProducer("uid:1000/app") }
            } else {
                #expect(lines.batch.producer == "uid:1000/app")
            }
            #expect(failures.count == lines.batch.count + lines.refusals.count)
        }
        for chunk in chunks { chunk.withUnsafeBytes { decoder.decode($0, now: 1, take) } }
        #expect(decoder.startedLine == 8)
        decoder.finish(now: 1, take)
        #expect(decoder.startedLine == nil)
        return outcomes
    }

    @Test("every line has its number and its outcome, however the bytes are cut")
    func lineNumbers() {
        let bytes = Array(text.utf8)
        let whole = outcomes([bytes])
        #expect(whole.count == 6)
        #expect(whole.map { $0.prefix { $0 != " " } } == ["1", "2", "4", "6", "7", "8"])
        #expect(whole[1] == "2 SERVICE_UNAVAILABLE")
        // A refusal that was not counted is none: the line is to be sent again.
        #expect(whole[2] == "4 SERVICE_UNAVAILABLE")
        #expect(outcomes(bytes.map { [$0] }) == whole)
        for seed in UInt64(1)...100 {
            var random = SeededRandom(seed: seed)
            var chunks: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...40, using: &random)
                chunks.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(outcomes(chunks) == whole, "seed \(seed)")
        }
    }

    @Test("a store that takes nothing takes no refusal either; control lines need no store")
    func refusalsOfFailedStore() {
        let decoder = decoder()
        var lines: [DecodedLines] = []
        Array("oops\n{\"op\":\"dance\"}\n{\"event\":\"like\"}\n".utf8).withUnsafeBytes {
            decoder.decode($0, now: 1) { lines.append($0) }
        }
        #expect(lines.flatMap(\.batch.refused).map(\.refusal.line) == [1, 3])
        #expect(lines.flatMap(\.refusedControls) == [2])
        let failures = lines.flatMap { $0.failures(afterStoreError: .io("x")) }
        #expect(
            failures.map(\.refusal.code) == [
                .serviceUnavailable, .invalidRequest, .serviceUnavailable,
            ])
    }

    @Test("a line over the limit is refused under its number and the stream goes on")
    func tooLong() {
        let decoder = decoder()
        var lines: [DecodedLines] = []
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)
        for _ in 0..<20 {
            chunk.withUnsafeBytes { decoder.decode($0, now: 1) { lines.append($0) } }
        }
        Array("\n{\"event\":\"like\",\"contentId\":\"c\"}\n".utf8).withUnsafeBytes {
            decoder.decode($0, now: 1) { lines.append($0) }
        }
        #expect(lines.flatMap(\.refusals).map(\.line) == [1])
        let kept = lines.flatMap(\.batch.refused)
        #expect(kept.map(\.bytes.count) == [Limits.quarantineLineSizeMax])
        #expect(kept.map(\.isTruncated) == [true])
        #expect(lines.last?.firstLine == 2 && lines.last?.batch.count == 1)
        #expect(decoder.startedLine == nil)
    }
}
