import Columns
import Testing

@testable import Query

/// Many blocks, each with a dictionary of its own, as segments have them.
@Suite("Threads")
struct ThreadTests {
    private static func table(seed: UInt64, rowCount: Int) -> MemoryTable {
        var random = SeededGenerator(seed: seed)
        let rows: [[Value]] = (0..<rowCount).map { row in
            let user = Int.random(in: 0..<300, using: &random)
            return [
                .string(["play", "share", "like"].randomElement(using: &random) ?? ""),
                user < 30 ? .null : .string("user\(user)"), .string("device\(user / 2)"),
                .timestamp(Int64(row) * 7_000_000),
                .double(Double.random(in: -1e9...1e9, using: &random)),
            ]
        }
        return TestCatalog.table(
            "t",
            [
                ("event", .string), ("userId", .string), ("deviceId", .string), ("ts", .timestamp),
                ("x", .double),
            ], rows, blockRowCount: 257)
    }

    @Test(
        "any number of threads gives the same rows in the same order",
        arguments: [
            "FROM t |> AGGREGATE count(*) AS n, sum(x) AS s, avg(x) AS a GROUP BY userId, event",
            "FROM t |> AGGREGATE count(DISTINCT coalesce(userId, deviceId)) AS n, count(DISTINCT userId, event) AS m GROUP BY date_trunc('hour', ts) AS h",
            "FROM t |> AGGREGATE count(*) AS n GROUP BY userId |> ORDER BY n DESC |> LIMIT 7",
            "FROM t |> ORDER BY event |> LIMIT 20 OFFSET 11",
            "FROM t |> ORDER BY userId DESC, x |> LIMIT 50",
            "FROM t |> AGGREGATE median(x) AS m, stddev_samp(x) AS v, min_by(userId, x) AS w, any_value(deviceId) AS d, sum(DISTINCT x) AS s GROUP BY event",
            "FROM t |> SELECT DISTINCT userId, event",
            "FROM t |> WHERE event <> 'play' AND userId LIKE 'user1%' |> LIMIT 40",
            "FROM t |> JOIN (FROM t |> AGGREGATE count(*) AS n GROUP BY userId) AS u USING (userId) |> LIMIT 3000",
            "FROM t AS a |> LEFT JOIN (FROM t |> WHERE x > 9e8) AS b ON a.userId = b.userId AND a.ts < b.ts |> SELECT a.ts, b.ts AS later",
            "FROM t |> UNION ALL (FROM t |> WHERE event = 'like') |> SELECT event, x |> LIMIT 6000",
            "FROM t |> EXTEND sum(x) OVER (PARTITION BY userId ORDER BY event) AS s, row_number() OVER (PARTITION BY userId ORDER BY event) AS n",
            "FROM t |> WHERE userId IN (FROM t |> WHERE x > 9e8 |> SELECT userId) AND x < (SELECT avg(x) FROM t)",
        ])
    func determinism(text: String) throws {
        let catalog = TestCatalog(tables: [Self.table(seed: 11, rowCount: 5_000)])
        var answers: [[[Value]]] = []
        for threadCount in [1, 2, 4, 8] {
            let engine = QueryEngine(
                catalog: catalog, limits: QueryLimits(), now: 0, threadCount: threadCount)
            answers.append(try engine.run(text).rows)
        }
        #expect(answers.allSatisfy { $0 == answers[0] }, "seed 11: \(text)")
        #expect(!answers[0].isEmpty)
    }

    @Test("distinct values are counted right beyond the size of the bitmap")
    func manyDistinct() {
        let set = GroupedIdSet()
        var expected: Set<[Int32]> = []
        var random = SeededGenerator(seed: 3)
        // The last rounds ask for far more bits than the bitmap may have.
        for (groupCount, idCount) in [(2, 100), (40, 2_000), (400, 1 << 16), (5_000, 1 << 20)] {
            let groups = (0..<500).map { _ in
                Int32.random(in: 0..<Int32(groupCount), using: &random)
            }
            let ids = (0..<500).map { _ in Int32.random(in: 0..<Int32(idCount), using: &random) }
            let rows = GroupedRows(groups: groups, rowCount: 500, groupCount: groupCount)
            set.insert(rows, ids, idCount: idCount, skipsZero: true)
            for (group, id) in zip(groups, ids) where id != 0 { expected.insert([group, id]) }
        }
        let counts = set.counts(5_000)
        #expect(counts.reduce(0, +) == Int64(expected.count))
        for group in 0..<Int32(5_000) {
            #expect(counts[Int(group)] == Int64(expected.count { $0[0] == group }))
            if group > 60 { break }
        }
    }

    @Test("sorting agrees with a plain sort, with and without a limit", arguments: 0..<10)
    func sorting(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...400, using: &random)
        let range: Int64 = seed % 2 == 0 ? 5 : 10_000
        let cells: [Value] = (0..<count).map { _ in
            Int.random(in: 0..<9, using: &random) == 0
                ? .null : .int64(Int64.random(in: 0..<range, using: &random))
        }
        let column = Column(type: .int64, cells)
        for (isDescending, nullsFirst) in [(false, false), (true, false), (true, true)] {
            let order = SortOrder([
                SortOrder.Key(column: column, isDescending: isDescending, nullsFirst: nullsFirst)
            ])
            let expected = (0..<count).sorted { a, b in
                let (x, y) = (cells[a], cells[b])
                if (x == .null) != (y == .null) { return (x == .null) == nullsFirst }
                let comparison = ValueOrder.compare(x, y)
                return comparison == 0 ? a < b : (comparison < 0) != isDescending
            }.map { Int32($0) }
            #expect(order.rows(limit: nil) == expected, "seed \(seed)")
            for limit in [0, 1, 7, count / 3] {
                #expect(order.rows(limit: limit) == Array(expected.prefix(limit)), "seed \(seed)")
            }
        }
    }
}

@Suite("Pairs of key numbers")
struct PairTableTests {
    @Test("get the same numbers with a grid and beyond it", arguments: 0..<4)
    func numbers(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = PairTable()
        var known: [[Int32]: Int32] = [:]
        for (firstCount, secondCount) in [(3, 5), (40, 17), (40, 300), (9_000, 300), (70_000, 300)]
        {
            let first = (0..<800).map { _ in
                Int32.random(in: 0..<Int32(firstCount), using: &random)
            }
            let second = (0..<800).map { _ in
                Int32.random(in: 0..<Int32(secondCount), using: &random)
            }
            var numbers = first
            table.combine(&numbers, second, firstCount: firstCount, secondCount: secondCount)
            for row in first.indices {
                let pair = [first[row], second[row]]
                let expected = known[pair] ?? Int32(known.count)
                known[pair] = expected
                #expect(numbers[row] == expected, "seed \(seed)")
            }
        }
        #expect(table.count == known.count)
    }
}
