import Columns
import Testing

@testable import Query

/// FILL against loops that anybody can check, its limit, and what a plan says of it.
@Suite("Gap fill")
struct FillTests {
    private static let minute: Int64 = 60_000_000

    private struct Row {
        var key: Int64?
        var flag: Bool
        var time: Int64?
    }

    private static func table(_ rows: [Row]) -> MemoryTable {
        TestCatalog.table(
            "t", [("k", .int64), ("f", .bool), ("ts", .timestamp)],
            rows.map { row in
                [
                    row.key.map { .int64($0) } ?? .null, .bool(row.flag),
                    row.time.map { .timestamp($0) } ?? .null,
                ]
            }, blockRowCount: 5)
    }

    private func run(
        _ text: String, _ rows: [Row], _ limits: QueryLimits = QueryLimits(),
        _ parameters: [String: Value] = [:]
    ) throws(QueryError) -> [[Value]] {
        try QueryEngine(
            catalog: TestCatalog(tables: [Self.table(rows)]), limits: limits, now: 0, threadCount: 3
        ).run(text, parameters: parameters).rows
    }

    private struct Key: Hashable {
        var key: Int64?
        var flag: Bool
    }

    @Test("FILL gives the rows that three loops give", arguments: 0..<60)
    func model(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let length = Int64([1, 7, 15, 60].randomElement(using: &random) ?? 1) * Self.minute
        let rows = (0..<Int.random(in: 0..<40, using: &random)).map { _ in
            func maybe<T>(_ value: T) -> T? {
                Int.random(in: 0..<10, using: &random) == 0 ? nil : value
            }
            return Row(
                key: maybe(Int64.random(in: 0..<3, using: &random)),
                flag: Bool.random(using: &random),
                time: maybe(Int64.random(in: -500...500, using: &random) * Self.minute))
        }
        func bucket(_ time: Int64) -> Int64 {
            (time - ((time % length) + length) % length)
        }
        let from = Int64.random(in: -600...600, using: &random) * Self.minute
        let to = from + Int64.random(in: 0...400, using: &random) * Self.minute
        let isAsked = Bool.random(using: &random)

        let present = rows.compactMap { $0.time.map(bucket) }
        var buckets: Set<Int64> = []
        if isAsked {
            for time in stride(from: from, to: to, by: Int(Self.minute)) {
                buckets.insert(bucket(time))
            }
        } else if let low = present.min(), let high = present.max() {
            for time in stride(from: low, through: high, by: Int(length)) { buckets.insert(time) }
        }
        var counts: [Key: [Int64?: Int64]] = [:]
        for row in rows {
            counts[Key(key: row.key, flag: row.flag), default: [:]][
                row.time.map(bucket), default: 0] += 1
        }
        for key in counts.keys {
            for time in buckets where counts[key]?[time] == nil { counts[key]?[time] = 0 }
        }
        // Ascending by each key, null last.
        let cells = counts.flatMap { key, times in times.map { (key: key, time: $0, count: $1) } }
        let expected = cells.sorted { a, b in
            (a.key.key ?? .max, a.time ?? .max, a.key.flag ? 1 : 0)
                < (b.key.key ?? .max, b.time ?? .max, b.key.flag ? 1 : 0)
        }.map { cell -> [Value] in
            [
                cell.key.key.map { .int64($0) } ?? .null,
                cell.time.map { .timestamp($0) } ?? .null, .bool(cell.key.flag),
                .int64(cell.count),
            ]
        }

        let grouped = """
            FROM t |> AGGREGATE count(*) AS n
            GROUP BY k, time_bucket(INTERVAL \(length / Self.minute) MINUTE, ts) AS t, f
            FILL 0\(isAsked ? " FROM @from TO @to" : "")
            """
        let parameters: [String: Value] = ["from": .timestamp(from), "to": .timestamp(to)]
        #expect(try run(grouped, rows, QueryLimits(), parameters) == expected, "seed \(seed)")
        // What is above must not change what is made, wherever the plan puts it.
        #expect(
            try run(grouped + " |> WHERE k = 1 AND n < 2", rows, QueryLimits(), parameters)
                == expected.filter { $0[0] == .int64(1) && [.int64(0), .int64(1)].contains($0[3]) },
            "seed \(seed)")
        #expect(
            try run(
                grouped + " |> WHERE t >= @from |> SELECT f, t", rows, QueryLimits(), parameters)
                == expected.filter { row in
                    if case .timestamp(let time) = row[1] { time >= from } else { false }
                }.map { [$0[2], $0[1]] },
            "seed \(seed)")
    }

    @Test(
        "buckets in a zone follow each other as its minutes show",
        arguments: [
            "Europe/Berlin", "America/St_Johns", "America/Havana", "America/Sao_Paulo",
            "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "+05:45",
        ])
    func zones(name: String) throws {
        let zone = try TimeZones.system.zone(named: name)
        var random = SeededGenerator(seed: UInt64(name.utf8.count))
        // Around each change of some years, and around days without one.
        let edge = zone.changes.map(\.time).filter { $0 > 1_200_000_000_000_000 }.prefix(12)
        for middle in edge + [1_700_000_000_000_000, 4_100_000_000_000_000] {
            for minutes in [30, 60, 360, 1_440, 10_080] {
                let steps = TimeBucketSteps(
                    TimeBuckets(months: 0, length: Int64(minutes) * Self.minute), in: zone)
                let low = middle - Int64.random(in: 1...3_000, using: &random) * Self.minute
                let high = middle + Int64.random(in: 1...3_000, using: &random) * Self.minute
                let shown = Set(
                    stride(from: low, through: high, by: Int(Self.minute)).map {
                        steps.start(of: $0)
                    })
                var walked: [Int64] = []
                var next: Int64? = steps.start(of: low)
                while let start = next, start <= high {
                    walked.append(start)
                    next = steps.next(after: start)
                }
                #expect(walked == shown.sorted(), "\(name) \(minutes) minutes at \(middle)")
            }
        }
    }

    @Test("FILL may make as many rows as the limit and no more; rows that are there do not count")
    func limit() throws {
        let rows = [0, 4].map { Row(key: $0, flag: true, time: $0 * Self.minute) }
        let grouped = "FROM t |> AGGREGATE count(*) AS n GROUP BY date_trunc('minute', ts) AS t"
        var limits = QueryLimits()
        func refuses(_ text: String) -> Bool {
            do throws(QueryError) {
                _ = try run(text, rows, limits)
                return false
            } catch {
                return error.code == .limit && error.hint?.contains("fillRowCountMax") == true
            }
        }
        limits.fillRowCountMax = 3
        #expect(try run(grouped + " FILL 0", rows, limits).count == 5)
        #expect(refuses(grouped + ", k FILL 0"))
        limits.fillRowCountMax = 2
        #expect(refuses(grouped + " FILL 0"))
        limits.fillRowCountMax = 8
        #expect(try run(grouped + ", k FILL 0", rows, limits).count == 10)
        limits = QueryLimits()
        limits.memorySizeMax = 1_000_000
        #expect(throws: QueryError.self) {
            try run(grouped + " FILL 0 FROM '1970-01-01' TO '1971-01-01'", rows, limits)
        }
    }

    @Test("a plan shows what is filled, and columns that nobody looks at are not aggregated")
    func explanation() throws {
        let grouped = """
            FROM t |> AGGREGATE count(*) AS n, max(f) AS m
            GROUP BY date_trunc('minute', ts) AS t, k FILL NULL
            """
        func lines(_ text: String) throws -> [String] {
            try run("EXPLAIN " + text, []).compactMap {
                if case .string(let line) = $0[0] { line } else { nil }
            }
        }
        let whole = try lines(grouped)
        #expect(whole[0] == "fill: every t with n = NULL, m = NULL")
        let narrow = try lines(grouped + " |> SELECT n, k |> WHERE k = 1")
        #expect(narrow.contains { $0.contains("fill: every t with n = NULL") })
        #expect(!narrow.contains { $0.contains("max(f)") })
        #expect(!narrow.contains { $0.contains("  filter: k = 1") && $0.hasPrefix("      ") })
        let asked = try lines(grouped + " FROM '1970-01-01' TO '1970-01-02' |> WHERE k = 1")
        #expect(
            asked[0] == "fill: every t FROM TIMESTAMP '1970-01-01T00:00:00Z' "
                + "TO TIMESTAMP '1970-01-02T00:00:00Z' with n = NULL, m = NULL")
        #expect(asked.last { $0.contains("k = 1") }?.hasPrefix("    ") == true)
    }
}
