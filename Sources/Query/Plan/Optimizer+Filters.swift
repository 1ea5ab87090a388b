import Columns

extension Optimizer {
    /// Moves conditions down to where rows come from, as far as they mean the same there.
    static func pushFilters(_ plan: Plan) -> Plan {
        guard case .filter(let input, let conditions) = plan else {
            return plan.mapInput(pushFilters)
        }
        var result = pushFilters(input)
        var left: [BoundExpression] = []
        for condition in conditions.flatMap(\.conjuncts) {
            // A condition that can fail stays behind those before it, which may protect it.
            if !left.isEmpty || !push(condition, into: &result) { left.append(condition) }
        }
        guard !left.isEmpty else { return result }
        if case .filter(let inner, let known) = result { return .filter(inner, known + left) }
        return .filter(result, left)
    }

    /// Adds a condition to those of a scan or a filter.
    ///
    /// The list is taken out of the tree first: were it in two places, each of many conditions would
    /// copy those before it.
    private static func add(_ condition: BoundExpression, to plan: inout Plan) {
        if case .scan(var scan) = plan {
            plan = .singleRow
            scan.filters.append(condition)
            plan = .scan(scan)
        } else if case .filter(var input, var conditions) = plan {
            plan = .singleRow
            // It may overtake conditions above only if it cannot fail.
            if condition.canFail || !push(condition, into: &input) { conditions.append(condition) }
            plan = .filter(input, conditions)
        }
    }

    /// - Returns: whether `condition` has found a place inside `plan`.
    private static func push(_ condition: BoundExpression, into plan: inout Plan) -> Bool {
        switch plan {
        case .scan, .filter:
            add(condition, to: &plan)
            return true
        case .project(var input, let outputs):
            guard let moved = condition.through(outputs) else { return false }
            // Outputs that can fail would fail for fewer rows, which no query can rely on.
            if !push(moved, into: &input) { input = .filter(input, [moved]) }
            plan = .project(input, outputs)
            return true
        case .aggregate(var input, let aggregate):
            guard !condition.columns.isEmpty, !condition.canFail,
                let moved = condition.through(aggregate.keys)
            else { return false }
            if !push(moved, into: &input) { input = .filter(input, [moved]) }
            plan = .aggregate(input, aggregate)
            return true
        case .fill(var input, let fill):
            guard fill.commutes(with: condition) else { return false }
            if !push(condition, into: &input) { input = .filter(input, [condition]) }
            plan = .fill(input, fill)
            return true
        case .sort(var input, let keys, nil):
            if !push(condition, into: &input) { input = .filter(input, [condition]) }
            plan = .sort(input, keys, limit: nil)
            return true
        case .union(var parts):
            for index in parts.indices where !push(condition, into: &parts[index]) {
                parts[index] = .filter(parts[index], [condition])
            }
            plan = .union(parts)
            return true
        case .join(var join):
            guard push(condition, into: &join) else { return false }
            plan = .join(join)
            return true
        case .window(var input, let calls):
            // Only what takes away whole partitions leaves the others as they are.
            let shared = calls.dropFirst().reduce(into: calls.first?.partitionColumns ?? []) {
                $0.formIntersection($1.partitionColumns)
            }
            guard !condition.columns.isEmpty, !condition.canFail,
                condition.columns.isSubset(of: shared)
            else { return false }
            if !push(condition, into: &input) { input = .filter(input, [condition]) }
            plan = .window(input, calls)
            return true
        case .expand, .sort, .limit, .singleRow:
            return false
        }
    }
}

extension Optimizer {
    /// A condition about one side can be applied there, unless a left join would then give rows that
    /// it takes away a partner of nulls.
    private static func push(
        _ condition: BoundExpression, into join: inout JoinPlan
    ) -> Bool {
        let leftCount = join.left.schema.count
        let columns = condition.columns
        guard !columns.isEmpty else { return false }
        if columns.allSatisfy({ $0 < leftCount }) {
            if !push(condition, into: &join.left) { join.left = .filter(join.left, [condition]) }
            return true
        }
        guard join.kind != .left, columns.allSatisfy({ $0 >= leftCount }) else { return false }
        let moved = condition.renumbered { $0 - leftCount }
        if !push(moved, into: &join.right) { join.right = .filter(join.right, [moved]) }
        return true
    }
}

extension WindowCall {
    /// Columns that are keys of the partition as they are.
    fileprivate var partitionColumns: Set<Int> {
        partitionBy.reduce(into: []) { result, key in
            if case .column(let position, _, _) = key { result.insert(position) }
        }
    }
}

extension BoundExpression {
    /// The same condition below `outputs`; `nil` if it looks at one that is more than a column.
    fileprivate func through(_ outputs: [NamedExpression]) -> BoundExpression? {
        var places: [Int: Int] = [:]
        for position in columns {
            guard position < outputs.count,
                case .column(let below, _, _) = outputs[position].expression
            else { return nil }
            places[position] = below
        }
        return renumbered { places[$0] ?? $0 }
    }
}
