import Columns

/// Rewrites a plan into one with the same rows that reads and does less.
enum Optimizer {
    static func optimize(_ plan: Plan) -> Plan {
        let filtered = pushFilters(plan)
        let limited = pushLimits(filtered)
        let ordered = breakTiesByGroups(limited)
        return counted(withBounds(pruned(ordered)))
    }

    // MARK: - Limits

    /// A limit above a sort lets the sort keep only that many rows.
    private static func pushLimits(_ plan: Plan) -> Plan {
        guard case .limit(let input, let limit) = plan else { return plan.mapInput(pushLimits) }
        let (end, overflow) = limit.count.addingReportingOverflow(limit.offset)
        return .limit(overflow ? input : limited(input, end), limit).mapInput(pushLimits)
    }

    private static func limited(_ plan: Plan, _ count: Int) -> Plan {
        switch plan {
        case .sort(let input, let keys, let known):
            belowProjection(input, keys, limit: min(known ?? count, count))
        case .project(let input, let outputs): .project(limited(input, count), outputs)
        case .singleRow, .scan, .filter, .expand, .aggregate, .fill, .limit, .join, .union, .window:
            plan
        }
    }

    /// A short sort moves below a projection if its keys are plain columns there: then the outputs are
    /// computed for the rows that remain, and their columns need not be read for the others.
    private static func belowProjection(_ input: Plan, _ keys: [SortKey], limit: Int) -> Plan {
        guard case .project(let below, let outputs) = input else {
            return .sort(input, keys, limit: limit)
        }
        var moved: [SortKey] = []
        for var key in keys {
            guard case .column(let position, _, _) = key.expression,
                case .column = outputs[position].expression
            else { return .sort(input, keys, limit: limit) }
            key.expression = outputs[position].expression
            moved.append(key)
        }
        return .project(belowProjection(below, moved, limit: limit), outputs)
    }

    // MARK: - Ties

    /// Groups come out in the order of their keys. If a sort follows, its ties are broken by the keys
    /// instead, which for a short limit is far less work than sorting all groups first.
    private static func breakTiesByGroups(_ plan: Plan) -> Plan {
        guard case .sort(let input, let keys, let limit) = plan,
            let tied = withoutOrder(input)
        else { return plan.mapInput(breakTiesByGroups) }
        let schema = input.schema
        let ties = tied.keys.map { position in
            SortKey(ascending: .column(position, schema[position].type, .nowhere))
        }
        return .sort(tied.plan, keys + ties, limit: limit).mapInput(breakTiesByGroups)
    }

    /// The plan with its grouping unordered, and where the keys are in its output; `nil` if it is no
    /// grouping, or some key does not come through.
    private static func withoutOrder(_ plan: Plan) -> (plan: Plan, keys: [Int])? {
        switch plan {
        case .aggregate(let input, var aggregate):
            aggregate.isOrdered = false
            return (.aggregate(input, aggregate), Array(aggregate.keys.indices))
        case .filter(let input, let conditions):
            return withoutOrder(input).map { (.filter($0.plan, conditions), $0.keys) }
        case .project(let input, let outputs):
            guard let inner = withoutOrder(input) else { return nil }
            var keys: [Int] = []
            for key in inner.keys {
                let place = outputs.firstIndex {
                    if case .column(key, _, _) = $0.expression { true } else { false }
                }
                guard let place else { return nil }
                keys.append(place)
            }
            return (.project(inner.plan, outputs), keys)
        case .singleRow, .scan, .expand, .fill, .sort, .limit, .join, .union, .window:
            return nil
        }
    }

    // MARK: - Bounds

    private static func withBounds(_ plan: Plan) -> Plan {
        guard case .scan(var scan) = plan else { return plan.mapInput(withBounds) }
        scan.bounds = scan.filters.compactMap { Bounds.bound(of: $0, columns: scan.columns) }
        scan.choices = scan.filters.compactMap { Bounds.choice(of: $0, columns: scan.columns) }
        return .scan(scan)
    }
}

extension Plan {
    /// The same operator over changed inputs.
    func mapInput(_ change: (Plan) -> Plan) -> Plan {
        switch self {
        case .singleRow, .scan: self
        case .filter(let input, let conditions): .filter(change(input), conditions)
        case .project(let input, let outputs): .project(change(input), outputs)
        case .aggregate(let input, let aggregate): .aggregate(change(input), aggregate)
        case .expand(let input, let copies): .expand(change(input), copies)
        case .fill(let input, let fill): .fill(change(input), fill)
        case .sort(let input, let keys, let limit): .sort(change(input), keys, limit: limit)
        case .limit(let input, let limit): .limit(change(input), limit)
        case .join(let join): .join(join.mapInputs(change))
        case .union(let parts): .union(parts.map(change))
        case .window(let input, let calls): .window(change(input), calls)
        }
    }

    /// The operators whose rows it takes.
    var inputs: [Plan] {
        switch self {
        case .singleRow, .scan: []
        case .filter(let input, _), .project(let input, _), .aggregate(let input, _),
            .expand(let input, _), .fill(let input, _), .sort(let input, _, _),
            .limit(let input, _),
            .window(let input, _):
            [input]
        case .join(let join): [join.left, join.right]
        case .union(let parts): parts
        }
    }
}

extension JoinPlan {
    func mapInputs(_ change: (Plan) -> Plan) -> JoinPlan {
        var join = self
        join.left = change(left)
        join.right = change(right)
        return join
    }
}
