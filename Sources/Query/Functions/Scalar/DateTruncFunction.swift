import Columns

/// `date_trunc('hour', ts[, zone])`: the begin of the unit that holds `ts`. Weeks begin on Monday.
enum DateTruncFunction {
    static let function = ScalarFunction(
        name: "date_trunc", usage: "date_trunc('unit', timestamp[, zone])",
        portability: .everywhere,
        resolve: { arguments in
            guard arguments.count == 2 || arguments.count == 3,
                Coercion.isSame(arguments[0], .string),
                Coercion.isPossible(arguments[1], .timestamp),
                arguments.count == 2 || Coercion.isSame(arguments[2], .string)
            else { return .mismatch }
            guard case .string(let name) = arguments[0].literal, TimeUnit(name: name) != nil else {
                return .invalid(TimeUnit.expectation)
            }
            let zone: [ColumnType] = arguments.count == 3 ? [.string] : []
            return .signature([.string, .timestamp] + zone, .timestamp)
        },
        prepare: { (literals) throws(QueryError) in
            guard case .string(let name) = literals[0], let unit = TimeUnit(name: name) else {
                return nil
            }
            var zone: TimeZoneRules?
            if literals.count == 3 {
                guard let name = try literals.text(2, "the time zone") else { return nil }
                zone = try TimeZones.system.zone(named: name)
            }
            return TimeBucketFunction.prepared(TimeBuckets(unit), time: 1, in: zone)
        },
        evaluate: ScalarFunction.unprepared)

    /// `date(ts)`: its midnight. There is no type of dates.
    static let date = ScalarFunction(
        name: "date", usage: "date(timestamp)", portability: .everywhere,
        resolve: ScalarFunction.overloads([([.timestamp], .timestamp)]),
        prepare: { (_) throws(QueryError) in
            TimeBucketFunction.prepared(TimeBuckets(.day), time: 0, in: nil)
        },
        evaluate: ScalarFunction.unprepared)

    /// `last_day(ts)`: the midnight that begins the last day of its month.
    static let lastDay = ScalarFunction(
        name: "last_day", usage: "last_day(timestamp)", portability: .everywhere,
        resolve: ScalarFunction.overloads([([.timestamp], .timestamp)]),
        evaluate: { (arguments) throws(QueryError) in
            guard case .timestamp(let time) = arguments[0] else { return .null }
            let month = TimeBuckets(.month).bucket(of: time)
            return .timestamp(month.upperBound &- Calendar.dayLength)
        })
}

extension TimeUnit {
    static let expectation =
        "the unit must be a literal: " + allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
}
