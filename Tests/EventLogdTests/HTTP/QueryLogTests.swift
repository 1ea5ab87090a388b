import Testing

@testable import EventLogd

@Suite("Query log")
struct QueryLogTests {
    @Test(
        "what stands in quotes or in comments is not shown",
        arguments: [
            ("FROM events |> WHERE userId = 'alice' ", "FROM events |> WHERE userId = '…'"),
            ("a\n  b\t'it''s' \"x\\\"y\" c", "a b '…' '…' c"),
            ("a -- alice\nb /* alice ' */ c # alice", "a b c"),
            ("WHERE x = 'alice", "WHERE x = '…'"),
            ("`quoted name` = 5", "`quoted name` = 5"),
        ])
    func redaction(text: String, shown: String) {
        #expect(QueryText.redacted(text) == shown)
    }

    @Test("a long text is cut")
    func length() {
        let shown = QueryText.redacted(String(repeating: "x", count: 5_000))
        #expect(shown == String(repeating: "x", count: QueryText.shownMax) + "…")
        let fitting = String(repeating: "x", count: QueryText.shownMax)
        #expect(QueryText.redacted(fitting) == fitting)
    }

    @Test("the slowest are kept, for an hour")
    func slowest() {
        final class Query {}
        let log = QueryLog()
        let queries = (0..<QueryLog.slowestCountMax + 5).map { _ in Query() }
        for (number, query) in queries.enumerated() {
            log.begin(ObjectIdentifier(query), "q\(number)")
        }
        #expect(log.running.map(\.text).first == "q0")
        #expect(log.running.count == min(queries.count, QueryLog.runningCountMax))
        for query in queries { log.end(ObjectIdentifier(query), at: 10) }
        #expect(log.running.isEmpty)
        let slowest = log.slowest(at: 10)
        #expect(slowest.count == QueryLog.slowestCountMax)
        #expect(slowest.map(\.duration) == slowest.map(\.duration).sorted(by: >))
        #expect(log.slowest(at: 10 + QueryLog.slowestAge).count == slowest.count)
        #expect(log.slowest(at: 11 + QueryLog.slowestAge).isEmpty)
    }
}
