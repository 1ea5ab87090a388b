import Columns
import Testing

@testable import Query

/// Joins and window functions against loops that anybody can check.
@Suite("Joins and windows against a model")
struct CombinationModelTests {
    private struct Row: Equatable {
        var group: Int64?
        var key: Int64?
        var value: Double?
    }

    private static func rows(_ random: inout SeededGenerator, _ count: Int) -> [Row] {
        (0..<count).map { _ in
            func maybe<T>(_ value: T) -> T? {
                Int.random(in: 0..<8, using: &random) == 0 ? nil : value
            }
            return Row(
                group: maybe(Int64.random(in: 0..<4, using: &random)),
                key: maybe(Int64.random(in: 0..<6, using: &random)),
                value: maybe(Double(Int.random(in: -20..<20, using: &random))))
        }
    }

    private static func table(_ name: String, _ rows: [Row], blockRowCount: Int) -> MemoryTable {
        TestCatalog.table(
            name, [("g", .int64), ("k", .int64), ("v", .double)],
            rows.map { row in
                [
                    row.group.map { .int64($0) } ?? .null, row.key.map { .int64($0) } ?? .null,
                    row.value.map { .double($0) } ?? .null,
                ]
            }, blockRowCount: blockRowCount)
    }

    private func answer(_ text: String, _ tables: [MemoryTable]) throws -> [[Value]] {
        try QueryEngine(
            catalog: TestCatalog(tables: tables), limits: QueryLimits(), now: 0, threadCount: 3
        ).run(text).rows
    }

    private static func value(_ value: Int64?) -> Value { value.map { .int64($0) } ?? .null }

    @Test("a join gives the pairs that two loops give", arguments: 0..<40)
    func joins(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let left = Self.rows(&random, Int.random(in: 0..<30, using: &random))
        let right = Self.rows(&random, Int.random(in: 0..<30, using: &random))
        let tables = [
            Self.table("a", left, blockRowCount: 7), Self.table("b", right, blockRowCount: 5),
        ]
        func matches(_ a: Row, _ b: Row) -> Bool {
            guard let x = a.key, let y = b.key, x == y else { return false }
            return a.value.flatMap { value in b.value.map { value < $0 } } ?? false
        }
        var inner: [[Value]] = []
        var outer: [[Value]] = []
        for a in left {
            let partners = right.filter { matches(a, $0) }
            for b in partners { inner.append([Self.value(a.group), Self.value(b.group)]) }
            outer += partners.map { [Self.value(a.group), Self.value($0.group)] }
            if partners.isEmpty { outer.append([Self.value(a.group), .null]) }
        }
        let condition = "ON a.k = b.k AND a.v < b.v |> SELECT a.g AS x, b.g AS y"
        #expect(try answer("FROM a |> JOIN b \(condition)", tables) == inner, "seed \(seed)")
        #expect(try answer("FROM a |> LEFT JOIN b \(condition)", tables) == outer, "seed \(seed)")
        #expect(
            try answer("FROM a |> CROSS JOIN b |> AGGREGATE count(*) AS n", tables)
                == [[.int64(Int64(left.count * right.count))]])
    }

    @Test("a moving frame gives what a loop over its rows gives", arguments: 0..<40)
    func frames(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(100 + seed))
        let rows = Self.rows(&random, Int.random(in: 1..<60, using: &random))
        let before = Int.random(in: 0..<4, using: &random)
        let after = Int.random(in: 0..<4, using: &random)
        // Nulls last; ties keep the order of the table.
        func place(_ row: Row) -> Int64 { row.key ?? .max }
        var expected: [[Value]] = []
        for (number, row) in rows.enumerated() {
            let partition = rows.indices.filter { rows[$0].group == row.group }
                .sorted { (place(rows[$0]), $0) < (place(rows[$1]), $1) }
            let own = partition.firstIndex(of: number) ?? 0
            let low = max(0, own - before)
            let high = min(partition.count - 1, own + after)
            let frame = low <= high ? partition[low...high].compactMap { rows[$0].value } : []
            let peers = partition.filter { place(rows[$0]) <= place(row) }
            let running = peers.compactMap { rows[$0].value }
            expected.append([
                frame.isEmpty ? .null : .double(frame.reduce(0, +)),
                frame.max().map { .double($0) } ?? .null, .int64(Int64(frame.count)),
                running.min().map { .double($0) } ?? .null,
                .int64(Int64(partition.filter { place(rows[$0]) < place(row) }.count + 1)),
            ])
        }
        let frame = "ROWS BETWEEN \(before) PRECEDING AND \(after) FOLLOWING"
        let text = """
            FROM a |> SELECT sum(v) OVER (PARTITION BY g ORDER BY k \(frame)) AS s,
            max(v) OVER (PARTITION BY g ORDER BY k \(frame)) AS m,
            count(v) OVER (PARTITION BY g ORDER BY k \(frame)) AS n,
            min(v) OVER (PARTITION BY g ORDER BY k) AS r,
            rank() OVER (PARTITION BY g ORDER BY k) AS p
            """
        let tables = [Self.table("a", rows, blockRowCount: 9)]
        #expect(try answer(text, tables) == expected, "seed \(100 + seed)")
    }
}
