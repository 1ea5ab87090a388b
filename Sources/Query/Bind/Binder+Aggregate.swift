import Columns

/// Grouping: what is computed before it (keys, arguments), by it, and after it.
extension Binder {
    /// `|> AGGREGATE items GROUP BY keys`: keys come out first, then the items.
    func aggregate(
        _ items: [SelectItem], by keyItems: [SelectItem], _ sets: GroupingSets?,
        _ filling: Fill?, _ plan: inout Plan, _ scope: inout Scope
    ) throws(QueryError) {
        var keys: [NamedExpression] = []
        for item in keyItems {
            guard case .expression(let expression) = item.content else {
                throw QueryError(.syntax, "GROUP BY * is not possible", at: item.range)
            }
            if case .literal(.int64) = expression.kind {
                throw QueryError(
                    .type, "AGGREGATE groups by expressions, not by numbers", at: expression.range)
            }
            let bound = try bind(expression, in: scope)
            keys.append(
                NamedExpression(
                    name: item.alias ?? Self.defaultName(of: expression, bound, scope),
                    expression: bound))
        }
        if sets != nil, let filling {
            throw QueryError(
                .unsupported, "FILL behind ROLLUP, CUBE or GROUPING SETS is not supported",
                at: filling.range, hint: "group by plain keys")
        }
        let setNumber = sets.map { SetNumber($0, plan, keyCount: keys.count) }
        let allKeys = keys + (setNumber.map { [$0.key] } ?? [])
        var collector: AggregateCollector? = AggregateCollector(
            plan, by: keys.map(\.expression), setNumber)
        var outputs: [NamedExpression] = keys.enumerated().map { position, key in
            NamedExpression(
                name: key.name,
                expression: .column(position, key.expression.type ?? .string, .nowhere))
        }
        for item in items {
            guard case .expression(let expression) = item.content else {
                throw QueryError(
                    .syntax, "AGGREGATE * is not possible", at: item.range, hint: "write count(*)")
            }
            let bound = try bind(expression, in: scope, &collector)
            outputs.append(
                NamedExpression(
                    name: item.alias ?? Printer.text(of: expression),
                    expression: try afterGrouping(bound, allKeys, expression, scope)))
        }
        guard !keys.isEmpty || !(collector?.calls.isEmpty ?? true) else {
            throw QueryError(
                .syntax, "AGGREGATE needs an aggregate function or a GROUP BY",
                at: items.first?.range ?? .nowhere)
        }
        // With FILL the rows are sorted when they are all there.
        let grouped = Self.grouping(plan, keys, collector, isOrdered: filling == nil)
        plan = Self.needsProjection(outputs, grouped) ? .project(grouped, outputs) : grouped
        plan = Self.renamed(plan, outputs)
        if let filling { plan = try fill(filling, plan, keys, items, scope) }
        scope = Scope(entries: plan.schema, qualifiers: scope.qualifiers)
    }

    static func grouping(
        _ plan: Plan, _ keys: [NamedExpression], _ collector: AggregateCollector?,
        isOrdered: Bool = true
    ) -> Plan {
        let aggregates = (collector?.calls ?? []).enumerated().map { position, call in
            NamedAggregate(name: "$\(position)", call: call)
        }
        if let number = collector?.setNumber {
            let inputCount = plan.schema.count
            let columns = (keys + [number.key]).enumerated().map { position, key in
                NamedExpression(
                    name: key.name,
                    expression: .column(
                        inputCount + position, key.expression.type ?? .string, .nowhere))
            }
            return .aggregate(
                number.expanded(plan, keys),
                AggregatePlan(keys: columns, aggregates: aggregates, isOrdered: isOrdered))
        }
        return .aggregate(
            plan, AggregatePlan(keys: keys, aggregates: aggregates, isOrdered: isOrdered))
    }

    /// Whether `outputs` are more than the columns of `plan` in their order.
    private static func needsProjection(_ outputs: [NamedExpression], _ plan: Plan) -> Bool {
        guard outputs.count == plan.schema.count else { return true }
        return outputs.enumerated().contains { position, output in
            if case .column(position, _, _) = output.expression { false } else { true }
        }
    }

    /// The names the query gave, on a grouping that needs no projection above it.
    private static func renamed(_ plan: Plan, _ outputs: [NamedExpression]) -> Plan {
        guard case .aggregate(let input, var aggregate) = plan else { return plan }
        for position in aggregate.aggregates.indices {
            aggregate.aggregates[position].name = outputs[aggregate.keys.count + position].name
        }
        return .aggregate(input, aggregate)
    }

    /// Rewrites an expression over the rows into one over the groups.
    func afterGrouping(
        _ bound: BoundExpression, _ keys: [NamedExpression], _ source: Expression, _ scope: Scope
    ) throws(QueryError) -> BoundExpression {
        if let key = keys.firstIndex(where: { $0.expression == bound }), bound.literal == nil {
            return .column(key, bound.type ?? .string, source.range)
        }
        switch bound {
        case .aggregate(let position, let type):
            return .column(keys.count + position, type, source.range)
        case .column(let position, _, let range):
            throw QueryError(
                .name,
                "`\(scope.entries[position].name)` is neither grouped by nor inside an aggregate",
                at: range, hint: "add it to GROUP BY, or take max(…) or any_value(…) of it")
        case .literal, .call, .and, .or, .conditional, .window, .queryValue, .member:
            return try bound.mapChildren { (child) throws(QueryError) in
                try afterGrouping(child, keys, source, scope)
            }
        }
    }
}

extension SourceRange {
    /// For what the query does not spell out.
    static let nowhere = SourceRange(start: 0, end: 0)
}

extension SelectItem {
    var range: SourceRange {
        switch content {
        case .allColumns(let range): range
        case .expression(let expression): expression.range
        }
    }
}
