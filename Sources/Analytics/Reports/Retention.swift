import Query

extension AnalyticsReader {
    /// Days after the first one that are looked at.
    static let retentionDays: [Int64] = [1, 2, 3, 7, 14, 30]
    /// Cohorts that are listed: the newest.
    private static let cohortCountMax = 400

    /// `GET /v1/analytics/retention` (C11, C13): of the persons first seen on a day of the range, those seen
    /// again on a later day, of clocks of the range's time zone. First seen is over all that is stored.
    func retention(_ range: FigureRange) throws -> AnalyticsDocument {
        let all = FigureRange(zone: range.zone)
        return try withIndex(all) { index in
            let (cohorts, newest) = index.cohorts(range.zone)
            let times = range.bounded(by: index.span)
            let wanted = cohorts.keys.filter { day in
                times.map {
                    day >= range.zone.day(of: $0.lowerBound)
                        && range.zone.start(ofDay: day) < $0.upperBound
                } ?? false
            }.sorted().suffix(Self.cohortCountMax)
            return .object([
                Self.member(range, times, .day),
                ("days", .list(Self.retentionDays.map { .count(Int($0)) })),
                (
                    "cohorts",
                    .list(
                        wanted.map { day in
                            Self.cohort(day, cohorts[day] ?? Cohort(), newest: newest)
                        })
                ),
            ])
        }
    }

    private static func cohort(
        _ day: Int64, _ cohort: Cohort, newest: Int64
    ) -> AnalyticsDocument {
        let retained = retentionDays.map { later -> AnalyticsDocument in
            // Of a day that is still to come nothing is known.
            guard day + later <= newest else {
                return .object([
                    ("day", .count(Int(later))), ("viewers", .null), ("rate", .null),
                ])
            }
            let seen = cohort.seen[later] ?? 0
            return .object([
                ("day", .count(Int(later))), ("viewers", .count(seen)),
                ("rate", .number(FigureSource.ratio(seen, cohort.viewers))),
            ])
        }
        return .object([
            ("cohort", .text(CalendarZone.text(ofDay: day))),
            ("viewers", .count(cohort.viewers)), ("retained", .list(retained)),
        ])
    }
}

/// The persons who were first seen on one day.
struct Cohort {
    var viewers = 0
    /// How many of them were seen so many days later.
    var seen: [Int64: Int] = [:]
}

extension ViewingIndex {
    /// Cohorts by day of a zone, and the newest day on which anybody was seen.
    func cohorts(_ zone: CalendarZone) -> (cohorts: [Int64: Cohort], newest: Int64) {
        var cohorts: [Int64: Cohort] = [:]
        var firstDays = Array(repeating: Int64.min, count: names.persons.count)
        var newest = Int64.min
        // Days follow one another, and so do the quarters of each: who was seen earlier today is not seen again.
        var lastDays = firstDays
        for place in quarters.indices {
            let day = zone.day(of: Int64(quarters[place].number) * ViewingPart.quarterLength)
            var (new, later) = (0, [Int64: Int]())
            for person in persons(inQuarterAt: place) where lastDays[Int(person)] != day {
                lastDays[Int(person)] = day
                newest = day
                if firstDays[Int(person)] == .min {
                    firstDays[Int(person)] = day
                    new += 1
                } else {
                    later[firstDays[Int(person)], default: 0] += 1
                }
            }
            if new > 0 { cohorts[day, default: Cohort()].viewers += new }
            for (first, count) in later {
                cohorts[first, default: Cohort()].seen[day - first, default: 0] += count
            }
        }
        return (cohorts, newest)
    }
}
