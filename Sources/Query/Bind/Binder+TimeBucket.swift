import Columns

extension Binder {
    /// `time_bucket(INTERVAL '15' MINUTE, ts[, zone or origin])`
    func timeBucket(
        _ call: Expression.Call, _ range: SourceRange, _ scope: Scope,
        _ collector: inout AggregateCollector?
    ) throws(QueryError) -> BoundExpression {
        guard (2...3).contains(call.arguments.count),
            case .interval(let interval) = call.arguments[0].kind
        else {
            throw QueryError(
                .type, "time_bucket takes an INTERVAL and a timestamp", at: range,
                hint: "as in time_bucket(INTERVAL '15' MINUTE, timestamp)")
        }
        let unit = interval.unit
        let (length, overflow) = interval.amount.multipliedReportingOverflow(
            by: unit.microseconds ?? unit.months ?? 1)
        guard interval.amount > 0, !overflow,
            length <= (unit.months == nil ? 3_652_425 * Calendar.dayLength : 120_000)
        else {
            throw QueryError(
                .value, "the INTERVAL must be longer than nothing and at most 10,000 years",
                at: call.arguments[0].range)
        }
        let isMonths = unit.months != nil
        var arguments: [BoundExpression] = [
            .literal(.int64(isMonths ? length : 0), .int64),
            .literal(.int64(isMonths ? 0 : length), .int64),
        ]
        for argument in call.arguments.dropFirst() {
            arguments.append(try bind(argument, in: scope, &collector))
        }
        return try self.call("time_bucket", arguments, range)
    }
}
