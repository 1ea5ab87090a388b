import Columns

/// `rate(aggregate, INTERVAL)`, `per_second(aggregate)`: an aggregate per interval of the queried range.
///
/// The range of a group is its bucket, if a key is one of time (`time_bucket`, `date_trunc`); else what
/// WHERE says of `timestamp`, up to now if it names no end. Without either, and without groups, it goes
/// from the first to the last `timestamp`. Buckets end where WHERE cuts them.
extension Binder {
    private struct TimeRange {
        var lower: BoundExpression?
        var upper: BoundExpression?
    }

    func rate(
        _ call: Expression.Call, _ range: SourceRange, _ scope: Scope,
        _ collector: inout AggregateCollector?
    ) throws(QueryError) -> BoundExpression {
        let isPerSecond = call.name == "per_second"
        guard call.arguments.count == (isPerSecond ? 1 : 2) else {
            throw QueryError(
                .type,
                isPerSecond
                    ? "per_second(aggregate) expected" : "rate(aggregate, INTERVAL) expected",
                at: range)
        }
        var interval: Int64 = 1_000_000
        if !isPerSecond {
            guard case .interval(let written) = call.arguments[1].kind else {
                throw QueryError(
                    .type, "rate takes an INTERVAL", at: call.arguments[1].range,
                    hint: "as in rate(count(*), INTERVAL '1' MINUTE)")
            }
            interval = try Self.length(of: written, at: call.arguments[1].range)
        }
        guard let grouping = collector else {
            throw QueryError(
                .type, "`\(call.name)` has no place here", at: range,
                hint: "it belongs in AGGREGATE, or in SELECT with GROUP BY")
        }
        let amount = try bind(call.arguments[0], in: scope, &collector)
        let length = try length(of: grouping, range, scope, &collector)
        let product = try self.call(
            "*",
            [
                try convert(amount, to: .double, call.arguments[0].range),
                .literal(.double(Double(interval)), .double),
            ], range)
        let divisor = try self.call("nullif", [length, .literal(.int64(0), .int64)], range)
        return try self.call("/", [product, divisor], range)
    }

    /// Microseconds of the range of each group.
    private func length(
        of grouping: AggregateCollector, _ range: SourceRange, _ scope: Scope,
        _ collector: inout AggregateCollector?
    ) throws(QueryError) -> BoundExpression {
        let time = scope.entries.firstIndex { $0.name == "timestamp" && $0.type == .timestamp }
        let asked = time.map { Self.timeRange(of: grouping.input, column: $0) } ?? TimeRange()
        for key in grouping.keys {
            guard let (months, microseconds, source) = Self.bucket(key) else { continue }
            var end = try call(
                "timestamp_add",
                [key, .literal(.int64(months), .int64), .literal(.int64(microseconds), .int64)],
                range)
            var start = key
            if case .column(time, _, _) = source {
                if let lower = asked.lower { start = try call("greatest", [start, lower], range) }
                if let upper = asked.upper { end = try call("least", [end, upper], range) }
            }
            return try difference(start, end, range)
        }
        if let lower = asked.lower {
            return try difference(
                lower, asked.upper ?? .literal(.timestamp(now), .timestamp), range)
        }
        guard time != nil, grouping.keys.isEmpty else {
            throw QueryError(
                .type, "the range of this rate is not known", at: range,
                hint: "add WHERE timestamp >= … AND timestamp < …, or group by a time_bucket")
        }
        func edge(_ name: String) throws(QueryError) -> BoundExpression {
            let column = Expression(kind: .column(["timestamp"]), range: range, height: 1)
            let call = Expression.Call(name: name, nameRange: range, arguments: [column])
            return try bind(
                Expression(kind: .call(call), range: range, height: 2), in: scope, &collector)
        }
        let upper: BoundExpression
        if let asked = asked.upper { upper = asked } else { upper = try edge("max") }
        return try difference(try edge("min"), upper, range)
    }

    private func difference(
        _ start: BoundExpression, _ end: BoundExpression, _ range: SourceRange
    ) throws(QueryError) -> BoundExpression {
        let length = try call(
            "-",
            [try call("unix_micros", [end], range), try call("unix_micros", [start], range)], range)
        return try call("greatest", [length, .literal(.int64(0), .int64)], range)
    }

    /// What a bucket of time adds to its begin, and of what it is one; `nil` for anything else.
    private static func bucket(
        _ key: BoundExpression
    ) -> (months: Int64, microseconds: Int64, source: BoundExpression)? {
        guard case .call(let function, let arguments, _, _) = key else { return nil }
        switch (function.name, arguments.first?.literal) {
        case ("time_bucket", .int64(let months)?):
            guard arguments.count >= 3, case .int64(let microseconds) = arguments[1].literal else {
                return nil
            }
            return (months, microseconds, arguments[2])
        case ("date_trunc", .string(let name)?):
            guard arguments.count >= 2, let unit = TimeUnit(name: name) else { return nil }
            return (unit.months ?? 0, unit.microseconds ?? 0, arguments[1])
        default:
            return nil
        }
    }

    /// What the conditions of `plan` say about one of its columns.
    private static func timeRange(of plan: Plan, column: Int) -> TimeRange {
        if case .project(let input, let outputs) = plan,
            case .column(let below, _, _) = outputs[column].expression
        {
            return timeRange(of: input, column: below)
        }
        if case .sort(let input, _, nil) = plan { return timeRange(of: input, column: column) }
        guard case .filter(let input, let conditions) = plan else { return TimeRange() }
        var result = timeRange(of: input, column: column)
        let columns = Array(input.schema.indices)
        for condition in conditions.flatMap(\.conjuncts) {
            guard let bound = Bounds.bound(of: condition, columns: columns),
                bound.column == column, case .range(let lower, let upper) = bound.condition
            else { continue }
            if let lower { result.lower = tighter(result.lower, lower) { $0 > $1 } }
            if let upper { result.upper = tighter(result.upper, upper) { $0 < $1 } }
        }
        return result
    }

    private static func tighter(
        _ known: BoundExpression?, _ new: Value, _ isTighter: (Int64, Int64) -> Bool
    ) -> BoundExpression? {
        guard case .timestamp(let time) = new else { return known }
        if case .timestamp(let old)? = known?.literal, !isTighter(time, old) { return known }
        return .literal(new, .timestamp)
    }
}
