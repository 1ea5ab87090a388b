import Query

extension AnalyticsReader {
    /// Actions that are listed.
    private static let actionCountMax = 50

    /// `GET /v1/analytics/engagement` (C11, C13): what people do beyond looking, and when.
    func engagement(_ range: FigureRange) throws -> AnalyticsDocument {
        try withIndex(range, needsSessions: true) { index in
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
                [Self.member(range, times, buckets.unit)] + Self.members(source)
                    + Self.sessions(index, range) + [
                        ("actions", Self.actions(index, range)),
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

    /// Sessions, and how much was seen in one.
    private static func sessions(
        _ index: ViewingIndex, _ range: FigureRange
    ) -> [(String, AnalyticsDocument)] {
        let totals =
            index.sessions?.totals(in: range.quarters, contentCount: index.contents.count)
            ?? SessionTotals()
        return [
            ("sessions", .count(totals.count)),
            ("feedDepth", .number(FigureSource.ratio(totals.contents, totals.count))),
            (
                "avgSessionDuration",
                .number(FigureSource.ratio(Double(totals.length) / 1e6, totals.count))
            ),
        ]
    }

    private static func actions(
        _ index: ViewingIndex, _ range: FigureRange
    ) -> AnalyticsDocument {
        let actions = index.actions(in: range.quarters).sorted {
            $0.count != $1.count
                ? $0.count > $1.count : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        return .list(
            actions.prefix(actionCountMax).map {
                .object([("action", .text($0.name)), ("events", .count($0.count))])
            })
    }

    /// Plays by weekday and hour, as clocks of the zone have them.
    private static func timeOfDay(
        _ index: ViewingIndex, _ range: FigureRange
    ) -> AnalyticsDocument {
        var plays = Array(repeating: Array(repeating: 0, count: 24), count: 7)
        for place in index.quarters.places(range.quarters) {
            let count = index.quarters[place].totals.counts[.plays]
            guard count > 0 else { continue }
            let place = range.zone.hourAndWeekday(
                of: Int64(index.quarters[place].number) * ViewingPart.quarterLength)
            plays[place.weekday][place.hour] += count
        }
        return .object([
            ("timeZone", .text(range.zone.name)), ("firstWeekday", .text("monday")),
            ("plays", .list(plays.map { .list($0.map { .count($0) }) })),
        ])
    }
}
