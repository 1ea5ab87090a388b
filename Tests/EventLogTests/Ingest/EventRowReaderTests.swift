import Testing

@testable import EventLog

@Suite("Rows")
struct EventRowReaderTests {
    private static let sample = parse(
        """
        {"event":"impression","eventId":"e","contentId":"c","data":{"position":300,"x":1.5,"y":"s"}}
        {"event":"playStart","contentId":"c","more":null,"data":{"startupTime":2,"autoplay":false}}
        """)

    @Test("a row that is cut anywhere is an error, never a trap")
    func truncation() {
        let bytes = Self.sample.batch.rows
        let ends = Set(Self.sample.batch.rowOffsets.map(Int.init))
        for size in 0..<bytes.count {
            var batch = Self.sample.batch
            batch.rows = Array(bytes[..<size])
            if ends.contains(size) {
                #expect(throws: Never.self) { try rows(of: batch) }
            } else {
                #expect(throws: EventRowError.self) { try rows(of: batch) }
            }
        }
    }

    @Test(
        "random damage is an error or another row, never a trap",
        arguments: 0..<200 as Range<UInt64>)
    func damage(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            var batch = Self.sample.batch
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                batch.rows[Int.random(in: 0..<batch.rows.count, using: &generator)] =
                    UInt8.random(in: 0...255, using: &generator)
            }
            do { _ = try rows(of: batch) } catch { #expect(error is EventRowError) }
        }
    }

    @Test(
        "impossible fields are refused",
        arguments: [
            [0x05 << 3 | 2, 9],  // a string longer than its row
            [0x05 << 3 | 0, 1],  // eventId as an integer
            [0x00 << 3 | 0, 1],  // seq never stands in a row
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],  // 70 bits
            [0xF8, 0x7F, 1],  // a column that does not exist
            [0x07],  // a form that does not exist
            [0x2A << 3 & 0x7F | 1, 0, 0],  // a double without its bytes
            [5 << 3 | 2, 1, 65, 5 << 3 | 2, 1, 66],  // a column twice
        ] as [[UInt8]])
    func impossible(_ field: [UInt8]) {
        var batch = Self.sample.batch
        batch.rows = [UInt8(10 + field.count), 0, 0, 0] + [UInt8](repeating: 0, count: 10) + field
        #expect(throws: EventRowError.self) { try rows(of: batch) }
    }
}
