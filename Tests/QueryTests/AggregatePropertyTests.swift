import Columns
import Testing

@testable import Query

/// Every aggregate over random rows, divided, ordered and merged in many ways.
@Suite("Aggregates")
struct AggregatePropertyTests {
    private static let columns: [(String, ColumnType)] = [
        ("k", .string), ("timestamp", .timestamp), ("x", .int64), ("y", .double), ("s", .string),
        ("b", .bool), ("c", .bool), ("d", .bool),
    ]

    /// One call of each aggregate; the test below fails if one is missing.
    private static let calls = [
        "any_value(s)", "approx_count_distinct(x)", "approx_percentile(y, 0.3)",
        "approx_top_k(s, 3)", "avg(y)", "bool_and(b)", "bool_or(c)", "corr(x, y)", "count(*)",
        "count_if(b)", "covar_pop(x, y)", "covar_samp(x, y)", "first(s)",
        "funnel_time(2, INTERVAL 20 SECOND, timestamp, b, c, d)", "histogram(y, 4)", "last(s)",
        "max(s)", "max_by(s, x)", "median(y)", "min(y)", "min_by(x, s)",
        "percentile_cont(0.7) WITHIN GROUP (ORDER BY y)",
        "percentile_disc(0.7) WITHIN GROUP (ORDER BY y DESC)", "retention(b, c, d)",
        "sequence_count('(?1)(?t<=5).*(?2)', timestamp, b, c, d)",
        "sequence_match('(?1)(?2).(?t>3)(?3)', timestamp, b, c, d)", "stddev_pop(y)",
        "stddev_samp(y)", "string_agg(s, ',') WITHIN GROUP (ORDER BY timestamp DESC)",
        "string_agg(s, '-')", "sum(x)", "sum(y)", "var_pop(y)", "var_samp(y)",
        "window_funnel(INTERVAL 20 SECOND, timestamp, b, c, d)",
        "window_funnel(INTERVAL 20 SECOND, timestamp, b, c, d, 'strict_order')",
        "window_funnel(INTERVAL 20 SECOND, timestamp, b, c, 'strict_deduplication')",
    ]

    private static func rows(_ count: Int, _ random: inout SeededGenerator) -> [[Value]] {
        (0..<count).map { _ in
            func maybe(_ value: Value) -> Value {
                Int.random(in: 0..<6, using: &random) == 0 ? .null : value
            }
            func flag() -> Value { maybe(.bool(Int.random(in: 0..<3, using: &random) == 0)) }
            return [
                maybe(.string(["a", "b", "c"].randomElement(using: &random) ?? "")),
                maybe(.timestamp(Int64.random(in: 0..<90, using: &random) * 1_000_000)),
                maybe(.int64(Int64.random(in: -9...9, using: &random))),
                // Eighths, so that no sum is rounded.
                maybe(.double(Double(Int.random(in: -80...80, using: &random)) / 8)),
                maybe(.string("s\(Int.random(in: 0..<7, using: &random))")), flag(), flag(), flag(),
            ]
        }
    }

    private static func answer(
        _ text: String, _ rows: [[Value]], blockRowCount: Int, threadCount: Int
    ) throws -> [[Value]] {
        let table = TestCatalog.table("t", columns, rows, blockRowCount: blockRowCount)
        let engine = QueryEngine(
            catalog: TestCatalog(tables: [table]), limits: QueryLimits(), now: 0,
            threadCount: threadCount)
        return try engine.run(text).rows
    }

    @Test(
        "give the same answer for any order, division and number of threads", arguments: 0..<6)
    func order(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var rows = Self.rows([0, 1, 7, 60, 200, 400][Int(seed)], &random)
        let filtered = Self.calls.map { $0 + " FILTER (WHERE x > 0 OR x IS NULL)" }
        for tail in ["", " GROUP BY k"] {
            let text =
                "FROM t |> AGGREGATE " + (Self.calls + filtered).joined(separator: ", ") + tail
            let expected = try Self.answer(text, rows, blockRowCount: 1_000, threadCount: 1)
            for (blockRowCount, threadCount) in [(3, 4), (11, 2), (50, 3)] {
                rows.shuffle(using: &random)
                let answer = try Self.answer(
                    text, rows, blockRowCount: blockRowCount, threadCount: threadCount)
                #expect(answer == expected, "seed \(seed)\(tail)")
            }
        }
    }

    @Test("with DISTINCT see each value once", arguments: 10..<14)
    func distinct(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let rows = Self.rows(100, &random)
        let names = [
            "sum(%x)", "avg(%x)", "median(%y)", "count(%s)", "var_pop(%y)", "approx_top_k(%s, 9)",
            "histogram(%y, 3)", "string_agg(%s, ',')", "max(%s)",
        ]
        for name in names {
            let column = ["x", "y", "s"].first { name.contains("%\($0)") } ?? ""
            let distinct = name.replacing("%", with: "DISTINCT ")
            let plain = name.replacing("%", with: "")
            let some = try Self.answer(
                "FROM t |> AGGREGATE \(distinct) AS r", rows, blockRowCount: 7, threadCount: 3)
            let once = try Self.answer(
                "FROM t |> SELECT DISTINCT \(column) |> AGGREGATE \(plain) AS r", rows,
                blockRowCount: 7, threadCount: 1)
            #expect(some == once, "\(name), seed \(seed)")
        }
    }

    @Test("are all tried here")
    func completeness() {
        for name in AggregateFunctions.all.keys {
            #expect(Self.calls.contains { $0.hasPrefix(name + "(") }, "\(name)")
        }
    }

    @Test("of history agree with trying every way", arguments: 20..<28)
    func sequences(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let patterns = [
            "(?1)(?2)", "(?1).*(?2)", "(?1)(?t<=4)(?2)", "(?1)(?t>=5)(?2)(?3)", "(?2).(?t==3)(?1)",
            ".*(?1)(?t<9).(?3)", "(?1)(?t>2)(?t<8)(?2)", "(?3).*(?1).*",
        ]
        for _ in 0..<200 {
            let history = (0..<Int.random(in: 0..<9, using: &random)).map { _ in
                TimelineEvent(
                    time: Int64.random(in: 0..<15, using: &random) * 1_000_000,
                    bits: UInt32.random(in: 1..<8, using: &random))
            }.sorted { ($0.time, $0.bits) < ($1.time, $1.bits) }
            for text in patterns {
                let pattern = try SequencePattern(text)
                let matcher = SequenceMatcher(pattern, history[...])
                let naive = NaiveSequence(parts: [.anyEvents] + pattern.parts, history: history)
                #expect(matcher.hasMatch == (naive.end(0, 0, 0) != nil), "\(text) \(history)")
                #expect(matcher.matchCount == naive.count, "\(text) \(history)")
            }
        }
    }
}

/// The pattern tried part by part, going back wherever it does not go on.
private struct NaiveSequence {
    let parts: [SequencePattern.Part]
    let history: [TimelineEvent]

    /// - Parameter base: the event that time counts from.
    func end(_ part: Int, _ event: Int, _ base: Int) -> Int? {
        guard part < parts.count else { return event }
        let isEvent = event < history.count
        switch parts[part] {
        case .event(let number):
            guard isEvent, history[event].bits & (1 << UInt32(number - 1)) != 0 else { return nil }
            return end(part + 1, event + 1, event)
        case .anyEvent:
            return isEvent ? end(part + 1, event + 1, event) : nil
        case .anyEvents:
            for next in event...history.count {
                if let end = end(part + 1, next, next) { return end }
            }
            return nil
        case .time(let comparison, let length):
            guard isEvent else { return nil }
            for next in event..<history.count {
                let elapsed = history[next].time - history[base].time
                let holds =
                    switch comparison {
                    case .less: elapsed < length
                    case .lessOrEqual: elapsed <= length
                    case .equal: elapsed == length
                    case .greaterOrEqual: elapsed >= length
                    case .greater: elapsed > length
                    }
                if holds, let end = end(part + 1, next, next) { return end }
            }
            return nil
        }
    }

    var count: Int {
        var (start, count) = (0, 0)
        while let end = end(0, start, start) { (start, count) = (end, count + 1) }
        return count
    }
}
