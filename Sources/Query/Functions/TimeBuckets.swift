/// Time cut into buckets of equal length on the calendar, of clocks in UTC or in a time zone.
struct TimeBuckets: Sendable {
    /// Months of a bucket, or 0.
    let months: Int64
    /// Microseconds of a bucket without months.
    let length: Int64
    /// Where a bucket begins. Those of months begin with a month counted from 1970-01.
    let origin: Int64

    /// - Precondition: exactly one of `months` and `length` is more than 0.
    init(months: Int64, length: Int64, origin: Int64? = nil) {
        self.months = months
        self.length = length
        // Weeks begin on Monday: 1970-01-05 was one.
        let isWeeks = length > 0 && length % (7 * Calendar.dayLength) == 0
        self.origin = origin ?? (isWeeks ? 4 * Calendar.dayLength : 0)
    }

    init(_ unit: TimeUnit) {
        self.init(months: unit.months ?? 0, length: unit.microseconds ?? 0)
    }

    /// The bucket that holds `time`: its begin and the begin of the next. Empty where that is too far
    /// away for 64 bits.
    func bucket(of time: Int64) -> Range<Int64> {
        guard months > 0 else {
            let start = Calendar.floorDivide(time &- origin, length) &* length &+ origin
            return start..<max(start, start &+ length)
        }
        let date = Calendar.date(ofDay: Calendar.floorDivide(time, Calendar.dayLength))
        let month = (date.year - 1970) * 12 + date.month - 1
        let first = Calendar.floorDivide(month, months) * months
        let start = Self.time(ofMonth: first)
        return start..<max(start, Self.time(ofMonth: first + months))
    }

    /// The begin of a month, counted from 1970-01.
    private static func time(ofMonth month: Int64) -> Int64 {
        let year = Calendar.floorDivide(month, 12)
        let date = Calendar.Date(year: 1970 + year, month: month - year * 12 + 1, day: 1)
        return Calendar.day(of: date) &* Calendar.dayLength
    }

    /// The begin of the bucket of each time, by clocks in UTC.
    func starts(of times: [Int64]) -> [Int64] {
        // Events come nearly in order, so the bucket of the row before is tried first.
        var bucket: Range<Int64> = 0..<0
        return times.map { time in
            if !bucket.contains(time) { bucket = self.bucket(of: time) }
            return bucket.lowerBound
        }
    }

    /// The begin of the bucket of each time, by clocks in `zone`.
    func starts(of times: [Int64], in zone: TimeZoneRules) -> [Int64] {
        var stretch: Range<Int64> = 0..<0
        var start: Int64 = 0
        return times.map { time in
            if !stretch.contains(time) { (start, stretch) = self.start(of: time, in: zone) }
            return start
        }
    }

    /// The first moment at which clocks of `zone` show the bucket that they show at `time`, and the
    /// times around `time` for which that is so without looking again.
    ///
    /// A day with a change of the clocks has 23 or 25 hours. A bucket of up to an hour that clocks
    /// show twice is two: the hour that comes again is an hour of its own.
    func start(of time: Int64, in zone: TimeZoneRules) -> (Int64, Range<Int64>) {
        let period = zone.period(at: time)
        let bucket = bucket(of: time &+ period.offset)
        let low = bucket.lowerBound &- period.offset
        let high = bucket.upperBound &- period.offset
        let stretch = max(low, period.start)..<max(min(high, period.end), max(low, period.start))
        let isShort = months == 0 && length <= 3_600_000_000
        if isShort, low >= period.start { return (low, stretch) }
        switch zone.moment(ofWallTime: bucket.lowerBound) {
        case .shown(let start): return (start, stretch)
        case .skipped(let change, _): return (change, stretch)
        }
    }
}
