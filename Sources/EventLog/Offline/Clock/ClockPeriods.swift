/// What came when by our clock, in at most 64 stretches that get longer with the time that passes.
package struct ClockPeriods: Sendable {
    package static let countMax = 64

    /// µs.
    package private(set) var width: Int64 = 60_000_000
    package private(set) var start: Int64?
    package private(set) var periods: [ClockAudit.Period] = []

    mutating func add(_ period: ClockAudit.Period, at time: Int64) {
        let start = self.start ?? time
        self.start = start
        var place = max(0, time.subtractingReportingOverflow(start).partialValue) / width
        while place >= Int64(Self.countMax) {
            periods = stride(from: 0, to: periods.count, by: 2).map { first in
                first + 1 < periods.count ? periods[first] + periods[first + 1] : periods[first]
            }
            width *= 2
            place /= 2
        }
        while periods.count <= Int(place) { periods.append(ClockAudit.Period()) }
        periods[Int(place)] = periods[Int(place)] + period
    }
}

extension ClockAudit.Period {
    fileprivate static func + (a: Self, b: Self) -> Self {
        Self(events: a.events + b.events, ahead: a.ahead + b.ahead, late: a.late + b.late)
    }
}
