import Columns
import Query

extension AnalyticsReader {
    /// Startup times that are good enough, in ms (C13).
    private static let startupTargets = (p50: 500, p95: 2000)
    private static let listCountMax = 20

    /// `GET /v1/analytics/quality` (C11, C13).
    func quality(_ range: FigureRange) throws -> AnalyticsDocument {
        let lists = try errors(range)
        let stall = try averageStall(range)
        return try withIndex(range) { index in
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
                        ("avgRebufferDuration", stall),
                    ] + lists + [("timeseries", .list(points))]
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

    private func averageStall(_ range: FigureRange) throws -> AnalyticsDocument {
        let (condition, parameters) = Self.condition(range)
        return .number(
            try rows(
                """
                FROM events |> WHERE event = 'rebuffer' AND \(condition)
                |> AGGREGATE avg(data.rebufferDuration) AS length
                """, parameters
            ).first?.first?.number)
    }

    private func errors(_ range: FigureRange) throws -> [(String, AnalyticsDocument)] {
        let (condition, parameters) = Self.condition(range)
        let errors = "FROM events |> WHERE event = 'error' AND \(condition)"
        let byType = try rows(
            "\(errors) |> AGGREGATE count(*) AS n GROUP BY data.errorType AS type "
                + "|> ORDER BY n DESC, type", parameters)
        let total = byType.reduce(0) { $0 + $1[1].count }
        let byCode = try rows(
            "\(errors) |> AGGREGATE count(*) AS n GROUP BY data.errorCode AS code "
                + "|> ORDER BY n DESC, code |> LIMIT \(Self.listCountMax)", parameters)
        let affected = try rows(
            """
            FROM events
            |> WHERE event IN ('error', 'playStart') AND contentId IS NOT NULL AND \(condition)
            |> AGGREGATE
                count(*) FILTER (WHERE event = 'error') AS failures,
                count(*) FILTER (WHERE event = 'playStart') AS plays
              GROUP BY contentId
            |> WHERE failures > 0
            |> ORDER BY failures DESC, contentId |> LIMIT \(Self.listCountMax)
            """, parameters)
        func text(_ value: Value) -> AnalyticsDocument { value.text.map { .text($0) } ?? .null }
        return [
            (
                "errorsByType",
                .list(
                    byType.prefix(Self.listCountMax).map {
                        .object([
                            ("errorType", text($0[0])), ("errors", .count($0[1].count)),
                            ("share", .number(FigureSource.ratio($0[1].count, total))),
                        ])
                    })
            ),
            (
                "topErrors",
                .list(
                    byCode.map {
                        .object([("errorCode", text($0[0])), ("errors", .count($0[1].count))])
                    })
            ),
            (
                "affectedContent",
                .list(
                    affected.map {
                        .object([
                            ("contentId", text($0[0])), ("plays", .count($0[2].count)),
                            ("errors", .count($0[1].count)),
                            (
                                "errorRate",
                                .number(FigureSource.ratio($0[1].count, $0[2].count))
                            ),
                        ])
                    })
            ),
        ]
    }
}
