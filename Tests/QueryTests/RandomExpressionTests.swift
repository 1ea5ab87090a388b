import Columns
import Testing

@testable import Query

/// Random expressions, answered by the engine and by `NaiveEvaluator`, which walks the tree of the
/// query row by row and shares no code with kernels, dictionaries, pruning or threads.
@Suite("Random expressions")
struct RandomExpressionTests {
    static let columns: [(String, ColumnType)] = [
        ("i", .int64), ("j", .int64), ("d", .double), ("s", .string), ("u", .string), ("b", .bool),
        ("ts", .timestamp),
    ]

    static func rows(_ count: Int, using random: inout SeededGenerator) -> [[Value]] {
        (0..<count).map { _ in
            columns.map { _, type in
                if Int.random(in: 0..<5, using: &random) == 0 { return .null }
                switch type {
                case .int64: return .int64(Int64.random(in: -3...3, using: &random))
                case .double: return .double(Double(Int.random(in: -6...6, using: &random)) / 2)
                case .string:
                    return .string(
                        ["", "a", "ab", "b", "ba", "é"].randomElement(using: &random) ?? "")
                case .bool: return .bool(Bool.random(using: &random))
                case .timestamp:
                    return .timestamp(Int64.random(in: -5...5, using: &random) * 1_800_000_000)
                }
            }
        }
    }

    @Test("agree with a naive evaluation, row by row, on one thread and on four", arguments: 0..<20)
    func agreement(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let rows = Self.rows(40, using: &random)
        let catalog = TestCatalog(tables: [
            TestCatalog.table("t", Self.columns, rows, blockRowCount: 7)
        ])
        for _ in 0..<30 {
            var generator = ExpressionGenerator(random: random)
            let condition = generator.condition(depth: 3)
            let value = generator.number(depth: 3)
            random = generator.random
            let text = "FROM t |> WHERE \(condition) |> SELECT i, s, \(value) AS v"
            let expected = naive(rows, condition, value)
            for threadCount in [1, 4] {
                let engine = QueryEngine(
                    catalog: catalog, limits: QueryLimits(), now: 0, threadCount: threadCount)
                var answer: [[Value]]?
                do throws(QueryError) {
                    answer = try engine.run(text).rows
                } catch {
                    #expect(error.code == .value, "seed \(seed): \(text): \(error)")
                }
                // An error may come from a row that a later condition would have dropped; then the
                // engine must not fail where the naive evaluation, which looks at all, succeeds.
                if let expected {
                    #expect(answer == expected, "seed \(seed): \(text)")
                }
            }
        }
    }

    /// The rows that remain, or `nil` if some expression has no value.
    private func naive(_ rows: [[Value]], _ condition: String, _ value: String) -> [[Value]]? {
        let names = Self.columns.map(\.0)
        var result: [[Value]] = []
        for row in rows {
            let evaluator = NaiveEvaluator(row: Dictionary(uniqueKeysWithValues: zip(names, row)))
            guard let isKept = evaluator.value(of: condition) else { return nil }
            guard isKept == .bool(true) else { continue }
            guard let computed = evaluator.value(of: value) else { return nil }
            result.append([row[0], row[3], computed])
        }
        return result
    }

    @Test("print and parse again to the same tree", arguments: 0..<20)
    func printing(seed: UInt64) throws {
        var generator = ExpressionGenerator(random: SeededGenerator(seed: seed))
        for _ in 0..<100 {
            let text = "SELECT " + generator.condition(depth: 4)
            let query = try Parser.parse(text, limits: QueryLimits())
            let printed = Printer.text(of: query)
            #expect(
                try Parser.parse(printed, limits: QueryLimits()) == query, "seed \(seed): \(text)")
        }
    }

    @Test("pieces of queries put together at random are answered or refused", arguments: 0..<20)
    func fuzz(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let rows = Self.rows(20, using: &random)
        let catalog = TestCatalog(tables: [TestCatalog.table("t", Self.columns, rows)])
        let engine = QueryEngine(
            catalog: catalog, limits: QueryLimits(), now: .max - 5, threadCount: 2)
        let pieces =
            "FROM t|>|WHERE|SELECT|AGGREGATE|GROUP BY|ORDER BY|LIMIT|i|d|s|ts|b|(|)|,|=|<|+|-|*|/|%|'|'a'|1|-1|0|9223372036854775807|1e308|NULL|TRUE|NOT|AND|OR|IN|LIKE|BETWEEN|IS|CASE|WHEN|THEN|END|count(*)|sum(|min(|count(DISTINCT|AS x|INTERVAL 1 DAY|INTERVAL 9223372036854775807 MONTH|CAST(|AS BIGINT)|date_trunc('month',|time_bucket(INTERVAL 7 MONTH,|extract(year FROM|substr(s,|round(d,|date_diff('microsecond', ts,|EXPLAIN|DISTINCT|@p|`|\"|--|/*|;|\u{0}|é"
            .split(separator: "|").map(String.init) + ["|>", "||"]
        for _ in 0..<400 {
            var text = Bool.random(using: &random) ? "FROM t |> SELECT " : ""
            for _ in 0..<Int.random(in: 1..<14, using: &random) {
                text += (pieces.randomElement(using: &random) ?? "") + " "
            }
            do throws(QueryError) {
                let result = try engine.run(text, parameters: ["p": .int64(.min)])
                for format in ResultFormat.allCases {
                    _ = result.bytes(as: format, layout: ResultLayout(width: 40))
                }
            } catch {
                #expect(!error.message.isEmpty, "seed \(seed): \(text)")
                _ = error.rendered(in: text)
            }
        }
    }
}
