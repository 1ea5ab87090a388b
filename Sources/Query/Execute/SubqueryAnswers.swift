import Columns

/// Answers the subqueries of a query and puts the answers in their places.
struct SubqueryAnswers {
    private enum Answer {
        case value(Value, ColumnType)
        case members(ValueSet)
    }
    private var answers: [Answer] = []

    /// - Returns: optimized plans without subqueries in them.
    static func answered(
        _ query: BoundQuery, _ executor: inout Executor
    ) throws(QueryError) -> BoundQuery {
        var answers = SubqueryAnswers()
        var result = query
        for (number, subquery) in query.subqueries.enumerated() {
            let plan = Optimizer.optimize(try answers.placed(in: subquery.plan))
            result.subqueries[number].plan = plan
            do {
                try answers.add(subquery, plan, &executor)
            } catch {
                throw error.located(at: subquery.range)
            }
        }
        result.plan = Optimizer.optimize(try answers.placed(in: query.plan))
        return result
    }

    private mutating func add(
        _ subquery: Subquery, _ plan: Plan, _ executor: inout Executor
    ) throws(QueryError) {
        let blocks = try executor.blocks(of: plan)
        let type = plan.schema[0].type
        switch subquery.purpose {
        case .value:
            let count = blocks.reduce(0) { $0 + $1.rowCount }
            guard count <= 1 else {
                throw QueryError(
                    .value, "a query used as a value has at most one row; this one has more",
                    at: subquery.range, hint: "take max(…), or write IN (…)")
            }
            let value = blocks.first { $0.rowCount > 0 }?.columns[0][0] ?? .null
            answers.append(.value(value, type))
        case .members:
            let values = ValueSet(blocks.map { $0.columns[0] }, type: type)
            try executor.context.useMemory(values.memorySize)
            answers.append(.members(values))
        }
    }

    private func placed(in plan: Plan) throws(QueryError) -> Plan {
        guard !answers.isEmpty else { return plan }
        return try plan.mapExpressions { (expression) throws(QueryError) in
            try placed(in: expression)
        }
    }

    private func placed(
        in expression: BoundExpression
    ) throws(QueryError) -> BoundExpression {
        switch expression {
        case .queryValue(let number, let own):
            guard case .value(let value, let type) = answers[number] else {
                return .literal(.null, own)
            }
            return .literal(value, type)
        case .member(let operand, of: .query(let number)):
            let inner = try placed(in: operand)
            guard case .members(let values) = answers[number] else { return .literal(.null, .bool) }
            return .member(inner, of: .values(values))
        default:
            return try expression.mapChildren { (child) throws(QueryError) in
                try placed(in: child)
            }
        }
    }
}

extension BoundQuery {
    func mapPlans(_ change: (Plan) -> Plan) -> BoundQuery {
        var query = self
        query.plan = change(plan)
        for index in subqueries.indices {
            query.subqueries[index].plan = change(subqueries[index].plan)
        }
        return query
    }
}
