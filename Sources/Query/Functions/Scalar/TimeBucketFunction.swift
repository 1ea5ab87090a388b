import Columns

/// `time_bucket(INTERVAL '15' MINUTE, ts[, zone or origin])`: the begin of the bucket that holds `ts`.
///
/// Buckets of weeks begin on a Monday, all others are counted from 1970-01-01 00:00, by clocks in the
/// zone; or all of them from the origin.
/// Arguments: months, microseconds (one of them 0), timestamp, zone or origin.
enum TimeBucketFunction {
    static let function = ScalarFunction(
        name: "time_bucket", usage: "time_bucket(INTERVAL, timestamp[, zone or origin])",
        resolve: ScalarFunction.overloads([
            ([.int64, .int64, .timestamp], .timestamp),
            ([.int64, .int64, .timestamp, .string], .timestamp),
            ([.int64, .int64, .timestamp, .timestamp], .timestamp),
        ]),
        prepare: { (literals) throws(QueryError) in
            guard case .int64(let months) = literals[0], case .int64(let length) = literals[1]
            else {
                return nil
            }
            guard literals.count == 4 else {
                return prepared(TimeBuckets(months: months, length: length), time: 2, in: nil)
            }
            switch literals[3] {
            case .null: return nil
            case .timestamp(let origin):
                guard months == 0 else {
                    throw QueryError(
                        .value, "buckets of months, quarters and years have no origin",
                        hint: "they begin with a month of January 1970 and on")
                }
                let buckets = TimeBuckets(months: 0, length: length, origin: origin)
                return prepared(buckets, time: 2, in: nil)
            case nil, .bool, .int64, .double, .string:
                guard let name = try literals.text(3, "the zone or origin") else { return nil }
                let zone = try TimeZones.system.zone(named: name)
                return prepared(TimeBuckets(months: months, length: length), time: 2, in: zone)
            }
        },
        evaluate: ScalarFunction.unprepared)

    /// The begin of the bucket of the timestamp that is argument `time`.
    static func prepared(
        _ buckets: TimeBuckets, time: Int, in zone: TimeZoneRules?
    ) -> ScalarFunction.Prepared {
        ScalarFunction.Prepared(
            evaluate: { (arguments) throws(QueryError) in
                guard case .timestamp(let time) = arguments[time] else { return .null }
                guard let zone else { return .timestamp(buckets.bucket(of: time).lowerBound) }
                return .timestamp(buckets.start(of: time, in: zone).0)
            },
            kernel: { (operands, count) throws(QueryError) in
                guard case .column(let column) = operands[time],
                    case .int64(let times) = column.values
                else { return nil }
                return Column(
                    timestamps: zone.map { buckets.starts(of: times, in: $0) }
                        ?? buckets.starts(of: times),
                    validity: column.validity)
            })
    }
}
