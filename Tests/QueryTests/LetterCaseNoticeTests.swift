import Columns
import Testing

@testable import Query

@Suite("Notices about letter case")
struct LetterCaseNoticeTests {
    private func notices(
        _ text: String, _ events: [String?] = ["playStart", "swipe", nil],
        parameters: [String: Value] = [:]
    ) throws -> [String] {
        let rows = events.map { [$0.map { Value.string($0) } ?? .null, .int64(1)] }
        let catalog = TestCatalog(tables: [
            TestCatalog.table("t", [("event", .string), ("x", .int64)], rows)
        ])
        let engine = QueryEngine(catalog: catalog, limits: QueryLimits(), now: 0, threadCount: 1)
        return try engine.run(text, parameters: parameters).notices
    }

    private static let notice =
        "no event is 'playstart'; letter case counts: did you mean 'playStart'?"

    @Test(
        "a text that only another letter case would find is pointed out, wherever it stands",
        arguments: [
            "FROM t |> WHERE event = 'playstart'",
            "FROM t |> WHERE event = 'playstart' |> AGGREGATE count(*) AS n",
            "FROM t |> AGGREGATE count(*) AS n, count(*) FILTER (WHERE event = 'playstart') AS p",
            "FROM t AS q |> WHERE event IN ('none', 'playstart') |> SELECT x",
            "FROM t |> WHERE EVENT = @wanted",
        ])
    func pointedOut(text: String) throws {
        #expect(try notices(text, parameters: ["wanted": .string("playstart")]) == [Self.notice])
    }

    @Test(
        "nothing is said where there is an answer, the text occurs, or nothing is like it",
        arguments: [
            "FROM t |> WHERE event <> 'playstart'", "FROM t |> WHERE event = 'playStart' AND x = 2",
            "FROM t |> WHERE event = 'like'", "FROM t |> WHERE 'playstart' = event",
            "FROM t |> WHERE x = 2", "FROM t |> SELECT event = 'playstart' AS b, x",
        ])
    func nothingSaid(text: String) throws { #expect(try notices(text) == []) }

    @Test("a column with more values than a vocabulary has is left alone, at the edge")
    func edge() throws {
        let count = LetterCaseNotices.valueCountMax
        for extra in [0, 1] {
            let values = ["playStart"] + (1..<count + extra).map { "v\($0)" }
            let catalog = TestCatalog(tables: [
                TestCatalog.table(
                    "t", [("event", .string)], values.map { [.string($0)] },
                    blockRowCount: count + 1)
            ])
            let engine = QueryEngine(
                catalog: catalog, limits: QueryLimits(), now: 0, threadCount: 1)
            let found = try engine.run("FROM t |> WHERE event = 'playstart'").notices
            #expect(found == (extra == 0 ? [Self.notice] : []))
        }
    }

    @Test("what cannot stand in a header is not said")
    func headers() throws {
        #expect(try notices("FROM t |> WHERE event = 'ÄB'", ["äb"]) == [])
    }
}
