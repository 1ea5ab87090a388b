import Testing

@testable import Query

@Suite("Portability")
struct PortabilityTests {
    private static let columns = ["event", "contentId", "timestamp", "data.startupTime"]

    private func notes(
        _ text: String, _ engines: [PortableEngine] = PortableEngine.allCases
    ) throws -> [String] {
        try QueryEngine.portability(of: text, to: engines, columns: Self.columns).map {
            "\($0.line):\($0.column) \($0.engines.map(\.rawValue).joined(separator: ",")): \($0.message)"
        }
    }

    @Test("a query that is said portably has nothing to note")
    func portable() throws {
        #expect(
            try notes(
                """
                FROM events |> WHERE event = 'playStart' AND timestamp >= now() - INTERVAL 24 HOUR
                |> AGGREGATE count(*) AS plays, avg(data.startupTime) AS startup GROUP BY contentId
                |> ORDER BY plays DESC |> LIMIT 20
                """) == [])
    }

    @Test(
        "what does not travel is named with its place and the engines that refuse it",
        arguments: [
            (
                "FROM events |> ORDER BY event",
                "1:25 spark: ORDER BY puts nulls first there"
            ),
            ("FROM events |> DISTINCT", "1:16 spark: DISTINCT as a step"),
            ("FROM events |> DISTINCT ON (event)", "1:16 spark,clickhouse: DISTINCT ON"),
            ("FROM events |> RENAME event AS e", "1:23 spark,clickhouse: RENAME"),
            (
                "FROM sessions |> LIMIT 1",
                "1:6 spark,clickhouse: the table `sessions` exists here only"
            ),
            (
                "FROM events |> WHERE contentid = 'c'",
                "1:22 clickhouse: names are told apart by letter case there"
            ),
            (
                "FROM events |> WHERE event = @name",
                "1:30 spark,clickhouse: parameters are written otherwise elsewhere"
            ),
            (
                "FROM events |> SELECT \"event\"",
                "1:23 spark: text in double quotes is a string there"
            ),
            (
                "FROM events |> JOIN events AS e USING (event)",
                "1:16 clickhouse: a join that is no part of a SELECT"
            ),
            (
                "FROM events |> SELECT CASE WHEN event IN (SELECT contentid FROM events) THEN 1 END",
                "1:50 clickhouse: names are told apart by letter case there"
            ),
            (
                "FROM events |> SET event = 'a', contentId = event",
                "1:33 spark: SET computes one value after the other there"
            ),
            (
                "FROM events |> UNION ALL (FROM events), (FROM events)",
                "1:16 spark: UNION ALL of several queries"
            ),
            (
                "FROM events |> AGGREGATE count(*) AS n GROUP BY date_trunc('day', timestamp) AS t FILL 0",
                "1:83 spark,clickhouse: FILL"
            ),
            (
                "FROM events |> AGGREGATE count(*) AS n GROUP BY ROLLUP (event)",
                "1:49 spark,clickhouse: sets of keys in AGGREGATE"
            ),
            (
                "SELECT event, count(*) FROM events GROUP BY CUBE (event)",
                "1:45 clickhouse: keys that a set lacks are no nulls there"
            ),
            (
                "FROM events |> EXTEND sessionize(timestamp, INTERVAL 1 HOUR) OVER () AS s",
                "1:23 spark,clickhouse: the function `sessionize`"
            ),
        ])
    func refusals(text: String, note: String) throws {
        #expect(try notes(text) == [note])
    }

    @Test("only the engines that were asked about are named")
    func engines() throws {
        #expect(try notes("FROM events |> ORDER BY event", [.clickhouse]) == [])
    }

    @Test("names of WITH are no tables of ours")
    func definitions() throws {
        #expect(try notes("WITH t AS (FROM events) FROM t") == [])
    }

    @Test("a note shows the place with a caret")
    func rendering() throws {
        let notes = try QueryEngine.portability(
            of: "FROM events\n|> DISTINCT", to: [.spark], columns: [])
        #expect(
            notes[0].rendered == """
                2:4: not portable: DISTINCT as a step (Spark 4)
                  |> DISTINCT
                     ^^^^^^^^
                hint: write |> SELECT DISTINCT …
                """)
    }

    @Test("a text that is wrong is an error, not a note")
    func wrongText() {
        #expect(throws: QueryError.self) { try notes("FROM events |>") }
    }
}
