import Columns
import Testing

@testable import Query

/// What a query asks of a table: no more columns, rows and reads than it needs.
@Suite("Scans")
struct ScanTests {
    private let table = TestCatalog.table(
        "t", [("s", .string), ("i", .int64), ("ts", .timestamp), ("d", .double)],
        (0..<6).map {
            [
                .string("k\($0 % 3)"), .int64($0), .timestamp($0 * 3_600_000_000),
                .double(Double($0)),
            ]
        }, blockRowCount: 3)

    private func run(_ text: String, on spy: SpyTable) throws(QueryError) -> QueryResult {
        try QueryEngine(
            catalog: SpyCatalog(spy: spy), limits: QueryLimits(), now: 7_200_000_000,
            threadCount: 1
        ).run(text)
    }

    @Test("only columns that matter are read, and those of the filter first")
    func columns() throws {
        let spy = try SpyTable(table)
        let text = "FROM t |> EXTEND d * 2 AS unused |> WHERE i >= 4 |> SELECT s"
        #expect(try run(text, on: spy).rows == [[.string("k1")], [.string("k2")]])
        // The first block has no row left, so its other column is never touched.
        #expect(spy.reads == [["i"], ["i"], ["s"]])
    }

    @Test("counting rows reads no column")
    func counting() throws {
        let spy = try SpyTable(table)
        #expect(try run("FROM t |> AGGREGATE count(*)", on: spy).rows == [[.int64(6)]])
        #expect(spy.reads == [[], []])
    }

    @Test("LIMIT stops reading when it has its rows")
    func limit() throws {
        let spy = try SpyTable(table)
        #expect(try run("FROM t |> SELECT i |> LIMIT 2", on: spy).rowCount == 2)
        #expect(spy.reads == [["i"]])
    }

    @Test(
        "conditions become bounds of the scan",
        arguments: [
            ("i = 3", "i one of 3"), ("3 <= i", "i from 3 to …"), ("i IN (1, 2)", "i one of 1, 2"),
            ("i BETWEEN 1 AND 2", "i from 1 to …; i from … to 2"), ("s IS NULL", "s is null"),
            ("s IS NOT NULL", "s is not null"), ("s LIKE 'k1%'", "s from 'k1' to 'k2'"),
            ("s = 'a' OR s IN ('b', 'c')", "s one of 'a', 'b', 'c'"),
            ("i = 3 OR (s = 'a' AND i < 2)", "i one of 3, or s one of 'a' and i from … to 2"),
            (
                "ts >= now() - INTERVAL 1 HOUR",
                "ts from TIMESTAMP '1970-01-01T01:00:00Z' to …"
            ),
            (
                "date_trunc('hour', ts) = TIMESTAMP '1970-01-01 02:00:00'",
                "ts from TIMESTAMP '1970-01-01T02:00:00Z' to TIMESTAMP '1970-01-01T02:59:59.999999Z'"
            ),
        ])
    func bounds(condition: String, expected: String) throws {
        let spy = try SpyTable(table)
        let result = try run(
            "EXPLAIN FROM t |> SELECT i, s, ts AS ts |> ORDER BY i |> WHERE \(condition)", on: spy)
        let lines = result.rows.map { CellText.text(of: $0[0], null: "") }
        #expect(lines.contains { $0.hasSuffix("bounds: " + expected) }, "\(lines)")
        #expect(spy.reads.isEmpty)
        #expect(lines.contains { $0.contains("1 to read, 2 pruned") })
    }

    @Test("conditions that say nothing about a column alone give no bounds")
    func noBounds() throws {
        let spy = try SpyTable(table)
        for condition in ["i = d", "i + 1 = 2", "NOT s = 'a'", "s LIKE '%a'", "i = 1 OR s = 'a'"] {
            _ = try run("FROM t |> WHERE \(condition)", on: spy)
            #expect(spy.bounds.isEmpty, "\(condition)")
        }
    }

    @Test("damaged rows are left out, whichever column is damaged, and the answer says so")
    func damage() throws {
        let spy = try SpyTable(table, damaged: [["i": 0..<1], ["s": 1..<3]])
        let result = try run("FROM t |> WHERE i < 5 |> SELECT i, s", on: spy)
        #expect(result.rows.map { $0[0] } == [.int64(1), .int64(2), .int64(3)])
        #expect(result.damage.count == 2)
        let whole = try run("FROM t |> AGGREGATE count(d) AS n", on: spy)
        #expect(whole.rows == [[.int64(6)]])
        #expect(whole.damage.isEmpty)
    }

    @Test("a short ORDER BY reads the other columns only where the rows of the result are")
    func lateColumns() throws {
        let spy = try SpyTable(table)
        let text = "SELECT s, d FROM t WHERE d < 5 ORDER BY i DESC LIMIT 2"
        #expect(
            try run(text, on: spy).rows == [
                [.string("k1"), .double(4)], [.string("k0"), .double(3)],
            ])
        #expect(spy.reads == [["d"], ["i"], ["d"], ["i"], ["d"], ["s", "i"]])
    }

    @Test("a row of a short ORDER BY that turns out to be damaged makes room for the next")
    func lateDamage() throws {
        let spy = try SpyTable(table, damaged: [[:], ["s": 2..<3]])
        let result = try run("FROM t |> ORDER BY i DESC |> LIMIT 2 |> SELECT i, s", on: spy)
        #expect(result.rows.map { $0[0] } == [.int64(4), .int64(3)])
        #expect(result.damage.count == 1)
    }

    @Test("few rows of many columns are the same rows, without those that turn out to be damaged")
    func fewRows() throws {
        let names = (0..<12).map { "c\($0)" }
        let wide = TestCatalog.table(
            "t", [("i", .int64)] + names.map { ($0, .string) },
            (0..<128).map { row in [.int64(row)] + names.map { .string("\($0)-\(row % 50)") } },
            blockRowCount: 64)
        let spy = try SpyTable(wide, damaged: [["c3": 9..<12], [:]])
        let result = try run("FROM t |> WHERE i IN (8, 10, 70)", on: spy)
        #expect(
            result.rows
                == [8, 70].map { row in [.int64(row)] + names.map { .string("\($0)-\(row % 50)") } }
        )
        #expect(result.damage.count == 1)
        let sorted = try run("FROM t |> ORDER BY c1 DESC, i DESC |> LIMIT 2", on: spy)
        #expect(sorted.rows.map { $0[0] } == [.int64(109), .int64(59)])
    }

    @Test("a table that cannot be read is an error and not an empty answer")
    func failure() throws {
        let spy = try SpyTable(table, failsToRead: true)
        #expect {
            try run("FROM t |> AGGREGATE count(*)", on: spy)
        } throws: {
            ($0 as? QueryError)?.code == .storage
        }
    }

    @Test("EXPLAIN ANALYZE tells what was read and how long each stage took")
    func analyze() throws {
        let spy = try SpyTable(table)
        let result = try run("EXPLAIN ANALYZE FROM t |> AGGREGATE sum(i) GROUP BY s", on: spy)
        let lines = result.rows.map { CellText.text(of: $0[0], null: "") }
        #expect(lines.first?.hasPrefix("aggregate: sum(i)") == true)
        #expect(lines.contains { $0.hasPrefix("read: 6 rows") })
        #expect(lines.contains { $0.hasPrefix("time: aggregate") })
    }

    @Test("parameters are values, whatever their text says")
    func parameters() throws {
        let engine = QueryEngine(
            catalog: TestCatalog(tables: [table]), limits: QueryLimits(), now: 0, threadCount: 1)
        let text = "FROM t |> WHERE s = @s OR i = @i |> SELECT i"
        let rows = try engine.run(
            text, parameters: ["s": .string("' OR TRUE --"), "i": .int64(2)]
        ).rows
        #expect(rows == [[.int64(2)]])
    }
}
