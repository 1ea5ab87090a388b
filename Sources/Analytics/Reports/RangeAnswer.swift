import Query

/// The buckets of a range, as quarters and as the times that clocks show.
struct RangeBuckets {
    let unit: CalendarUnit
    let starts: [Int64]
    let quarters: [Range<Int32>]

    /// - Throws: `AnalyticsFailure.tooManyBuckets`
    init(_ range: FigureRange, _ times: Range<Int64>?) throws {
        guard let times else {
            (unit, starts, quarters) = (range.granularity ?? .day, [], [])
            return
        }
        unit = range.granularity ?? Self.usualUnit(times)
        guard
            let starts = range.zone.starts(
                of: unit, in: times, countMax: AnalyticsLimits.bucketCountMax)
        else {
            throw AnalyticsFailure.tooManyBuckets(AnalyticsLimits.bucketCountMax)
        }
        self.starts = starts
        quarters = starts.indices.map { place in
            let from = max(starts[place], times.lowerBound)
            let to = place + 1 < starts.count ? starts[place + 1] : times.upperBound
            return FigureRange.quarters(from..<max(from, to))
        }
    }

    /// Hours of up to two days, else days, else weeks.
    private static func usualUnit(_ times: Range<Int64>) -> CalendarUnit {
        let (length, overflow) = times.upperBound.subtractingReportingOverflow(times.lowerBound)
        let hours = overflow ? Int64.max : length / 3_600_000_000
        if hours <= 48 { return .hour }
        return hours / 24 <= Int64(AnalyticsLimits.bucketCountMax) ? .day : .week
    }
}

extension AnalyticsReader {
    /// `"range": {"from", "to", "timeZone", "granularity"}`
    static func member(
        _ range: FigureRange, _ times: Range<Int64>?, _ unit: CalendarUnit?
    ) -> (String, AnalyticsDocument) {
        var members: [(String, AnalyticsDocument)] = [
            ("from", .time(times?.lowerBound)), ("to", .time(times?.upperBound)),
            ("timeZone", .text(range.zone.name)),
        ]
        if let unit { members.append(("granularity", .text(unit.rawValue))) }
        return ("range", .object(members))
    }

    /// `"previous"` and `"change"`, if they are asked for.
    func comparison(
        _ range: FigureRange, _ now: FigureSource, _ source: (FigureRange) -> FigureSource
    ) -> [(String, AnalyticsDocument)] {
        guard range.compares else { return [] }
        guard let earlier = range.previous else {
            return [("previous", .null), ("change", .null)]
        }
        let then = source(earlier)
        return [
            (
                "previous",
                .object(
                    [("from", .time(earlier.from)), ("to", .time(earlier.to))] + then.members)
            ),
            ("change", now.change(since: then)),
        ]
    }
}
