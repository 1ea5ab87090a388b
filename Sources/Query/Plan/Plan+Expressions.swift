/// The same plan with its expressions replaced: how the answers of subqueries get into it.
extension Plan {
    func mapExpressions(
        _ change: (BoundExpression) throws(QueryError) -> BoundExpression
    ) throws(QueryError) -> Plan {
        func map(
            _ list: [BoundExpression]
        ) throws(QueryError) -> [BoundExpression] {
            var result: [BoundExpression] = []
            for expression in list { result.append(try change(expression)) }
            return result
        }
        func map(_ list: [NamedExpression]) throws(QueryError) -> [NamedExpression] {
            var list = list
            for index in list.indices {
                list[index].expression = try change(list[index].expression)
            }
            return list
        }
        switch self {
        case .singleRow: return self
        case .scan(var scan):
            scan.filters = try map(scan.filters)
            return .scan(scan)
        case .filter(let input, let conditions):
            return .filter(try input.mapExpressions(change), try map(conditions))
        case .project(let input, let outputs):
            return .project(try input.mapExpressions(change), try map(outputs))
        case .aggregate(let input, var aggregate):
            aggregate.keys = try map(aggregate.keys)
            for index in aggregate.aggregates.indices {
                let call = aggregate.aggregates[index].call
                aggregate.aggregates[index].call.arguments = try map(call.arguments)
                if let filter = call.filter {
                    aggregate.aggregates[index].call.filter = try change(filter)
                }
            }
            return .aggregate(try input.mapExpressions(change), aggregate)
        case .expand(let input, let copies):
            var changed: [[NamedExpression]] = []
            for copy in copies { changed.append(try map(copy)) }
            return .expand(try input.mapExpressions(change), changed)
        case .fill(let input, let fill):
            return .fill(try input.mapExpressions(change), fill)
        case .sort(let input, var keys, let limit):
            for index in keys.indices {
                keys[index].expression = try change(keys[index].expression)
            }
            return .sort(try input.mapExpressions(change), keys, limit: limit)
        case .limit(let input, let limit):
            return .limit(try input.mapExpressions(change), limit)
        case .join(var join):
            join.left = try join.left.mapExpressions(change)
            join.right = try join.right.mapExpressions(change)
            join.leftKeys = try map(join.leftKeys)
            join.rightKeys = try map(join.rightKeys)
            join.residual = try map(join.residual)
            return .join(join)
        case .union(let parts):
            var changed: [Plan] = []
            for part in parts { changed.append(try part.mapExpressions(change)) }
            return .union(changed)
        case .window(let input, let calls):
            var changed: [WindowCall] = []
            for call in calls { changed.append(try call.mapExpressions(change)) }
            return .window(try input.mapExpressions(change), changed)
        }
    }
}
