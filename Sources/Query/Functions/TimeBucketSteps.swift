import Columns

/// Buckets of time one after another, by clocks in UTC or in a time zone.
struct TimeBucketSteps: Sendable {
    let buckets: TimeBuckets
    let zone: TimeZoneRules?

    init(_ buckets: TimeBuckets, in zone: TimeZoneRules? = nil) {
        self.buckets = buckets
        self.zone = zone
    }

    /// The begin of the bucket that holds `time`.
    func start(of time: Int64) -> Int64 {
        guard let zone else { return buckets.bucket(of: time).lowerBound }
        return buckets.start(of: time, in: zone).0
    }

    /// The begin of the bucket after the one that begins at `start`; `nil` where 64 bits end.
    func next(after start: Int64) -> Int64? {
        guard let zone else {
            let bucket = buckets.bucket(of: start)
            return bucket.isEmpty ? nil : bucket.upperBound
        }
        // What clocks show is looked at stretch by stretch, so that days of 23 and 25 hours, and
        // clocks that go back over midnight, need no rule of their own.
        var time = start
        while true {
            let (begin, stretch) = buckets.start(of: time, in: zone)
            if begin > start { return begin }
            guard stretch.upperBound > time else { return nil }
            time = stretch.upperBound
        }
    }
}

extension TimeBucketSteps {
    /// The buckets that an expression puts its rows into; `nil` if it makes no buckets of time.
    init?(_ key: BoundExpression) throws(QueryError) {
        guard case .call(let function, let arguments, _, _) = key else { return nil }
        let literals: [Value?] = arguments.map(\.literal)
        var zone: TimeZoneRules?
        switch function.name {
        case "time_bucket":
            guard literals.count >= 3, case .int64(let months) = literals[0],
                case .int64(let length) = literals[1]
            else { return nil }
            if literals.count == 4, case .timestamp(let origin) = literals[3] {
                self.init(TimeBuckets(months: months, length: length, origin: origin))
                return
            }
            if literals.count == 4 {
                guard let name = try literals.text(3, "the time zone") else { return nil }
                zone = try TimeZones.system.zone(named: name)
            }
            self.init(TimeBuckets(months: months, length: length), in: zone)
        case "date_trunc":
            guard case .string(let name) = literals[0], let unit = TimeUnit(name: name) else {
                return nil
            }
            if literals.count == 3 {
                guard let name = try literals.text(2, "the time zone") else { return nil }
                zone = try TimeZones.system.zone(named: name)
            }
            self.init(TimeBuckets(unit), in: zone)
        case "date":
            self.init(TimeBuckets(.day))
        default:
            return nil
        }
    }
}
