import Columns
import Query

extension AnalyticsReader {
    /// Startup times that are good enough, in ms (C13).
    private static let startupTargets = (p50: 500, p95: 2000)
    private static let listCountMax = 20

    /// `GET /v1/analytics/quality` (C11, C13).
    func quality(_ range: FigureRange) throws -> AnalyticsDocument {
        try withIndex(range) { index in
            let times = range.bounded(by: index.span)
            let buckets = try RangeBuckets(range, times)
            let series = index.series(buckets.quarters)
            let points = buckets.starts.indices.map { place in
                let own = FigureSource(
                    totals: series[place].totals, viewers: series[place].viewers)
                return AnalyticsDocument.object(
                    [("start", .time(buckets.starts[place]))]
                        + Self.members(own, index, buckets.quarters[place]))
            }
            let source = FigureSource(index, range)
            return .object(
                [Self.member(range, times, buckets.unit)]
                    + Self.members(source, index, range.quarters)
                    + [
                        (
                            "startupTargets",
                            .object([
                                ("p50", .count(Self.startupTargets.p50)),
                                ("p95", .count(Self.startupTargets.p95)),
                            ])
                        ),
                        ("avgRebufferDuration", .number(index.averageStall(in: range.quarters))),
                    ] + Self.failures(index, range) + [("timeseries", .list(points))]
                    + comparison(range, source) { FigureSource(index, $0) })
        }
    }

    private static func members(
        _ source: FigureSource, _ index: ViewingIndex, _ quarters: Range<Int32>?
    ) -> [(String, AnalyticsDocument)] {
        let counts = source.totals.counts
        return source.members([.views, .viewings, .plays])
            + StartupTimes(times: index.startupTimes(in: quarters)).members
            + source.members([.rebuffers, .rebufferRate, .errors])
            + [("errorRate", .number(FigureSource.ratio(counts[.errors], counts[.plays])))]
    }

    /// What errors there were, and where.
    private static func failures(
        _ index: ViewingIndex, _ range: FigureRange
    ) -> [(String, AnalyticsDocument)] {
        var types: [Int32: Int] = [:]
        var codes: [Int32: Int] = [:]
        var contents: [Int32: Int] = [:]
        let quarters = range.quarters
        var total = 0
        for failure in index.failures where quarters?.contains(failure.quarter) ?? true {
            total += 1
            types[failure.type, default: 0] += 1
            codes[failure.code, default: 0] += 1
            if failure.content >= 0 { contents[failure.content, default: 0] += 1 }
        }
        let affected = first(contents, index.names.contents).map { content, id, count in
            let plays = index.totals(ofContent: content, in: quarters).counts[.plays]
            return AnalyticsDocument.object([
                ("contentId", id), ("plays", .count(plays)), ("errors", .count(count)),
                ("errorRate", .number(FigureSource.ratio(count, plays))),
            ])
        }
        return [
            (
                "errorsByType",
                .list(
                    first(types, index.names.labels).map { _, name, count in
                        .object([
                            ("errorType", name), ("errors", .count(count)),
                            ("share", .number(FigureSource.ratio(count, total))),
                        ])
                    })
            ),
            (
                "topErrors",
                .list(
                    first(codes, index.names.labels).map { _, name, count in
                        .object([("errorCode", name), ("errors", .count(count))])
                    })
            ),
            ("affectedContent", .list(affected)),
        ]
    }

    /// What came most often, of equal ones by name; what has no name is `null` and comes last.
    private static func first(
        _ counts: [Int32: Int], _ names: NameTable
    ) -> [(number: Int32, name: AnalyticsDocument, count: Int)] {
        counts.sorted { a, b in
            if a.value != b.value { return a.value > b.value }
            guard a.key >= 0, b.key >= 0 else { return a.key >= 0 }
            return names.precedes(Int(a.key), Int(b.key))
        }.prefix(listCountMax).map {
            ($0.key, $0.key >= 0 ? .text(names[Int($0.key)]) : .null, $0.value)
        }
    }
}
