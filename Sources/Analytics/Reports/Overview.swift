import Query

extension AnalyticsReader {
    /// `GET /v1/analytics/overview` (C11, C12).
    func overview(_ range: FigureRange) throws -> AnalyticsDocument {
        try withIndex(range) { index in
            let times = range.bounded(by: index.span)
            let buckets = try RangeBuckets(range, times)
            let source = FigureSource(index, range)
            let startups = StartupTimes(times: index.startupTimes(in: range.quarters))
            let series = index.series(buckets.quarters)
            let points = buckets.starts.indices.map { place in
                let own = FigureSource(
                    totals: series[place].totals, viewers: series[place].viewers)
                let startups = StartupTimes(
                    times: index.startupTimes(in: buckets.quarters[place]))
                return AnalyticsDocument.object(
                    [("start", .time(buckets.starts[place]))] + own.members + startups.members)
            }
            return .object(
                [Self.member(range, times, buckets.unit)] + source.members + startups.members
                    + [("timeseries", .list(points))]
                    + comparison(range, source) { FigureSource(index, $0) })
        }
    }
}

extension FigureSource {
    /// Of everything in a range.
    init(_ index: ViewingIndex, _ range: FigureRange) {
        self.init(
            totals: index.totals(in: range.quarters),
            viewers: index.viewerCount(in: range.quarters))
    }

    /// Of one content in a range.
    init(_ index: ViewingIndex, content: Int32, _ range: FigureRange) {
        self.init(
            totals: index.totals(ofContent: content, in: range.quarters),
            viewers: index.viewerCount(ofContent: content, in: range.quarters))
    }

    static let nothing = FigureSource(totals: Totals(), viewers: 0)
}
