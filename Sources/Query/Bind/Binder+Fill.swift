import Columns

/// FILL: which key is a bucket of time, and what the rows that are made say.
extension Binder {
    /// - Parameter plan: the grouping: `keys`, then a column for each of `items`.
    func fill(
        _ fill: Fill, _ plan: Plan, _ keys: [NamedExpression], _ items: [SelectItem], _ scope: Scope
    ) throws(QueryError) -> Plan {
        let (bucket, steps) = try bucket(fill, keys)
        let value = try constant(fill.value, "the value of FILL", scope)
        let schema = plan.schema
        var values = keys.map { _ in Value.null }
        for (item, column) in zip(items, schema.dropFirst(keys.count)) {
            values.append(try self.value(value, fill.value.range, for: column, item))
        }
        return .fill(
            plan,
            FillPlan(
                keys: Array(keys.indices), bucket: bucket, values: values, steps: steps,
                times: try fill.times.map { (times) throws(QueryError) in
                    try self.times(times, scope)
                }, range: fill.range))
    }

    private func bucket(
        _ fill: Fill, _ keys: [NamedExpression]
    ) throws(QueryError) -> (position: Int, steps: TimeBucketSteps) {
        var found: [(position: Int, steps: TimeBucketSteps)] = []
        for (position, key) in keys.enumerated() {
            if let steps = try TimeBucketSteps(key.expression) { found.append((position, steps)) }
        }
        guard let first = found.first else {
            throw QueryError(
                .type, "FILL needs a key that is a bucket of time", at: fill.range,
                hint: "group by time_bucket(INTERVAL 1 HOUR, timestamp) AS t, or by date_trunc")
        }
        guard found.count == 1 else {
            let names = found.map { "`\(TextSafety.escaped(keys[$0.position].name))`" }
            throw QueryError(
                .type,
                "FILL can follow one bucket of time, not " + names.joined(separator: " and "),
                at: fill.range,
                hint: "make the other one in |> EXTEND, and group by its name")
        }
        return first
    }

    private func value(
        _ value: BoundExpression, _ range: SourceRange, for column: Scope.Entry, _ item: SelectItem
    ) throws(QueryError) -> Value {
        let argument = ScalarFunction.Argument(type: value.type, literal: value.literal)
        guard Coercion.isPossible(argument, column.type),
            let fitting = try convert(value, to: column.type, range).literal
        else {
            throw QueryError(
                .type,
                "the value of FILL is \(TypeName.text(of: value)), and "
                    + "`\(TextSafety.escaped(column.name))` is \(TypeName.text(of: column.type))",
                at: range, hint: "write FILL NULL")
        }
        return fitting
    }

    private func times(
        _ times: Fill.Times, _ scope: Scope
    ) throws(QueryError) -> Range<Int64> {
        let from = try time(times.from, "FROM of FILL", scope)
        let to = try time(times.to, "TO of FILL", scope)
        guard from <= to else {
            throw QueryError(
                .value, "FILL goes from an earlier time to a later one", at: times.to.range)
        }
        return from..<to
    }

    /// A time that is the same for all rows, in µs.
    /// - Parameter what: as errors call it.
    func time(
        _ expression: Expression, _ what: String, _ scope: Scope
    ) throws(QueryError) -> Int64 {
        let bound = try constant(expression, what, scope)
        let argument = ScalarFunction.Argument(type: bound.type, literal: bound.literal)
        guard Coercion.isPossible(argument, .timestamp),
            case .timestamp(let time) = try convert(bound, to: .timestamp, expression.range).literal
        else {
            throw QueryError(
                .type, "\(what) takes a timestamp; this is \(TypeName.text(of: bound))",
                at: expression.range, hint: "as in now() - INTERVAL 24 HOUR")
        }
        return time
    }

    /// What is the same for all rows.
    private func constant(
        _ expression: Expression, _ what: String, _ scope: Scope
    ) throws(QueryError) -> BoundExpression {
        let bound = try bind(expression, in: scope)
        guard bound.literal != nil else {
            throw QueryError(
                .type, "\(what) must be a constant", at: expression.range,
                hint: "a literal, a parameter, or now() with an INTERVAL")
        }
        return bound
    }
}
