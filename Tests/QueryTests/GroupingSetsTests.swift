import Columns
import Testing

@testable import Query

/// ROLLUP, CUBE and GROUPING SETS against as many plain groupings.
@Suite("Grouping sets")
struct GroupingSetsTests {
    private func run(
        _ text: String, _ tables: [MemoryTable], _ limits: QueryLimits = QueryLimits()
    ) throws(QueryError) -> [[Value]] {
        try QueryEngine(
            catalog: TestCatalog(tables: tables), limits: limits, now: 0, threadCount: 3
        ).run(text).rows
    }

    private static func table(_ random: inout SeededGenerator) -> MemoryTable {
        let rows = (0..<Int.random(in: 1..<40, using: &random)).map { _ -> [Value] in
            (0..<4).map { _ in
                let value = Int64.random(in: 0..<4, using: &random)
                return value == 3 ? .null : .int64(value)
            }
        }
        return TestCatalog.table(
            "t", [("a", .int64), ("b", .int64), ("c", .int64), ("v", .int64)], rows,
            blockRowCount: 6)
    }

    @Test("sets of keys give the rows that a grouping by each of them gives", arguments: 0..<40)
    func model(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let tables = [Self.table(&random)]
        let names = ["a", "b", "c"]
        let (keys, sets): (String, [[Int]]) =
            switch seed % 3 {
            case 0: ("ROLLUP (a, b, c)", [[0, 1, 2], [0, 1], [0], []])
            case 1: ("CUBE (a, b)", [[0, 1], [0], [1], []])
            default: ("GROUPING SETS ((a, c), b, (), (c))", [[0, 2], [1], [], [2]])
            }
        let used = seed % 3 == 1 ? [0, 1] : seed % 3 == 0 ? [0, 1, 2] : [0, 2, 1]
        let columns = used.map { names[$0] }.joined(separator: ", ")
        let marks = used.map { "grouping(\(names[$0])) AS g\(names[$0])" }
        let order = " |> ORDER BY \(columns), set"
        let all = """
            FROM t |> AGGREGATE count(*) AS n, sum(v) AS s, \(marks.joined(separator: ", "))
            GROUP BY \(keys) |> SELECT \(columns), n, s,
            \(used.map { "g\(names[$0])" }.joined(separator: " * 10 + ")) AS set
            """
        let parts = sets.map { set in
            let group = set.map { names[$0] }.joined(separator: ", ")
            let outputs = used.map {
                set.contains($0) ? names[$0] : "CAST(NULL AS BIGINT) AS \(names[$0])"
            }
            let number = used.map { set.contains($0) ? "0" : "1" }.joined(separator: " * 10 + ")
            return "(FROM t |> AGGREGATE count(*) AS n, sum(v) AS s"
                + (set.isEmpty ? "" : " GROUP BY \(group)")
                + " |> SELECT \(outputs.joined(separator: ", ")), n, s, \(number) AS set)"
        }
        let expected = parts.joined(separator: " UNION ALL ")
        #expect(try run(all + order, tables) == run(expected + order, tables), "seed \(seed)")
        // Without an order of its own the result is ordered by the keys all the same.
        #expect(
            try run(all + " |> SELECT \(columns)", tables)
                == run(expected + " |> ORDER BY \(columns) |> SELECT \(columns)", tables))
    }

    @Test("there may be as many sets as the limit and no more")
    func limit() throws {
        var random = SeededGenerator(seed: 1)
        let tables = [Self.table(&random)]
        var limits = QueryLimits()
        limits.groupingSetCountMax = 4
        for keys in ["CUBE (a, b)", "ROLLUP (a, b, c)", "GROUPING SETS (a, b, c, ())"] {
            let text = "FROM t |> AGGREGATE count(*) AS n GROUP BY \(keys)"
            limits.groupingSetCountMax = 4
            #expect(try !run(text, tables, limits).isEmpty)
            limits.groupingSetCountMax = 3
            do throws(QueryError) {
                _ = try run(text, tables, limits)
                Issue.record("\(keys) was not refused")
            } catch {
                #expect(error.code == .limit)
                #expect(error.hint?.contains("groupingSetCountMax") == true)
            }
        }
    }

    @Test("columns that only other sets or nobody looks at are not read")
    func explanation() throws {
        var random = SeededGenerator(seed: 2)
        let lines = try run(
            "EXPLAIN FROM t |> AGGREGATE count(*) AS n, max(c) AS m GROUP BY ROLLUP (a, b) |> DROP m",
            [Self.table(&random)]
        ).compactMap { if case .string(let line) = $0[0] { line } else { nil } }
        #expect(lines.contains { $0.contains("expand: every row 3 times") })
        #expect(lines.contains { $0.hasSuffix("scan t: columns a, b") })
    }
}
