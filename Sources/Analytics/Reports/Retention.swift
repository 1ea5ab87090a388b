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
            let days = index.personDays(range.zone)
            let newest = days.map { Int64(Int32(truncatingIfNeeded: $0)) }.max()
            var cohorts: [Int64: (viewers: Int, seen: [Int64: Int])] = [:]
            var place = 0
            while place < days.count {
                let person = days[place] >> 32
                let first = Int64(Int32(truncatingIfNeeded: days[place]))
                var cohort = cohorts[first] ?? (0, [:])
                cohort.viewers += 1
                while place < days.count, days[place] >> 32 == person {
                    let later = Int64(Int32(truncatingIfNeeded: days[place])) - first
                    if later > 0 { cohort.seen[later, default: 0] += 1 }
                    place += 1
                }
                cohorts[first] = cohort
            }
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
                            Self.cohort(day, cohorts[day] ?? (0, [:]), newest: newest ?? day)
                        })
                ),
            ])
        }
    }

    private static func cohort(
        _ day: Int64, _ cohort: (viewers: Int, seen: [Int64: Int]), newest: Int64
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

extension ViewingIndex {
    /// The days on which each person was seen, ascending, each once: `person ≪ 32 | day`.
    func personDays(_ zone: CalendarZone) -> [Int64] {
        var days: [Int64] = []
        for quarter in quarters {
            let day = zone.day(of: Int64(quarter.number) * ViewingPart.quarterLength)
            let low = Int64(UInt32(bitPattern: Int32(truncatingIfNeeded: day)))
            for number in quarter.viewings where isLive(number) {
                forEachPerson(of: number, in: quarter.number..<quarter.number + 1) {
                    if $0 >= 0 { days.append(Int64($0) << 32 | low) }
                }
            }
        }
        // Days before 1970 would sort behind: nobody has such events and retention at once.
        days.sort()
        var unique: [Int64] = []
        for day in days where day != unique.last { unique.append(day) }
        return unique
    }
}
