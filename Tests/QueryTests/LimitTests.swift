import Columns
import Testing

@testable import Query

@Suite("Query limits")
struct LimitTests {
    private let catalog = TestCatalog(tables: [
        TestCatalog.table(
            "t", [("k", .int64), ("s", .string)],
            (0..<10).map { [.int64($0), .string("s\($0 % 4)")] })
    ])

    private func run(
        _ text: String, _ limits: QueryLimits, cancellation: QueryCancellation? = nil
    ) throws(QueryError) -> QueryResult {
        try QueryEngine(catalog: catalog, limits: limits, now: 0, threadCount: 2)
            .run(text, cancellation: cancellation)
    }

    /// Expects an error that names the limit.
    private func expectRefusal(_ name: String, _ text: String, _ limits: QueryLimits) {
        do throws(QueryError) {
            _ = try run(text, limits)
            Issue.record("\(name) did not refuse")
        } catch {
            #expect(error.code == .limit)
            #expect(error.hint?.contains(name) == true, "\(error)")
        }
    }

    @Test("text may be as long as the limit and no longer")
    func textSize() throws {
        var limits = QueryLimits()
        let text = "SELECT 1"
        limits.textSizeMax = text.utf8.count
        #expect(try run(text, limits).rows == [[.int64(1)]])
        expectRefusal("textSizeMax", text + " ", limits)
    }

    @Test("nesting may be as deep as the limit and no deeper")
    func nesting() throws {
        let limits = QueryLimits()
        func text(_ depth: Int) -> String {
            "SELECT " + String(repeating: "(", count: depth) + "1"
                + String(repeating: ")", count: depth)
        }
        #expect(try run(text(limits.nestingMax - 1), limits).rows == [[.int64(1)]])
        expectRefusal("nestingMax", text(limits.nestingMax), limits)
        expectRefusal(
            "nestingMax", "SELECT " + String(repeating: "NOT ", count: 2_000) + "TRUE", limits)
        expectRefusal(
            "nestingMax", "SELECT " + String(repeating: "- ", count: 2_000) + "k", limits)
        expectRefusal(
            "nestingMax", "SELECT " + String(repeating: "abs(", count: 2_000) + "1", limits)
    }

    @Test("queries may be nested as deep as the limit and no deeper")
    func nestedQueries() throws {
        let limits = QueryLimits()
        func text(_ depth: Int) -> String {
            String(repeating: "FROM (", count: depth) + "SELECT k FROM t"
                + String(repeating: ")", count: depth) + " |> LIMIT 1"
        }
        #expect(try run(text(limits.nestingMax - 1), limits).rows == [[.int64(0)]])
        expectRefusal("nestingMax", text(limits.nestingMax + 1), limits)
        expectRefusal("nestingMax", String(repeating: "(", count: 5_000) + "SELECT 1", limits)
    }

    @Test("as many tables may be read as the limit says and no more")
    func sources() throws {
        var limits = QueryLimits()
        limits.sourceCountMax = 3
        #expect(try run("FROM t |> UNION ALL (FROM t), (FROM t) |> LIMIT 1", limits).rowCount == 1)
        expectRefusal(
            "sourceCountMax", "FROM t |> UNION ALL (FROM t), (FROM t), (FROM t)", limits)
        // Definitions that double each other would read a table a million times.
        var text = "WITH a0 AS (FROM t)"
        for number in 1...20 {
            text += ", a\(number) AS (FROM a\(number - 1) |> UNION ALL (FROM a\(number - 1)))"
        }
        expectRefusal("sourceCountMax", text + " FROM a20", QueryLimits())
    }

    @Test("a cross join that is too large ends in the limit of time or memory")
    func crossJoin() throws {
        var limits = QueryLimits()
        limits.wallTimeMax = .milliseconds(200)
        expectRefusal(
            "wallTimeMax",
            "FROM t AS a |> CROSS JOIN t AS b |> CROSS JOIN t AS c |> CROSS JOIN t AS d"
                + " |> CROSS JOIN t AS e |> CROSS JOIN t AS f |> CROSS JOIN t AS g"
                + " |> CROSS JOIN t AS h |> CROSS JOIN t AS i |> AGGREGATE count(*) AS n",
            limits)
        limits = QueryLimits()
        limits.memorySizeMax = 100_000
        expectRefusal(
            "memorySizeMax",
            "FROM t AS a |> CROSS JOIN t AS b |> CROSS JOIN t AS c |> CROSS JOIN t AS d", limits)
    }

    @Test("expressions may be as high as the limit and no higher")
    func height() throws {
        let limits = QueryLimits()
        func text(_ operators: Int) -> String {
            "SELECT 1" + String(repeating: " + 1", count: operators)
        }
        let most = limits.expressionHeightMax - 1
        #expect(try run(text(most), limits).rows == [[.int64(Int64(most + 1))]])
        expectRefusal("expressionHeightMax", text(most + 1), limits)
        // The highest expression also fits the stack of a worker thread.
        let sum = "FROM t |> SELECT k" + String(repeating: " + k", count: most) + " |> LIMIT 2"
        #expect(try run(sum, limits).rows == [[.int64(0)], [.int64(Int64(most + 1))]])
    }

    @Test("lists may be as long as the limit and no longer")
    func listLength() throws {
        var limits = QueryLimits()
        limits.listLengthMax = 3
        #expect(try run("SELECT 1 IN (1, 2, 3)", limits).rows == [[.bool(true)]])
        expectRefusal("listLengthMax", "SELECT 1 IN (1, 2, 3, 4)", limits)
        expectRefusal("listLengthMax", "SELECT 1, 2, 3, 4", limits)
    }

    @Test("there may be as many groups as the limit and no more")
    func groups() throws {
        var limits = QueryLimits()
        limits.groupCountMax = 4
        let text = "FROM t |> AGGREGATE count(*) GROUP BY s"
        #expect(try run(text, limits).rowCount == 4)
        limits.groupCountMax = 3
        expectRefusal("groupCountMax", text, limits)
    }

    @Test("a result may have as many rows as the limit and no more")
    func resultRows() throws {
        var limits = QueryLimits()
        limits.resultRowCountMax = 10
        #expect(try run("FROM t", limits).rowCount == 10)
        limits.resultRowCountMax = 9
        expectRefusal("resultRowCountMax", "FROM t", limits)
        #expect(try run("FROM t |> LIMIT 9", limits).rowCount == 9)
    }

    @Test("memory beyond the limit ends the query")
    func memory() {
        var limits = QueryLimits()
        limits.memorySizeMax = 100
        expectRefusal("memorySizeMax", "FROM t |> AGGREGATE count(*) GROUP BY s", limits)
        expectRefusal("memorySizeMax", "FROM t |> ORDER BY s", limits)
        expectRefusal("memorySizeMax", "FROM t", limits)
    }

    @Test("a query out of time ends")
    func wallTime() {
        var limits = QueryLimits()
        limits.wallTimeMax = .zero
        expectRefusal("wallTimeMax", "FROM t", limits)
    }

    @Test("a cancelled query ends")
    func cancellation() {
        let cancellation = QueryCancellation()
        cancellation.cancel()
        #expect {
            try run("FROM t", QueryLimits(), cancellation: cancellation)
        } throws: {
            ($0 as? QueryError)?.code == .cancelled
        }
    }
}
