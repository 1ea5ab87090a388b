import Columns

/// `from_utc_timestamp(ts, zone)`, also written `ts AT TIME ZONE zone`: what clocks of the zone show,
/// as a timestamp; and `to_utc_timestamp(wall, zone)` back.
enum TimeZoneFunctions {
    static let fromUTC = make("from_utc_timestamp", portability: .everywhere) { zone in
        var cursor = TimeZoneCursor(zone)
        return { $0 &+ cursor.offset(at: $0) }
    }

    /// Of a time that clocks show twice the first; one that they leave out is as much later as they
    /// are put forward (Spark; ClickHouse takes the second, and earlier).
    static let toUTC = make("to_utc_timestamp", portability: .spark) { zone in
        { wallTime in
            switch zone.moment(ofWallTime: wallTime) {
            case .shown(let time): time
            case .skipped(_, let extended): extended
            }
        }
    }

    /// - Parameter conversion: makes the conversion of one column; it may remember the row before.
    private static func make(
        _ name: String, portability: Portability,
        _ conversion: @escaping @Sendable (TimeZoneRules) -> (Int64) -> Int64
    ) -> ScalarFunction {
        ScalarFunction(
            name: name, usage: "\(name)(timestamp, zone)", canFail: true, portability: portability,
            resolve: ScalarFunction.overloads([([.timestamp, .string], .timestamp)]),
            prepare: { (literals) throws(QueryError) in
                guard let zoneName = try literals.text(1, "the time zone") else { return nil }
                let zone = try TimeZones.system.zone(named: zoneName)
                return ScalarFunction.Prepared(
                    evaluate: { (arguments) throws(QueryError) in
                        guard case .timestamp(let time) = arguments[0] else { return .null }
                        let result = conversion(zone)(time)
                        guard TimestampText.writable.contains(result) else {
                            throw TimestampText.outOfRange
                        }
                        return .timestamp(result)
                    },
                    kernel: { (operands, count) throws(QueryError) in
                        guard case .column(let column) = operands[0],
                            case .int64(let times) = column.values
                        else { return nil }
                        let convert = conversion(zone)
                        let results = times.map(convert)
                        for result in results where !TimestampText.writable.contains(result) {
                            throw TimestampText.outOfRange
                        }
                        return Column(timestamps: results, validity: column.validity)
                    })
            },
            evaluate: ScalarFunction.unprepared)
    }
}
