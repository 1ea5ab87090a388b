import Columns
import Testing

@testable import Query

@Suite("Forms of a result")
struct ResultFormatTests {
    private let catalog = TestCatalog(tables: [
        TestCatalog.table(
            "t", [("s", .string), ("i", .int64), ("d", .double), ("b", .bool), ("ts", .timestamp)],
            [
                [.string("plain"), .int64(-5), .double(1), .bool(true), .timestamp(0)],
                [.string("a,\"b\"\n"), .int64(7), .double(0.1), .bool(false), .timestamp(1_500)],
                [.null, .null, .null, .null, .null],
                [.string("=1+1"), .int64(.max), .double(.infinity), .null, .timestamp(-1_000_000)],
            ])
    ])

    private func text(_ query: String, _ format: ResultFormat, width: Int? = nil) throws -> String {
        let engine = QueryEngine(catalog: catalog, limits: QueryLimits(), now: 0, threadCount: 1)
        return String(
            decoding: try engine.run(query).bytes(as: format, layout: ResultLayout(width: width)),
            as: UTF8.self)
    }

    private static let shownDoubles: [String: String] = [
        "0.6666666666666666": "0.666667", "300.88227812": "300.882278",
        "0.012345678": "0.0123457", "-3.3333333333333334e-08": "-3.33333e-08", "4": "4.0",
        "0.1": "0.1", "0": "0.0", "333333333.3333333": "333333333.333333",
        "333333333333.3333": "333333333333.3333",
        "3.5e-16": "3.5e-16",
    ]

    @Test("people see six digits of a double behind the point, or in all; programs see it exactly")
    func rounding() throws {
        for (text, shown) in Self.shownDoubles {
            let number = try #require(Double(text))
            #expect(CellText.shown(.double(number), null: "") == shown)
            #expect(CellText.text(of: .double(number), null: "") == "\(number)")
        }
    }

    @Test("a table that is wider than the page becomes records, if that is asked for")
    func expansion() throws {
        let engine = QueryEngine(catalog: catalog, limits: QueryLimits(), now: 0, threadCount: 1)
        func first(_ query: String, _ layout: ResultLayout) throws -> Character? {
            String(decoding: try engine.run(query).bytes(as: .table, layout: layout), as: UTF8.self)
                .first
        }
        let query = "SELECT 'four' AS a, 'four' AS b"
        // Two columns of four characters and their frames take 15.
        #expect(try first(query, ResultLayout(width: 15, expanded: .auto)) == "┌")
        #expect(try first(query, ResultLayout(width: 14, expanded: .auto)) == "─")
        #expect(try first(query, ResultLayout(width: 14, expanded: .off)) == "┌")
        #expect(try first(query, ResultLayout(width: 15, expanded: .on)) == "─")
        #expect(
            try first("SELECT 'a long text' AS a", ResultLayout(width: 9, expanded: .auto)) == "┌")
    }

    @Test("every function has a few words for people")
    func summaries() {
        for function in QueryWords.functions {
            #expect(!function.summary.isEmpty, "\(function.name)")
        }
        #expect(FunctionSummaries.all.count == QueryWords.functions.count)
    }

    @Test("NDJSON has an object per line")
    func ndjson() throws {
        #expect(
            try text("FROM t", .ndjson) == """
                {"s":"plain","i":-5,"d":1.0,"b":true,"ts":"1970-01-01T00:00:00Z"}
                {"s":"a,\\"b\\"\\n","i":7,"d":0.1,"b":false,"ts":"1970-01-01T00:00:00.001500Z"}
                {"s":null,"i":null,"d":null,"b":null,"ts":null}
                {"s":"=1+1","i":9223372036854775807,"d":null,"b":null,"ts":"1969-12-31T23:59:59Z"}

                """)
    }

    @Test("JSON is one array, also when empty, and keeps columns of one name apart")
    func json() throws {
        #expect(try text("SELECT 1 AS a, 2 AS a", .json) == "[\n{\"a\":1,\"a_2\":2}\n]\n")
        #expect(try text("FROM t |> WHERE FALSE", .json) == "[]\n")
    }

    @Test("CSV quotes as RFC 4180 says and disarms formulas")
    func csv() throws {
        #expect(
            try text("FROM t |> SELECT s, i", .csv)
                == "s,i\r\nplain,-5\r\n\"a,\"\"b\"\"\n\",7\r\n,\r\n'=1+1,9223372036854775807\r\n")
        #expect(try text("SELECT '' AS e, NULL AS n", .csv) == "e,n\r\n\"\",\r\n")
    }

    @Test(
        "text like a formula is disarmed",
        arguments: [
            "=a", "+a", "-a", "@a", "\ta", "\ra", "\na", "  =a", "\"=a", "＝a", "＠a", "-1-2", "-",
            "-1e", "+1", " -1",
        ])
    func formulas(_ text: String) {
        #expect(FormulaText.disarmed(text) == "'" + text)
    }

    @Test(
        "text unlike a formula is left alone",
        arguments: ["a=b", "", "a", "1-2", "é", "-5", "-1004", "-0.5", "-2.5e+3"])
    func noFormulas(_ text: String) {
        #expect(FormulaText.disarmed(text) == text)
    }

    @Test("TSV has one line per row whatever the text holds")
    func tsv() throws {
        #expect(
            try text("SELECT 'a\tb\\c\nd' AS x, 1 AS y", .tsv) == "x\ty\na\\tb\\\\c\\nd\t1\n")
    }

    @Test("Markdown escapes what would end a cell")
    func markdown() throws {
        #expect(
            try text("SELECT 'a|b' AS x, 1 AS y", .markdown)
                == "| x | y |\n| --- | ---: |\n| a\\|b | 1 |\n")
    }

    @Test("a table aligns numbers to the right and counts its rows")
    func table() throws {
        #expect(
            try text("FROM t |> LIMIT 2 |> SELECT s, i", .table) == """
                ┌────────────┬────┐
                │ s          │  i │
                ├────────────┼────┤
                │ plain      │ -5 │
                │ a,"b"\\u{a} │  7 │
                └────────────┴────┘
                2 rows

                """)
    }

    @Test("a table keeps to the width it is given")
    func width() throws {
        let text = try text(
            "SELECT 'a long text that must be cut' AS x, 12 AS y", .table, width: 20)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 20 })
        #expect(text.contains("a long tex…"))
    }

    @Test("no form lets a terminal sequence through to a table")
    func terminal() throws {
        let text = try text("SELECT 'x\u{1B}]0;t\u{7}\u{202E}\u{9B}1m' AS x", .table)
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !TextSafety.isHidden($0) })
    }
}
