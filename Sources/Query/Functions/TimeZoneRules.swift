/// The offsets from UTC that clocks of a time zone had, have and will have.
struct TimeZoneRules: Sendable {
    /// A stretch of time without a change of the clocks, in microseconds.
    struct Period: Equatable {
        /// The first moment; `Int64.min` if there is no change before.
        var start: Int64
        /// The first moment after it; `Int64.max` if there is no change after it.
        var end: Int64
        /// What clocks show beyond UTC, in microseconds.
        var offset: Int64

        func contains(_ time: Int64) -> Bool { time >= start && (time < end || end == .max) }
    }

    /// Moments of change in microseconds, ascending, and the offset from each on.
    let changes: [(time: Int64, offset: Int64)]
    /// The offset before the first change.
    let firstOffset: Int64
    /// What holds from the last change on, if clocks go on changing.
    let rule: YearlyRule?

    init(fixedOffset: Int64) {
        changes = []
        firstOffset = fixedOffset
        rule = nil
    }

    init(changes: [(time: Int64, offset: Int64)], firstOffset: Int64, rule: YearlyRule?) {
        self.changes = changes
        self.firstOffset = firstOffset
        self.rule = rule
    }

    func period(at time: Int64) -> Period {
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        let known = Period(
            start: low == 0 ? .min : changes[low - 1].time,
            end: low == changes.count ? .max : changes[low].time,
            offset: low == 0 ? firstOffset : changes[low - 1].offset)
        guard let rule, low == changes.count else { return known }
        var period = rule.period(at: time)
        period.start = max(period.start, known.start)
        return period
    }

    /// What a clock of the zone shows at `time`, as microseconds since it showed 1970-01-01 00:00.
    func wallTime(at time: Int64) -> Int64 { time &+ period(at: time).offset }

    enum Moment: Equatable {
        /// The clocks showed it once, or twice and this is the first time.
        case shown(Int64)
        /// The clocks were put forward at `change` and left it out; with the offset of before it would
        /// have been `extended`.
        case skipped(change: Int64, extended: Int64)
    }

    /// When the clocks of the zone showed `wallTime`.
    func moment(ofWallTime wallTime: Int64) -> Moment {
        let middle = period(at: wallTime &- period(at: wallTime).offset)
        var periods = [middle]
        if middle.start != .min { periods.insert(period(at: middle.start - 1), at: 0) }
        if middle.end != .max { periods.append(period(at: middle.end)) }
        for period in periods where period.contains(wallTime &- period.offset) {
            return .shown(wallTime &- period.offset)
        }
        for period in periods where period.end != .max {
            let extended = wallTime &- period.offset
            let after = self.period(at: period.end)
            if extended >= period.end, wallTime &- after.offset < after.start {
                return .skipped(change: period.end, extended: extended)
            }
        }
        return .shown(wallTime &- middle.offset)
    }
}

/// The offset of times that come nearly in order: the period of the time before is tried first.
struct TimeZoneCursor {
    let zone: TimeZoneRules
    private(set) var period: TimeZoneRules.Period

    init(_ zone: TimeZoneRules) {
        self.zone = zone
        period = zone.period(at: 0)
    }

    @inline(__always)
    mutating func offset(at time: Int64) -> Int64 {
        if !period.contains(time) { period = zone.period(at: time) }
        return period.offset
    }
}
