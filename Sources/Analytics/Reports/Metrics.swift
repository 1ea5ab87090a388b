import Query

extension AnalyticsReader {
    /// `GET /v1/metrics/{metric}`
    func metric(
        _ metric: Metric, _ measurement: Metric.Measurement, _ range: FigureRange
    ) throws -> AnalyticsDocument {
        try withIndex(range) { index in
            let times = range.bounded(by: index.span)
            let buckets = try RangeBuckets(range, times)
            let value = Self.value(
                metric, measurement, index, range.quarters, bucketCount: buckets.starts.count)
            return .object(
                Self.members(metric, measurement, times) + [("value", .number(value))])
        }
    }

    /// `GET /v1/metrics/{metric}/timeseries`: empty buckets are zero, or null where a mean has nothing.
    func series(
        _ metric: Metric, _ measurement: Metric.Measurement, _ range: FigureRange
    ) throws -> AnalyticsDocument {
        try withIndex(range) { index in
            let times = range.bounded(by: index.span)
            let buckets = try RangeBuckets(range, times)
            let series = index.series(buckets.quarters)
            let points = buckets.starts.indices.map { place -> AnalyticsDocument in
                let value = Self.value(
                    metric, measurement, series[place].totals, viewers: series[place].viewers,
                    bucketCount: 1
                ) { StartupTimes(times: index.startupTimes(in: buckets.quarters[place])) }
                return .object([
                    ("timestamp", .time(buckets.starts[place])), ("value", .number(value)),
                ])
            }
            return .object(
                Self.members(metric, measurement, times) + [
                    ("granularity", .text(buckets.unit.rawValue)),
                    ("timeZone", .text(range.zone.name)), ("points", .list(points)),
                ])
        }
    }

    private static func members(
        _ metric: Metric, _ measurement: Metric.Measurement, _ times: Range<Int64>?
    ) -> [(String, AnalyticsDocument)] {
        let ends = times.map { [$0.lowerBound, $0.upperBound] } ?? []
        return [
            ("metric", .text(metric.rawValue)), ("unit", .text(metric.unit)),
            ("measurement", .text(measurement.rawValue)),
            ("timeframe", .list(ends.map { .number(Double($0) / 1e6) })),
        ]
    }

    private static func value(
        _ metric: Metric, _ measurement: Metric.Measurement, _ index: ViewingIndex,
        _ quarters: Range<Int32>?, bucketCount: Int
    ) -> Double? {
        value(
            metric, measurement, index.totals(in: quarters),
            viewers: metric == .uniqueViewers ? index.viewerCount(in: quarters) : 0,
            bucketCount: bucketCount
        ) { StartupTimes(times: index.startupTimes(in: quarters)) }
    }

    /// - Parameters:
    ///   - bucketCount: what the mean of a count is taken over.
    ///   - startups: asked for if the metric is of them.
    private static func value(
        _ metric: Metric, _ measurement: Metric.Measurement, _ totals: Totals, viewers: Int,
        bucketCount: Int, _ startups: () -> StartupTimes
    ) -> Double? {
        let (sum, parts): (Double, Int)
        switch metric {
        case .views: (sum, parts) = (Double(totals.counts[.views]), bucketCount)
        case .uniqueViewers: (sum, parts) = (Double(viewers), bucketCount)
        case .completions: (sum, parts) = (Double(totals.counts[.completions]), bucketCount)
        case .watchTime: (sum, parts) = (Double(totals.watched) / 1e6, totals.counts[.views])
        case .playingTime: (sum, parts) = (Double(totals.playing) / 1e6, totals.counts[.views])
        case .videoStartupTime:
            let startups = startups()
            (sum, parts) = (startups.sum, startups.count)
        }
        return measurement == .sum ? sum : FigureSource.ratio(sum, parts)
    }
}
