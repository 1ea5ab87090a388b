import Columns
import Testing

@testable import Query

/// A table that shows what it was told: one row with its mode.
private struct ToldTable: Table {
    let name: String
    var mode: IdentityMode?
    let columns = [ColumnDefinition("mode", .string)]

    func identified(by mode: IdentityMode) -> (any Table)? {
        var table = self
        table.mode = mode
        return table
    }

    func scan(_ request: ScanRequest) throws -> Scan { Scan(units: [Unit(text: text)]) }

    private var text: String {
        switch mode {
        case nil: "untold"
        case .resolved: "resolved"
        case .raw: "raw"
        case .asOf(let time): "as of \(time)"
        }
    }

    private struct Unit: ScanUnit {
        let text: String
        let rowCount = 1
        func read(_ columns: [Int]) throws -> Block {
            Block(
                rowCount: 1, columns: columns.map { _ in Column(type: .string, [.string(text)]) })
        }
    }
}

private struct ToldCatalog: TableCatalog {
    let plain = TestCatalog.table("plain", [("n", .int64)], [[.int64(1)]])
    var tableNames: [String] { ["events", "plain"] }
    func table(named name: String) throws -> (any Table)? {
        switch name {
        case "events": ToldTable(name: name)
        case "plain": plain
        default: nil
        }
    }
    var derivedTables: [DerivedTable] {
        [
            DerivedTable(
                name: "visits", summary: "",
                text: "FROM events |> EXTEND 'v' AS v |> WHERE mode IN (SELECT mode FROM events)",
                columns: [ColumnDefinition("mode", .string), ColumnDefinition("v", .string)]),
            DerivedTable(
                name: "deep", summary: "", text: "FROM visits |> JOIN plain ON TRUE |> SELECT mode",
                columns: [ColumnDefinition("mode", .string)]),
            DerivedTable(
                name: "fixed", summary: "", text: "FROM events(identity => raw)",
                columns: [ColumnDefinition("mode", .string)]),
        ]
    }
}

@Suite("Options of a table")
struct TableOptionTests {
    private func run(_ text: String, _ parameters: [String: Value] = [:]) throws -> [[Value]] {
        try QueryEngine(
            catalog: ToldCatalog(), limits: QueryLimits(), now: 86_400_000_000, threadCount: 1
        ).run(text, parameters: parameters).rows
    }

    @Test(
        "tell it the mode, in every spelling and place",
        arguments: [
            ("FROM events", "untold"),
            ("FROM events(identity => raw)", "raw"),
            ("FROM events (IDENTITY=>Raw) AS e |> WHERE e.mode <> ''", "raw"),
            ("FROM events('identity' => raw)", nil),
            ("FROM events(`identity` => 'raw')", "raw"),
            ("FROM EVENTS(identity => 'Resolved')", "resolved"),
            (
                "FROM events(identity => as_of, at => TIMESTAMP '1970-01-01 00:00:01')",
                "as of 1000000"
            ),
            ("FROM events(at => '1970-01-01T00:00:02Z', identity => as-of)", "as of 2000000"),
            ("FROM events(identity => 'as-of', at => now() - INTERVAL 1 DAY)", "as of 0"),
            ("SELECT mode FROM events(identity => as - of, at => now())", "as of 86400000000"),
            ("SELECT e.mode FROM events(identity => raw) e", "raw"),
            ("FROM (FROM events(identity => raw))", "raw"),
            ("WITH r AS (FROM events(identity => raw)) FROM r", "raw"),
            ("FROM plain |> JOIN events(identity => raw) AS e ON TRUE |> SELECT e.mode", "raw"),
            ("SELECT (SELECT mode FROM events(identity => raw)) AS m", "raw"),
            ("FROM visits |> SELECT mode", "untold"),
            ("FROM events(rollups => false)", "untold"),
            ("FROM events(rollups => TRUE, identity => raw)", "raw"),
            ("FROM visits(rollups => false) |> SELECT mode", "untold"),
            ("FROM visits(identity => raw) |> SELECT mode", "raw"),
            ("FROM deep(identity => resolved)", "resolved"),
            ("FROM fixed(identity => resolved)", "raw"),
        ] as [(String, String?)])
    func modes(text: String, mode: String?) throws {
        guard let mode else {
            #expect(throws: QueryError.self) { try run(text) }
            return
        }
        #expect(try run(text) == [[.string(mode)]])
    }

    @Test("values may be parameters")
    func parameters() throws {
        let rows = try run(
            "FROM events(identity => @mode, at => @t)",
            ["mode": .string("as-of"), "t": .string("1970-01-01T00:00:03Z")])
        #expect(rows == [[.string("as of 3000000")]])
    }

    @Test("what stands elsewhere in the query is told nothing")
    func scope() throws {
        let rows = try run("FROM visits(identity => raw) |> SELECT mode |> UNION ALL (FROM events)")
        #expect(rows == [[.string("raw")], [.string("untold")]])
    }

    @Test(
        "what is wrong with them is said with its place",
        arguments: [
            ("FROM events(idenity => raw)", 13, "unknown option `idenity`", "`identity`?"),
            ("FROM events(zone => 'UTC')", 13, "unknown option `zone`", "`at` and `rollups`"),
            ("FROM events(identity => row)", 25, "unknown identity mode `row`", "`raw`?"),
            ("FROM events(identity => 'today')", 25, "unknown identity mode", "`as_of`"),
            ("FROM events(identity => 1)", 25, "takes a word", "`raw`"),
            ("FROM events(identity => raw, at => now())", 30, "`at` goes with as_of", "as_of, at"),
            ("FROM events(at => now())", 13, "`at` goes with as_of", "as_of, at"),
            ("FROM events(identity => as_of)", 13, "needs a time", "TIMESTAMP"),
            ("FROM events(identity => raw, identity => raw)", 30, "given twice", nil),
            ("FROM events(rollups => maybe)", 24, "unknown column `maybe`", nil),
            ("FROM events(rollups => 1)", 24, "is true or false", "without it"),
            ("FROM events(rollups => true, rollups => true)", 30, "given twice", nil),
            ("FROM plain(rollups => false)", 12, "`plain` takes no options", "events"),
            ("FROM events(identity => as_of, at => 5)", 38, "takes a timestamp", "now()"),
            ("FROM events(identity => as_of, at => mode)", 38, "unknown column `mode`", nil),
            ("FROM plain(identity => raw)", 12, "`plain` takes no options", "events"),
            ("WITH r AS (FROM events) FROM r(identity => raw)", 32, "`r` takes no options", nil),
            ("FROM event(identity => raw)", 6, "unknown table `event`", "`events`?"),
            ("FROM events()", 13, "expected an option", nil),
            ("FROM events(raw)", 16, "expected `=>`", "name => value"),
            ("FROM events(identity = raw)", 22, "expected `=>`", "name => value"),
            ("FROM events(identity => raw", 28, "expected `,` or `)`", nil),
            ("FROM events(identity => as-if)", 28, "expected OF", nil),
            ("FROM events |> WHERE mode => 'x'", 27, "expected |>", "write >="),
        ] as [(String, Int, String, String?)])
    func errors(text: String, column: Int, message: String, hint: String?) throws {
        do {
            _ = try run(text)
            Issue.record("no error: \(text)")
        } catch let error as QueryError {
            #expect(error.column == column, "\(text): \(error)")
            #expect(error.message.contains(message), "\(error)")
            if let hint { #expect(error.hint?.contains(hint) == true, "\(error)") }
        }
    }

    @Test(
        "print as they parse",
        arguments: [
            (
                "FROM events(identity=>as-of,at=>'x') AS e",
                "FROM events(identity => as_of, at => 'x') AS e"
            ),
            (
                "SELECT * FROM events(identity => raw) JOIN views(identity => 'raw') USING (a)",
                "SELECT * FROM events(identity => raw) JOIN views(identity => 'raw') USING (a)"
            ),
        ])
    func printing(text: String, printed: String) throws {
        let query = try Parser.parse(text, limits: QueryLimits())
        #expect(Printer.text(of: query) == printed)
        #expect(try Parser.parse(printed, limits: QueryLimits()) == query)
    }

    @Test("EXPLAIN shows them")
    func explanation() throws {
        func plan(_ text: String) throws -> String {
            guard case .string(let line) = try run("EXPLAIN " + text)[0][0] else { return "" }
            return line
        }
        #expect(try plan("FROM events") == "scan events: columns mode")
        #expect(
            try plan("FROM events(identity => raw)")
                == "scan events(identity => raw): columns mode")
        #expect(
            try plan("FROM events(identity => as_of, at => '1970-01-01')")
                == "scan events(identity => as_of, at => TIMESTAMP '1970-01-01T00:00:00Z'): "
                + "columns mode")
    }

    @Test("they do not travel")
    func portability() throws {
        let notes = try QueryEngine.portability(
            of: "FROM events(identity => raw) |> LIMIT 1", to: PortableEngine.allCases,
            columns: ["Raw"])
        #expect(notes.map(\.message) == ["the table option `identity`"])
        #expect(notes.first?.column == 13)
    }
}
