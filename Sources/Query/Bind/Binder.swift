import Columns

/// Gives names and types to a query: from tree to plan. Nothing is read before it has succeeded.
struct Binder {
    let catalog: any TableCatalog
    let parameters: [String: Value]
    /// Microseconds since 1970: what `now()` is, once for the whole query.
    let now: Int64

    func bind(_ query: Query) throws(QueryError) -> Plan {
        var plan: Plan
        var scope: Scope
        switch query.source {
        case .table(let reference): (plan, scope) = try bind(reference)
        case .select(let select): (plan, scope) = try bind(select)
        }
        for step in query.steps { try apply(step, to: &plan, &scope) }
        return plan
    }

    func bind(_ reference: TableReference) throws(QueryError) -> (Plan, Scope) {
        guard let table = try find(reference) else {
            let name = TextSafety.escaped(reference.name)
            let nearest = EditDistance.nearest(to: reference.name, among: catalog.tableNames)
            throw QueryError(
                .name, "unknown table `\(name)`", at: reference.range,
                hint: nearest.map { "did you mean `\($0)`?" }
                    ?? "there are " + catalog.tableNames.map { "`\($0)`" }.joined(separator: ", "))
        }
        let entries = table.columns.map { Scope.Entry(name: $0.name, type: $0.type) }
        let scan = ScanPlan(table: table, columns: Array(table.columns.indices))
        return (
            .scan(scan),
            Scope(entries: entries, qualifiers: [reference.alias ?? reference.name])
        )
    }

    private func find(_ reference: TableReference) throws(QueryError) -> (any Table)? {
        do {
            if let table = try catalog.table(named: reference.name) { return table }
            let lower = reference.name.lowercased()
            guard let name = catalog.tableNames.first(where: { $0.lowercased() == lower }) else {
                return nil
            }
            return try catalog.table(named: name)
        } catch {
            throw QueryError.storage(error).located(at: reference.range)
        }
    }

    private func apply(
        _ step: Step, to plan: inout Plan, _ scope: inout Scope
    ) throws(QueryError) {
        switch step {
        case .filter(let condition):
            plan = .filter(plan, [try bindCondition(condition, in: scope)])
        case .select(let items, let isDistinct):
            try project(items, keeping: false, &plan, &scope)
            if isDistinct { plan = Self.distinct(plan) }
        case .extend(let items):
            try project(items, keeping: true, &plan, &scope)
        case .set(let assignments):
            var outputs = plan.passedThrough
            let input = scope
            var assigned: Set<Int> = []
            for assignment in assignments {
                let position = try input.resolve(
                    assignment.column.parts, at: assignment.column.range)
                guard assigned.insert(position).inserted else {
                    throw QueryError(
                        .name, "`\(input.entries[position].name)` is set twice",
                        at: assignment.column.range, hint: "use a second |> SET")
                }
                let value = try bind(assignment.value, in: input)
                outputs[position].expression = value
                scope.entries[position].type = value.type ?? .string
            }
            plan = .project(plan, outputs)
        case .drop(let columns):
            var dropped: Set<Int> = []
            for column in columns {
                dropped.insert(try scope.resolve(column.parts, at: column.range))
            }
            let kept = scope.entries.indices.filter { !dropped.contains($0) }
            guard !kept.isEmpty else {
                throw QueryError(
                    .name, "DROP would leave no column", at: columns[0].range)
            }
            let outputs = plan.passedThrough
            plan = .project(plan, kept.map { outputs[$0] })
            scope.entries = kept.map { scope.entries[$0] }
        case .aggregate(let items, let keys):
            try aggregate(items, by: keys, &plan, &scope)
        case .orderBy(let keys):
            plan = .sort(plan, try bind(keys, in: scope), limit: nil)
        case .limit(let limit):
            plan = .limit(plan, limit)
        case .distinct:
            plan = Self.distinct(plan)
        case .alias(let name):
            scope.qualifiers = [name]
        }
    }

    /// `SELECT items` or, with `keeping`, `EXTEND items`.
    private func project(
        _ items: [SelectItem], keeping: Bool, _ plan: inout Plan, _ scope: inout Scope
    ) throws(QueryError) {
        var outputs = keeping ? plan.passedThrough : []
        for item in items {
            switch item.content {
            case .allColumns(let range):
                guard !keeping else {
                    throw QueryError(.syntax, "EXTEND * would double every column", at: range)
                }
                outputs += plan.passedThrough
            case .expression(let expression):
                let bound = try bind(expression, in: scope)
                outputs.append(
                    NamedExpression(
                        name: item.alias ?? Self.defaultName(of: expression, bound, scope),
                        expression: bound))
            }
        }
        plan = .project(plan, outputs)
        scope.entries = plan.schema
    }

    /// A column keeps its name as the table spells it; anything else is called by its text.
    static func defaultName(
        of expression: Expression, _ bound: BoundExpression, _ scope: Scope
    ) -> String {
        if case .column(let position, _, _) = bound, scope.entries.indices.contains(position) {
            return scope.entries[position].name
        }
        return Printer.text(of: expression)
    }

    static func distinct(_ plan: Plan) -> Plan {
        .aggregate(plan, AggregatePlan(keys: plan.passedThrough, aggregates: []))
    }

    func bindCondition(_ expression: Expression, in scope: Scope) throws(QueryError)
        -> BoundExpression
    {
        let bound = try bind(expression, in: scope)
        guard bound.type == nil || bound.type == .bool else {
            throw QueryError(
                .type, "a condition must be BOOLEAN; this is \(TypeName.text(of: bound))",
                at: expression.range)
        }
        return bound
    }

    func bind(_ keys: [Ordering], in scope: Scope) throws(QueryError) -> [SortKey] {
        var result: [SortKey] = []
        for key in keys {
            result.append(
                SortKey(
                    expression: try bindOrdinal(key.expression, in: scope), key))
        }
        return result
    }

    /// A bare integer in ORDER BY or GROUP BY is a column's number, counted from 1.
    private func bindOrdinal(
        _ expression: Expression, in scope: Scope
    ) throws(QueryError) -> BoundExpression {
        guard case .literal(.int64(let number)) = expression.kind else {
            return try bind(expression, in: scope)
        }
        guard number >= 1, number <= Int64(scope.entries.count) else {
            throw QueryError(
                .name, "there is no column number \(number)", at: expression.range,
                hint: "there are \(scope.entries.count) columns")
        }
        let position = Int(number) - 1
        return .column(position, scope.entries[position].type, expression.range)
    }
}

extension TypeName {
    static func text(of expression: BoundExpression) -> String {
        expression.type.map { text(of: $0) } ?? "NULL"
    }
}

extension QueryError {
    static func storage(_ error: any Error) -> QueryError {
        if let error = error as? QueryError { return error }
        return QueryError(.storage, "cannot read: \(TextSafety.escaped(String(describing: error)))")
    }
}
