import Query

extension AnalyticsReader {
    /// Actions that are listed.
    private static let actionCountMax = 50

    /// `GET /v1/analytics/engagement` (C11, C13): what people do beyond looking, and when.
    func engagement(_ range: FigureRange) throws -> AnalyticsDocument {
        let visits = try visits(range)
        let actions = try actions(range)
        return try withIndex(range) { index in
            let times = range.bounded(by: index.span)
            let buckets = try RangeBuckets(range, times)
            let source = FigureSource(index, range)
            let series = index.series(buckets.quarters)
            let points = buckets.starts.indices.map { place in
                let own = FigureSource(
                    totals: series[place].totals, viewers: series[place].viewers)
                return AnalyticsDocument.object(
                    [("start", .time(buckets.starts[place]))] + Self.members(own))
            }
            return .object(
                [Self.member(range, times, buckets.unit)] + Self.members(source) + visits
                    + [
                        ("actions", actions),
                        ("timeOfDay", Self.timeOfDay(index, range)),
                        ("timeseries", .list(points)),
                    ] + comparison(range, source) { FigureSource(index, $0) })
        }
    }

    private static func members(_ source: FigureSource) -> [(String, AnalyticsDocument)] {
        let counts = source.totals.counts
        func rate(_ measure: Measure) -> AnalyticsDocument {
            .number(FigureSource.ratio(counts[measure], counts[.views]))
        }
        return source.members([
            .views, .plays, .uniqueViewers, .engagementRate, .completionRate, .swipes,
            .swipeVelocity, .likes, .shares, .saves,
        ]) + [
            ("likeRate", rate(.likes)), ("shareRate", rate(.shares)), ("saveRate", rate(.saves)),
        ]
    }

    /// Visits, and how much was seen in one.
    private func visits(_ range: FigureRange) throws -> [(String, AnalyticsDocument)] {
        let (condition, parameters) = Self.condition(range)
        let row =
            try rows(
                """
                FROM events |> WHERE sessionId IS NOT NULL AND \(condition)
                |> AGGREGATE
                    min(timestamp) AS startedAt, max(timestamp) AS endedAt,
                    count(DISTINCT contentId) FILTER (WHERE event = 'impression') AS contents
                  GROUP BY sessionId
                |> AGGREGATE
                    count(*) AS sessions, avg(contents) AS depth,
                    avg((unix_micros(endedAt) - unix_micros(startedAt)) / 1000000) AS duration
                """, parameters
            ).first ?? []
        return [
            ("sessions", .count(row.first?.count ?? 0)),
            ("feedDepth", .number(row.count > 1 ? row[1].number : nil)),
            ("avgSessionDuration", .number(row.count > 2 ? row[2].number : nil)),
        ]
    }

    private func actions(_ range: FigureRange) throws -> AnalyticsDocument {
        let (condition, parameters) = Self.condition(range)
        let rows = try rows(
            """
            FROM events |> WHERE action IS NOT NULL AND \(condition)
            |> AGGREGATE count(*) AS n GROUP BY action
            |> ORDER BY n DESC, action |> LIMIT \(Self.actionCountMax)
            """, parameters)
        return .list(
            rows.map {
                .object([("action", .text($0[0].text ?? "")), ("events", .count($0[1].count))])
            })
    }

    /// Plays by weekday and hour, as clocks of the zone have them.
    private static func timeOfDay(
        _ index: ViewingIndex, _ range: FigureRange
    ) -> AnalyticsDocument {
        var plays = Array(repeating: Array(repeating: 0, count: 24), count: 7)
        for quarter in index.quarters where range.quarters?.contains(quarter.number) ?? true {
            let count = quarter.totals.counts[.plays]
            guard count > 0 else { continue }
            let place = range.zone.hourAndWeekday(
                of: Int64(quarter.number) * ViewingPart.quarterLength)
            plays[place.weekday][place.hour] += count
        }
        return .object([
            ("timeZone", .text(range.zone.name)), ("firstWeekday", .text("monday")),
            ("plays", .list(plays.map { .list($0.map { .count($0) }) })),
        ])
    }
}
