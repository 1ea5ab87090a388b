import Testing

@testable import EventLog

@Suite("RFC 3339")
struct RFC3339Tests {
    private func microseconds(_ text: String) -> Int64? {
        var clock = RFC3339()
        let bytes = Array(text.utf8) + [UInt8](repeating: 0, count: 16)
        return bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { clock.microseconds($0, text.utf8.count) }
        }
    }

    @Test(
        "date-times are read to the microsecond",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999999Z", -1),
            ("2026-11-21T12:00:00Z", noon), ("2026-11-21t12:00:00z", noon),
            ("2026-11-21 12:00:00Z", noon), ("2026-11-21T14:00:00+02:00", noon),
            ("2026-11-21T00:30:00-11:30", noon), ("2026-11-21T12:00:00-00:00", noon),
            ("2026-11-21T12:00:00.1Z", noon + 100_000),
            ("2026-11-21T12:00:00.123456789Z", noon + 123_456),
            ("1998-12-31T23:59:60Z", 915_148_799_999_999),
            ("1998-12-31T15:59:60.123-08:00", 915_148_799_999_999),
            ("2000-02-29T00:00:00Z", 951_782_400_000_000),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ] as [(String, Int64)])
    func valid(_ text: String, _ expected: Int64) {
        #expect(microseconds(text) == expected)
    }

    @Test(
        "what is not a date-time is not guessed at",
        arguments: [
            "", "2026-11-21", "2026-11-21T12:00:00", "2026-11-21T12:00:00.Z",
            "2026-11-21T12:00:00.1234567890Z", "2026-02-29T12:00:00Z", "1900-02-29T12:00:00Z",
            "2026-13-01T12:00:00Z", "2026-00-01T12:00:00Z", "2026-04-31T12:00:00Z",
            "2026-11-00T12:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T12:60:00Z",
            "2026-11-21T12:00:61Z", "2026-11-21T12:00:60Z", "2026-11-21T12:00:00+24:00",
            "2026-11-21T12:00:00+01:60", "2026-11-21T12:00:00+0100", "2026-11-21T12:00:00+01:00Z",
            "2026-11-21T12:00:00Zx", "2026-11-21X12:00:00Z", "2026/11/21T12:00:00Z",
            "2026-11-21T1২:00:00Z", "-026-11-21T12:00:00Z", "1790000000000",
        ])
    func invalid(_ text: String) {
        #expect(microseconds(text) == nil)
    }

    @Test("the remembered date does not leak into another one")
    func cache() {
        var clock = RFC3339()
        let texts = ["2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z", "2026-99-22T12:00:00Z"]
        let times = texts.map { text in
            (Array(text.utf8) + [0]).withUnsafeBufferPointer { buffer in
                buffer.baseAddress.flatMap { clock.microseconds($0, text.utf8.count) }
            }
        }
        #expect(times == [noon, noon + 86_400_000_000, nil])
    }
}
