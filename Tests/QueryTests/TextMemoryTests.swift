import Columns
import Testing

@testable import Query

/// Texts that a query makes count against its limit of memory.
@Suite("Memory of texts") struct TextMemoryTests {
    private func run(_ text: String, memorySizeMax: Int) throws(QueryError) -> QueryResult {
        let rows: [[Value]] = (0..<1_000).map { [.string("text number \($0)"), .int64(Int64($0))] }
        let table = TestCatalog.table(
            "t", [("s", .string), ("n", .int64)], rows, blockRowCount: 250)
        var limits = QueryLimits()
        limits.memorySizeMax = memorySizeMax
        return try QueryEngine(
            catalog: TestCatalog(tables: [table]), limits: limits, now: 0, threadCount: 2
        ).run(text)
    }

    /// Each row's text becomes `2^count` times as long.
    private func doubled(_ count: Int) -> String {
        "FROM t |> SELECT s, n"
            + String(repeating: " |> SELECT s || s AS s, n", count: count)
    }

    @Test("texts that double with every step end in an error that names the limit")
    func doublingTexts() throws {
        let error = #expect(throws: QueryError.self) {
            try run(doubled(16) + " |> AGGREGATE sum(length(s)) AS n", memorySizeMax: 64 << 20)
        }
        #expect(error?.code == .limit)
        #expect(error?.hint?.contains("memorySizeMax") == true)
    }

    @Test("memory of texts that are gone is free again")
    func freedTexts() throws {
        // Each block makes about 2 MB, and four blocks follow one another.
        let result = try run(
            doubled(8) + " |> AGGREGATE sum(length(s)) AS n", memorySizeMax: 16 << 20)
        let lengths = (0..<1_000).reduce(0) { $0 + "text number \($1)".utf8.count }
        #expect(result.rows == [[.int64(Int64(lengths * 256))]])
    }

    @Test("texts that are collected or sorted count, so that long ones end in the limit")
    func collectedTexts() throws {
        for order in ["", " |> ORDER BY n DESC"] {
            let error = #expect(throws: QueryError.self) {
                try run(doubled(9) + order, memorySizeMax: 6 << 20)
            }
            #expect(error?.code == .limit)
        }
    }
}
