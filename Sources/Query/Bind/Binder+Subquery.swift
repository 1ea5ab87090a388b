import Columns

/// Queries inside expressions.
extension Binder {
    /// `(query)` as a value.
    func value(of query: Query, _ range: SourceRange) throws(QueryError) -> BoundExpression {
        let (plan, type) = try column(of: query, range)
        // A second row is enough to know that there is more than one.
        let limited = Plan.limit(plan, Limit(count: 2))
        let number = subqueries.add(Subquery(plan: limited, purpose: .value, range: range))
        return .queryValue(number, type)
    }

    /// `operand IN (query)`
    func member(
        _ operand: BoundExpression, of query: Query, _ range: SourceRange
    ) throws(QueryError) -> BoundExpression {
        let (plan, own) = try column(of: query, range)
        let values = BoundExpression.column(0, own, range)
        guard let type = Self.commonType([operand, values]) else {
            throw QueryError(
                .type,
                "\(TypeName.text(of: operand)) IN a query of \(TypeName.text(of: own)) cannot be true",
                at: range, hint: "convert one side with CAST")
        }
        let output = NamedExpression(
            name: plan.schema[0].name, expression: try convert(values, to: type, range))
        let distinct = Self.distinct(.project(plan, [output]))
        let number = subqueries.add(Subquery(plan: distinct, purpose: .members, range: range))
        return .member(try convert(operand, to: type, range), of: .query(number))
    }

    private func column(
        of query: Query, _ range: SourceRange
    ) throws(QueryError) -> (plan: Plan, type: ColumnType) {
        let plan = try bind(query).plan
        let schema = plan.schema
        guard schema.count == 1 else {
            throw QueryError(
                .type, "a query used as a value has one column; this one has \(schema.count)",
                at: range)
        }
        return (plan, schema[0].type)
    }
}
