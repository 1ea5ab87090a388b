import Columns
import Testing

@testable import Query

@Suite("Charts")
struct ChartTests {
    private func chart(
        _ columns: [(String, ColumnType)], _ rows: [[Value]], width: Int = 30,
        _ charset: ResultLayout.Charset = .unicode
    ) throws -> String {
        let catalog = TestCatalog(tables: [TestCatalog.table("t", columns, rows)])
        let engine = QueryEngine(catalog: catalog, limits: QueryLimits(), now: 0, threadCount: 1)
        let layout = ResultLayout(width: width, charset: charset)
        return String(
            decoding: try engine.run("FROM t").bytes(as: .chart, layout: layout), as: UTF8.self)
    }

    private let labelled: [(String, ColumnType)] = [("k", .string), ("n", .int64)]

    @Test("bars are as long as their numbers, from zero, and what is small is still seen")
    func bars() throws {
        let rows: [[Value]] = [
            [.string("a"), .int64(20)], [.string("b"), .int64(10)], [.string("c"), .int64(0)],
            [.null, .null],
        ]
        #expect(
            try chart(labelled, rows, .ascii) == """
                n
                a       20 ###################
                b       10 #########.
                c        0
                NULL  NULL
                           0                20

                """)
    }

    @Test("negative numbers go to the left of zero")
    func negative() throws {
        let rows: [[Value]] = [[.string("a"), .int64(-5)], [.string("b"), .int64(5)]]
        #expect(
            try chart(labelled, rows, width: 20, .ascii)
                == """
                n
                a  -5 #######
                b   5        #######
                      -5           5

                """)
    }

    @Test("two repeating keys and a number are a heat map")
    func heatMap() throws {
        let rows: [[Value]] = [
            [.int64(0), .int64(1), .int64(0)], [.int64(1), .int64(1), .int64(4)],
            [.int64(0), .int64(2), .int64(2)],
        ]
        #expect(
            try chart([("x", .int64), ("y", .int64), ("n", .int64)], rows)
                == """
                n: x across, y down
                  0  1
                1 ···███
                2 ▒▒▒
                · 0
                ░ to 1
                ▒ to 2
                ▓ to 3
                █ to 4

                """)
    }

    @Test("a time and a number are a line from the first to the last moment")
    func line() throws {
        let rows: [[Value]] = (0...4).map {
            [.timestamp(Int64($0) * 86_400_000_000), .int64(Int64($0))]
        }
        let text = try chart([("t", .timestamp), ("n", .int64)], rows, width: 40, .ascii)
        let lines = text.split(separator: "\n")
        #expect(lines.first == "n")
        #expect(lines[1].hasPrefix("4 +") && lines[1].hasSuffix("*"))
        #expect(lines[10].hasPrefix("0 +*"))
        #expect(lines.last == "   1970-01-01                 1970-01-05")
    }

    @Test("one row of numbers shares no axis, and nothing to draw is said")
    func others() throws {
        #expect(
            try chart([("n", .int64), ("mean", .double)], [[.int64(1), .double(0.25)]])
                == "n     1\nmean  0.25\n")
        #expect(try chart(labelled, []) == "0 rows\n")
        #expect(try chart([("k", .string)], [[.string("a")]]).hasPrefix("no chart"))
    }

    @Test("numbers beside a chart have four digits that count")
    func numbers() {
        let texts: [(Double, String)] = [
            (0, "0"), (42, "42"), (0.123456, "0.1235"), (12.3456, "12.35"), (-1.5, "-1.5"),
            (123456.7, "123457"), (0.00012346, "0.0001235"), (1e300, "1e+300"), (.infinity, "inf"),
        ]
        for (number, text) in texts { #expect(ChartNumber.text(of: number) == text) }
    }

    @Test("the largest doubles neither trap nor overflow the axis")
    func extremes() throws {
        let most = Double.greatestFiniteMagnitude
        let rows: [[Value]] = [
            [.string("a"), .double(most)], [.string("b"), .double(-most)],
            [.string("c"), .double(.nan)],
        ]
        _ = try chart([("k", .string), ("n", .double)], rows)
    }
}
