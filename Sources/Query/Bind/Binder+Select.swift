import Columns

/// The SELECT statement, in terms of the same steps as a pipe.
extension Binder {
    func bind(_ select: SelectStatement) throws(QueryError) -> (Plan, Scope) {
        var plan = Plan.singleRow
        var input = Scope(entries: [], qualifiers: [])
        if let from = select.from { (plan, input) = try bind(from) }
        if let condition = select.condition {
            plan = .filter(plan, [try bindCondition(condition, in: input)])
        }
        let setNumber = select.sets.map { SetNumber($0, plan, keyCount: select.groupBy.count) }
        var collector: AggregateCollector? = AggregateCollector(
            plan, by: rowKeys(select, input), setNumber)
        let windows = WindowCollector()
        var binder = self
        binder.windows = windows
        var outputs = try binder.bindItems(select.items, input, plan, &collector)
        let keys = try bindKeys(select.groupBy, outputs, input)
        var having: BoundExpression?
        if let condition = select.having {
            having = try bind(substituted(condition, select.items, input), in: input, &collector)
        }
        var orderings = try binder.bindOrder(select, outputs, input, &collector)
        let allKeys = keys + (setNumber.map { [$0.key] } ?? [])
        let isGrouped = !allKeys.isEmpty || !(collector?.calls.isEmpty ?? true) || having != nil
        if isGrouped {
            plan = Self.grouping(plan, keys, collector)
            for position in outputs.indices {
                outputs[position].output.expression = try afterGrouping(
                    outputs[position].output.expression, allKeys, outputs[position].source, input)
            }
            for (position, ordering) in select.orderBy.enumerated() {
                if case .hidden(let expression) = orderings[position] {
                    orderings[position] = .hidden(
                        try afterGrouping(expression, allKeys, ordering.expression, input))
                }
            }
            try windows.mapExpressions { (expression) throws(QueryError) in
                let place = Expression(kind: .literal(.null), range: .nowhere, height: 1)
                return try afterGrouping(expression, allKeys, place, input)
            }
            if let condition = having, let source = select.having {
                let bound = try afterGrouping(condition, allKeys, source, input)
                guard bound.type == nil || bound.type == .bool else {
                    throw QueryError(.type, "HAVING takes BOOLEAN", at: source.range)
                }
                plan = .filter(plan, [bound])
            }
        }
        plan = try finish(select, plan, outputs.map(\.output), orderings, windows)
        return (plan, Scope(entries: plan.schema, qualifiers: input.qualifiers))
    }

    private struct Item {
        var output: NamedExpression
        var source: Expression
    }

    /// What a key of ORDER BY is.
    private enum Order {
        /// A column of the result, by position.
        case output(Int)
        /// Something that is not selected.
        case hidden(BoundExpression)
    }

    private func bindItems(
        _ items: [SelectItem], _ scope: Scope, _ plan: Plan,
        _ collector: inout AggregateCollector?
    ) throws(QueryError) -> [Item] {
        var outputs: [Item] = []
        for item in items {
            switch item.content {
            case .allColumns(let range):
                let star = Expression(kind: .column(["*"]), range: range, height: 1)
                guard !scope.entries.isEmpty else {
                    throw QueryError(.syntax, "SELECT * needs a FROM", at: range)
                }
                outputs += plan.passedThrough(at: range).map { Item(output: $0, source: star) }
            case .expression(let expression):
                let bound = try bind(expression, in: scope, &collector)
                let name = item.alias ?? Self.defaultName(of: expression, bound, scope)
                outputs.append(
                    Item(output: NamedExpression(name: name, expression: bound), source: expression)
                )
            }
        }
        return outputs
    }

    /// Keys are expressions, names that SELECT gives, or numbers of its items.
    private func bindKeys(
        _ keys: [Expression], _ outputs: [Item], _ scope: Scope
    ) throws(QueryError) -> [NamedExpression] {
        var result: [NamedExpression] = []
        for key in keys {
            if let position = try outputPosition(key, outputs, inputFirst: scope) {
                let expression = outputs[position].output.expression
                guard !expression.hasAggregate, !expression.hasWindow else {
                    throw QueryError(
                        .type, "GROUP BY cannot contain an aggregate or a window function",
                        at: key.range)
                }
                result.append(outputs[position].output)
            } else {
                let bound = try bind(key, in: scope)
                let name = Self.defaultName(of: key, bound, scope)
                result.append(NamedExpression(name: name, expression: bound))
            }
        }
        return result
    }

    /// The keys as far as they are known before the items are; errors show when they are bound.
    private func rowKeys(_ select: SelectStatement, _ scope: Scope) -> [BoundExpression] {
        select.groupBy.compactMap { key in
            var source = substituted(key, select.items, scope)
            if case .literal(.int64(let number)) = key.kind,
                select.items.indices.contains(Int(clamping: number) &- 1),
                case .expression(let item) = select.items[Int(clamping: number) - 1].content
            {
                source = item
            }
            return try? bind(source, in: scope)
        }
    }

    private func bindOrder(
        _ select: SelectStatement, _ outputs: [Item], _ scope: Scope,
        _ collector: inout AggregateCollector?
    ) throws(QueryError) -> [Order] {
        var result: [Order] = []
        for ordering in select.orderBy {
            if let position = try outputPosition(ordering.expression, outputs, inputFirst: nil) {
                result.append(.output(position))
            } else {
                let source = substituted(ordering.expression, select.items, scope)
                let bound = try bind(source, in: scope, &collector)
                if let same = outputs.firstIndex(where: { $0.output.expression == bound }) {
                    result.append(.output(same))
                } else {
                    result.append(.hidden(bound))
                }
            }
        }
        return result
    }

    /// The output that a bare name or number means. In GROUP BY a column of the input goes before a
    /// name that SELECT gives (standard SQL); in ORDER BY it is the other way round.
    private func outputPosition(
        _ expression: Expression, _ outputs: [Item], inputFirst scope: Scope?
    ) throws(QueryError) -> Int? {
        switch expression.kind {
        case .literal(.int64(let number)):
            guard number >= 1, number <= Int64(outputs.count) else {
                throw QueryError(
                    .name, "there is no column number \(number)", at: expression.range,
                    hint: "SELECT has \(outputs.count)")
            }
            return Int(number) - 1
        case .column(let parts):
            let name = parts.joined(separator: ".")
            if let scope, scope.entries.contains(where: { $0.name == name }) { return nil }
            let matches = outputs.indices.filter { outputs[$0].output.name == name }
            guard matches.count > 1 else { return matches.first }
            throw QueryError(
                .name, "`\(TextSafety.escaped(name))` could be more than one column",
                at: expression.range)
        default:
            return nil
        }
    }

    /// Puts the expression in the place of a name that SELECT gives, unless the input has the name.
    private func substituted(
        _ expression: Expression, _ items: [SelectItem], _ scope: Scope
    ) -> Expression {
        expression.replacingColumns { parts in
            guard parts.count == 1, !scope.entries.contains(where: { $0.name == parts[0] }) else {
                return nil
            }
            for item in items where item.alias == parts[0] {
                if case .expression(let source) = item.content { return source }
            }
            return nil
        }
    }

    private func finish(
        _ select: SelectStatement, _ input: Plan, _ outputs: [NamedExpression],
        _ orders: [Order], _ windows: WindowCollector
    ) throws(QueryError) -> Plan {
        var columns = outputs
        var keys: [SortKey] = []
        for (order, ordering) in zip(orders, select.orderBy) {
            let position: Int
            switch order {
            case .output(let output): position = output
            case .hidden(let expression):
                guard !select.isDistinct else {
                    throw QueryError(
                        .type, "with DISTINCT, ORDER BY takes only what is selected",
                        at: ordering.expression.range)
                }
                position = columns.count
                columns.append(NamedExpression(name: "$\(position)", expression: expression))
            }
            let type = columns[position].expression.type ?? .string
            keys.append(
                SortKey(expression: .column(position, type, ordering.expression.range), ordering))
        }
        let input = windows.place(&columns, over: input)
        var plan = Plan.project(input, columns)
        if select.isDistinct { plan = Self.distinct(plan) }
        if !keys.isEmpty { plan = .sort(plan, keys, limit: nil) }
        if columns.count > outputs.count {
            plan = .project(plan, Array(plan.passedThrough.prefix(outputs.count)))
        }
        if let limit = select.limit { plan = .limit(plan, limit) }
        return plan
    }
}

extension BoundExpression {
    fileprivate var hasAggregate: Bool {
        if case .aggregate = self { return true }
        return children.contains { $0.hasAggregate }
    }
}
