@testable import Columns
@testable import Query

/// What a query does to the engine: an answer or an error with a place in the text, within limits.
enum QueryEntry {
    static func run(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        print(text)
        let engine = QueryEngine(
            catalog: catalog, limits: limits, now: 1_795_262_400_000_000, threadCount: 1)
        do throws(QueryError) {
            let result = try engine.run(text)
            for block in result.blocks {
                precondition(
                    block.columns.count == result.columns.count, "a block of another shape")
                precondition(
                    block.columns.allSatisfy { $0.count == block.rowCount },
                    "columns of several lengths")
            }
            for row in result.rows.prefix(20) {
                _ = row.map { CellText.text(of: $0, null: "NULL") }
            }
        } catch {
            precondition(error.line >= 1 && error.column >= 1, "an error without a place")
            precondition(!error.message.isEmpty, "an error without words")
        }
    }

    /// What is parsed is printed as text that means the same.
    private static func print(_ text: String) {
        guard let query = try? Parser.parse(text, limits: limits) else { return }
        let printed = Printer.text(of: query)
        var roomy = limits
        // Parentheses that are printed to be sure may nest deeper than those that were written.
        roomy.nestingMax *= 4
        roomy.expressionHeightMax *= 4
        roomy.textSizeMax *= 16
        guard let again = try? Parser.parse(printed, limits: roomy) else {
            preconditionFailure("what was printed is no query: \(printed)")
        }
        precondition(again == query, "what was printed is another query: \(printed)")
    }

    private static let limits = {
        var limits = QueryLimits()
        limits.wallTimeMax = .milliseconds(500)
        limits.memorySizeMax = 16 << 20
        limits.groupCountMax = 10_000
        limits.fillRowCountMax = 10_000
        limits.resultRowCountMax = 10_000
        return limits
    }()

    private struct Catalog: TableCatalog {
        var tables: [MemoryTable]
        var tableNames: [String] { tables.map(\.name) }
        func table(named name: String) -> (any Table)? { tables.first { $0.name == name } }
    }

    private static let catalog: Catalog = {
        func column(_ type: ColumnType, _ value: (Int) -> Value) -> Column {
            Column(type: type, (0..<9).map(value))
        }
        let columns: [(ColumnDefinition, Column)] = [
            (ColumnDefinition("seq", .int64), column(.int64) { .int64(Int64($0)) }),
            (
                ColumnDefinition("timestamp", .timestamp),
                column(.timestamp) { .timestamp(1_795_000_000_000_000 + Int64($0) * 3_600_000_000) }
            ),
            (
                ColumnDefinition("event", .string),
                column(.string) { $0 == 4 ? .null : .string(["like", "play", "Grüße"][$0 % 3]) }
            ),
            (
                ColumnDefinition("x", .double),
                column(.double) { $0 == 2 ? .null : .double(Double($0) / 3 - 1) }
            ),
            (ColumnDefinition("b", .bool), column(.bool) { $0 == 1 ? .null : .bool($0 % 2 == 0) }),
            (
                ColumnDefinition("j", .string),
                column(.string) { .string($0 % 2 == 0 ? #"{"a":[1,{"b":null}]}"# : "[") }
            ),
        ]
        let block = Block(rowCount: 9, columns: columns.map(\.1))
        return Catalog(
            tables: ["events", "t"].map {
                MemoryTable(name: $0, columns: columns.map(\.0), blocks: [block])
            })
    }()

    static let words = [
        "FROM events ", "|> ", "SELECT ", "WHERE ", "AGGREGATE ", "GROUP BY ", "ORDER BY ",
        "LIMIT ", "JOIN ", "UNION ALL ",
        "EXTEND ", "DISTINCT ", "count(*)", "CAST(", " AS ", "TIMESTAMP", "BIGINT", "STRING",
        "DOUBLE", "CASE WHEN ", " THEN ",
        " ELSE ", " END", "date_trunc(", "'hour'", "OVER (", "PARTITION BY ", "ROLLUP(",
        "GROUPING SETS(", "FILL ",
        "regexp_matches(", "json_extract(", " IN (", " BETWEEN ", " IS NULL", "INTERVAL ",
        "9223372036854775807",
        "-9223372036854775808", "1e308", "quantile(", "approx_", "sum(", "avg(", "substring(",
        "EXPLAIN ", "WITH ",
        "time_bucket(", "strftime(", "lag(", "ROWS BETWEEN ", " PRECEDING", "UNBOUNDED ",
    ]

    static let seeds = [
        "FROM events |> WHERE seq > 1 AND event LIKE 'l%' |> SELECT seq, x * 2 AS y |> ORDER BY y DESC |> LIMIT 3",
        "FROM events |> AGGREGATE count(*) AS n, sum(x), avg(seq), count(DISTINCT event) GROUP BY event |> ORDER BY n",
        "FROM events |> AGGREGATE count(*) AS n GROUP BY ROLLUP(event, b)",
        "FROM events |> EXTEND CASE WHEN b THEN x ELSE NULL END AS c, CAST(seq AS STRING) AS s |> WHERE s IN ('1', '2')",
        "FROM events |> SELECT date_trunc('hour', timestamp) AS h, row_number() OVER (PARTITION BY event ORDER BY seq) AS r",
        "FROM events AS a |> JOIN t AS b ON a.seq = b.seq |> SELECT a.event, b.x",
        "WITH q AS (FROM t |> LIMIT 2) FROM q |> UNION ALL (FROM q) |> DISTINCT",
        "EXPLAIN FROM events |> WHERE timestamp BETWEEN TIMESTAMP '2026-11-19T00:00:00Z' AND now() - INTERVAL 1 DAY",
        "FROM events |> SELECT json_extract(j, '$.a[1].b'), regexp_matches(event, '^l'), length(event), -seq, NOT b",
        "SELECT event, max(x) FROM events WHERE seq <> 3 GROUP BY event HAVING count(*) > 1 ORDER BY 2 LIMIT 5",
    ].map { Array($0.utf8) }
}
