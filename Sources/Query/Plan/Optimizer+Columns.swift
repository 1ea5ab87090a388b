import Columns

extension Optimizer {
    /// Drops columns that nobody looks at, down to what is read.
    static func pruned(_ plan: Plan) -> Plan {
        prune(plan, Set(plan.schema.indices)).plan
    }

    /// - Returns: a plan that puts out at least the `needed` columns, and where each of them now is.
    private static func prune(_ plan: Plan, _ needed: Set<Int>) -> (plan: Plan, places: [Int: Int])
    {
        switch plan {
        case .singleRow:
            return (plan, [:])
        case .scan(var scan):
            let filtered = scan.filters.reduce(into: Set<Int>()) { $0.formUnion($1.columns) }
            let kept = needed.union(filtered).sorted()
            let places = places(kept)
            scan.filters = scan.filters.map { $0.renumbered { places[$0] ?? $0 } }
            scan.filterOnly = Set(filtered.subtracting(needed).compactMap { places[$0] })
            scan.columns = kept.map { scan.columns[$0] }
            return (.scan(scan), places)
        case .filter(let input, let conditions):
            let below = conditions.reduce(into: needed) { $0.formUnion($1.columns) }
            let (plan, places) = prune(input, below)
            return (.filter(plan, conditions.map { moved($0, places) }), places)
        case .project(let input, let outputs):
            let kept = needed.sorted()
            let below = kept.reduce(into: Set<Int>()) {
                $0.formUnion(outputs[$1].expression.columns)
            }
            let (plan, inner) = prune(input, below)
            let rest = kept.map { moved(outputs[$0], inner) }
            // A projection that changes neither columns nor names would only be passed through.
            return (.project(plan, rest), places(kept))
        case .aggregate(let input, var aggregate):
            let keyCount = aggregate.keys.count
            let kept = aggregate.aggregates.indices.filter { needed.contains(keyCount + $0) }
            var below = aggregate.keys.reduce(into: Set<Int>()) {
                $0.formUnion($1.expression.columns)
            }
            for position in kept { below.formUnion(aggregate.aggregates[position].call.columns) }
            let (plan, inner) = prune(input, below)
            aggregate.keys = aggregate.keys.map { moved($0, inner) }
            aggregate.aggregates = kept.map { position in
                var named = aggregate.aggregates[position]
                named.call.arguments = named.call.arguments.map { moved($0, inner) }
                named.call.filter = named.call.filter.map { moved($0, inner) }
                return named
            }
            let all = Array(0..<keyCount) + kept.map { keyCount + $0 }
            return (.aggregate(plan, aggregate), places(all))
        case .expand(let input, let copies):
            let kept = needed.sorted()
            let below = copies.reduce(into: Set<Int>()) { result, copy in
                for position in kept { result.formUnion(copy[position].expression.columns) }
            }
            let (plan, inner) = prune(input, below)
            let rest = copies.map { copy in kept.map { moved(copy[$0], inner) } }
            return (.expand(plan, rest), places(kept))
        case .fill(let input, let fill):
            let (plan, places) = prune(input, needed.union(fill.keys))
            let moved = fill.moved(places, columnCount: plan.schema.count)
            return (.fill(plan, moved), places)
        case .sort(let input, let keys, let limit):
            let below = keys.reduce(into: needed) { $0.formUnion($1.expression.columns) }
            let (plan, places) = prune(input, below)
            let rest = keys.map { key in
                var key = key
                key.expression = moved(key.expression, places)
                return key
            }
            return (.sort(plan, rest, limit: limit), places)
        case .limit(let input, let limit):
            let (plan, places) = prune(input, needed)
            return (.limit(plan, limit), places)
        case .join(let join):
            return prune(join, needed)
        case .union(let parts):
            // The parts must go on having the same columns in the same order.
            let kept = needed.sorted()
            let pruned = parts.map { part -> Plan in
                let (plan, inner) = prune(part, needed)
                let schema = part.schema
                let outputs = kept.map { position in
                    NamedExpression(
                        name: schema[position].name,
                        expression: .column(
                            inner[position] ?? position, schema[position].type, .nowhere))
                }
                return .project(plan, outputs)
            }
            return (.union(pruned), places(kept))
        case .window(let input, let calls):
            let inputCount = input.schema.count
            let kept = calls.indices.filter { needed.contains(inputCount + $0) }
            var below = needed.filter { $0 < inputCount }
            for number in kept {
                for expression in calls[number].expressions { below.formUnion(expression.columns) }
            }
            let (plan, inner) = prune(input, below)
            let rest = kept.map { number in
                // Nothing here throws.
                (try? calls[number].mapExpressions { moved($0, inner) }) ?? calls[number]
            }
            var places = inner
            let prunedCount = plan.schema.count
            for (place, number) in kept.enumerated() {
                places[inputCount + number] = prunedCount + place
            }
            return (rest.isEmpty ? plan : .window(plan, rest), places)
        }
    }

    private static func prune(
        _ join: JoinPlan, _ needed: Set<Int>
    ) -> (plan: Plan, places: [Int: Int]) {
        let leftCount = join.left.schema.count
        let both = join.residual.reduce(into: needed) { $0.formUnion($1.columns) }
        let leftNeeded = join.leftKeys.reduce(into: both.filter { $0 < leftCount }) {
            $0.formUnion($1.columns)
        }
        let rightNeeded = join.rightKeys.reduce(
            into: Set(both.filter { $0 >= leftCount }.map { $0 - leftCount })
        ) { $0.formUnion($1.columns) }
        let (left, leftPlaces) = prune(join.left, leftNeeded)
        let (right, rightPlaces) = prune(join.right, rightNeeded)
        let newLeftCount = left.schema.count
        var places = leftPlaces
        for (old, new) in rightPlaces { places[leftCount + old] = newLeftCount + new }
        var pruned = join
        pruned.left = left
        pruned.right = right
        pruned.leftKeys = join.leftKeys.map { moved($0, leftPlaces) }
        pruned.rightKeys = join.rightKeys.map { moved($0, rightPlaces) }
        pruned.residual = join.residual.map { moved($0, places) }
        return (.join(pruned), places)
    }

    private static func places(_ kept: [Int]) -> [Int: Int] {
        Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
    }

    private static func moved(
        _ expression: BoundExpression, _ places: [Int: Int]
    ) -> BoundExpression {
        expression.renumbered { places[$0] ?? $0 }
    }

    private static func moved(_ named: NamedExpression, _ places: [Int: Int]) -> NamedExpression {
        NamedExpression(name: named.name, expression: moved(named.expression, places))
    }
}

extension AggregateCall {
    fileprivate var columns: Set<Int> {
        arguments.reduce(into: filter?.columns ?? []) { $0.formUnion($1.columns) }
    }
}
