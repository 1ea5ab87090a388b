import Columns
import Testing

@testable import Query

/// Each limit of the aggregates, at its edge and one past it.
@Suite("Limits of aggregates")
struct AggregateLimitTests {
    private static func run(_ aggregate: String) -> QueryError? {
        let table = TestCatalog.table(
            "t", [("timestamp", .timestamp), ("s", .string), ("b", .bool)],
            [[.timestamp(0), .string("abcdefgh"), .bool(true)]])
        let engine = QueryEngine(
            catalog: TestCatalog(tables: [table]), limits: QueryLimits(), now: 0, threadCount: 1)
        do throws(QueryError) {
            _ = try engine.run("FROM t |> AGGREGATE " + aggregate)
            return nil
        } catch {
            return error
        }
    }

    private static func list(_ item: String, _ count: Int) -> String {
        Array(repeating: item, count: count).joined(separator: ", ")
    }

    @Test("a history has at most 32 conditions, 31 in strict order")
    func conditions() {
        func funnel(_ count: Int, _ mode: String) -> QueryError? {
            Self.run("window_funnel(INTERVAL 1 DAY, timestamp, \(Self.list("b", count))\(mode))")
        }
        #expect(funnel(32, "") == nil)
        #expect(funnel(33, "")?.message == "at most 32 conditions are possible")
        #expect(funnel(31, ", 'strict_order'") == nil)
        #expect(funnel(32, ", 'strict_order'")?.code == .type)
        #expect(Self.run("retention(\(Self.list("b", 32)))") == nil)
        #expect(Self.run("retention(\(Self.list("b", 33)))")?.code == .type)
    }

    @Test("a pattern has at most 100 parts")
    func parts() {
        func match(_ count: Int) -> QueryError? {
            let pattern = String(repeating: "(?1)", count: count)
            return Self.run("sequence_match('\(pattern)', timestamp, b)")
        }
        #expect(match(SequencePattern.partCountMax) == nil)
        #expect(
            match(SequencePattern.partCountMax + 1)?.message
                == "the pattern has more than 100 parts")
    }

    @Test("a pattern of 4 parts takes eleven million rows of one history, and not twelve")
    func historyLength() {
        let sizes = [11_000_000, 12_000_000].map {
            SequenceMatcher.memorySize(partCount: 4, eventCount: $0)
        }
        #expect(sizes[0] <= SequenceMatcher.memorySizeMax)
        #expect(sizes[1] > SequenceMatcher.memorySizeMax)
    }

    @Test("lists of values and buckets have at most 10,000 entries")
    func lists() {
        #expect(Self.run("approx_top_k(s, 10000)") == nil)
        #expect(Self.run("approx_top_k(s, 10001)")?.code == .value)
        #expect(Self.run("histogram(length(s), 10000)") == nil)
        #expect(Self.run("histogram(length(s), 10001)")?.code == .value)
    }

    @Test("the texts of one aggregate are bounded, each and together")
    func texts() throws {
        var builder = TextColumnBuilder(columnSizeMax: 10)
        try builder.append([UInt8](repeating: 97, count: 6))
        try builder.append(nil)
        try builder.append([UInt8](repeating: 98, count: 4))
        #expect(builder.column().count == 3)
        #expect(throws: QueryError.self) { try builder.append([99]) }
        var long = TextColumnBuilder()
        try long.append([UInt8](repeating: 97, count: QueryLimits.textMadeSizeMax))
        #expect(throws: QueryError.self) {
            try long.append([UInt8](repeating: 97, count: QueryLimits.textMadeSizeMax + 1))
        }
    }
}
