import Testing

@testable import EventLog

@Suite("Lines")
struct LineFramerTests {
    /// All that comes out of a stream for chunks cut at the given sizes.
    private func run(
        _ bytes: [UInt8], chunks: () -> Int
    ) throws -> (rows: [ReadableRow], refusals: [Refusal], decided: Int, lines: UInt64, syncs: Int)
    {
        var stream = EventStream(parser: makeParser())
        var result:
            (rows: [ReadableRow], refusals: [Refusal], decided: Int, lines: UInt64, syncs: Int)
        result = ([], [], 0, 0, 0)
        func take(_ block: ParsedBlock) throws {
            result.rows += try rows(of: block.batch)
            result.refusals += block.refusals
            result.decided += block.decided
            if block.control != nil { result.syncs += 1 }
        }
        var at = 0
        while at < bytes.count {
            let size = min(chunks(), bytes.count - at)
            // A fresh copy per chunk, so that reading behind it would be noticed.
            let chunk = Array(bytes[at..<(at + size)])
            var offset = 0
            try chunk.withUnsafeBytes {
                while let block = stream.next(in: $0, at: &offset, now: noon) { try take(block) }
            }
            #expect(offset == size)
            at += size
        }
        if let block = stream.finish(now: noon) { try take(block) }
        result.lines = stream.line - 1
        return result
    }

    private static let sample = """
        {"event":"like","eventId":"1","contentId":"c","data":{"x":"\\u00e4öü 😀"}}

        {"event":"impression","eventId":"2","contentId":"c"}\r
        \t
        {"op":"sync","id":"a"}
        {"event":"save","eventId":"3","contentId":"c"}
        nonsense
        {"event":"swipe","data":{"fromContentId":"a","toContentId":"b","watchTime":1.5}}
        """

    @Test(
        "chunks of any size give the same as all bytes at once", arguments: 0..<60 as Range<UInt64>)
    func chunking(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let bytes = Array(Self.sample.utf8)
        let whole = try run(bytes) { bytes.count }
        let sizeMax = [1, 3, 20, 200][Int(seed % 4)]
        let pieces = try run(bytes) { Int.random(in: 1...sizeMax, using: &generator) }
        #expect(whole.rows.count == 3)
        #expect(whole.decided == 6)
        #expect(whole.lines == 8)
        #expect(whole.syncs == 1)
        #expect(whole.refusals.map(\.line) == [3, 7])
        #expect(pieces == whole)
    }

    @Test(
        "a line that is too long is one refusal, and the stream goes on", arguments: [1000, 65_536])
    func oversized(chunk: Int) throws {
        let long = [UInt8](repeating: UInt8(ascii: "x"), count: 3 * Limits.lineSizeMax)
        let good = Array("{\"event\":\"like\",\"contentId\":\"c\"}\n".utf8)
        let result = try run(good + long + [0x0A] + good + long) { chunk }
        #expect(result.rows.count == 2)
        #expect(result.refusals.map(\.line) == [2, 4])
        #expect(result.decided == 4)
        #expect(result.lines == 4)
    }
}
