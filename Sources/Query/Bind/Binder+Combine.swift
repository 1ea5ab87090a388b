import Columns

/// Rows of several sources: JOIN and UNION ALL.
extension Binder {
    /// The rows of `left` with those of the join's source beside them.
    func bind(
        _ join: Join, to left: Plan, _ leftScope: Scope
    ) throws(QueryError) -> (plan: Plan, scope: Scope) {
        let (right, rightScope) = try bind(join.source)
        let leftCount = leftScope.entries.count
        var plan = JoinPlan(kind: join.kind, left: left, right: right)
        let entries = leftScope.qualified + rightScope.qualified
        var scope = Scope(entries: entries, qualifiers: [])
        switch join.condition {
        case .none: break
        case .on(let condition):
            let bound = try bindCondition(condition, in: scope)
            for term in bound.conjuncts {
                if let (leftKey, rightKey) = Self.sides(term, leftCount) {
                    plan.leftKeys.append(leftKey)
                    plan.rightKeys.append(rightKey)
                } else {
                    plan.residual.append(term)
                }
            }
        case .using(let columns):
            var hidden: Set<Int> = []
            for column in columns {
                let leftPosition = try leftScope.resolve(column.parts, at: column.range)
                let rightPosition = try rightScope.resolve(column.parts, at: column.range)
                hidden.insert(leftCount + rightPosition)
                let equality = try call(
                    "=",
                    [
                        .column(leftPosition, leftScope.entries[leftPosition].type, column.range),
                        .column(
                            leftCount + rightPosition, rightScope.entries[rightPosition].type,
                            column.range),
                    ], column.range)
                guard let (leftKey, rightKey) = Self.sides(equality, leftCount) else { continue }
                plan.leftKeys.append(leftKey)
                plan.rightKeys.append(rightKey)
            }
            let whole = Plan.join(plan)
            let kept = scope.entries.indices.filter { !hidden.contains($0) }
            scope.entries = kept.map { scope.entries[$0] }
            let outputs = whole.passedThrough
            return (.project(whole, kept.map { outputs[$0] }), scope)
        }
        return (.join(plan), scope)
    }

    /// The two sides of `left = right`, each over the columns of its own side; `nil` if it is no such
    /// equality.
    private static func sides(
        _ term: BoundExpression, _ leftCount: Int
    ) -> (left: BoundExpression, right: BoundExpression)? {
        guard case .call(let function, let arguments, _, _) = term, function.name == "=",
            let first = arguments.first, let second = arguments.last
        else { return nil }
        let (a, b) = (first.columns, second.columns)
        guard !a.isEmpty, !b.isEmpty else { return nil }
        if a.allSatisfy({ $0 < leftCount }), b.allSatisfy({ $0 >= leftCount }) {
            return (first, second.renumbered { $0 - leftCount })
        }
        if b.allSatisfy({ $0 < leftCount }), a.allSatisfy({ $0 >= leftCount }) {
            return (second, first.renumbered { $0 - leftCount })
        }
        return nil
    }

    /// The rows of all parts, one part after another; names are those of the first.
    func union(_ parts: [Plan], _ range: SourceRange) throws(QueryError) -> Plan {
        let names = parts[0].schema.map(\.name)
        for part in parts where part.schema.count != names.count {
            throw QueryError(
                .type,
                "UNION ALL joins rows of \(names.count) columns with rows of \(part.schema.count)",
                at: range)
        }
        var outputs = parts.map { $0.passedThrough }
        for position in names.indices {
            let column = zip(parts, outputs).map { part, outputs in
                part.isBareNull(position) ? .literal(.null, nil) : outputs[position].expression
            }
            guard let type = Self.commonType(column) else {
                let types = column.map { TypeName.text(of: $0) }.joined(separator: ", ")
                throw QueryError(
                    .type,
                    "column \(position + 1) (`\(names[position])`) of the UNION ALL has "
                        + "different types: \(types)", at: range, hint: "convert it with CAST")
            }
            for part in outputs.indices {
                outputs[part][position].name = names[position]
                outputs[part][position].expression = try convert(column[part], to: type, range)
            }
        }
        return .union(zip(parts, outputs).map { Plan.project($0, $1) })
    }

    /// The first row, in the table's order, for each value of `keys`.
    func distinct(
        _ plan: Plan, on keys: [Expression], _ scope: Scope
    ) throws(QueryError) -> Plan {
        var bound: [BoundExpression] = []
        for key in keys { bound.append(try bind(key, in: scope)) }
        let number = WindowCall(
            kind: .ranking(RankFunctions.rowNumber), arguments: [], partitionBy: bound,
            orderBy: [], frame: .wholePartition, type: .int64, range: .nowhere)
        let count = plan.schema.count
        let first = BoundExpression.column(count, .int64, .nowhere)
        let isFirst = try call("=", [first, .literal(.int64(1), .int64)], .nowhere)
        let numbered = Plan.filter(.window(plan, [number]), [isFirst])
        return .project(numbered, Array(numbered.passedThrough.prefix(count)))
    }
}

extension Plan {
    /// Whether a column is nothing but NULL, which can be of any type.
    fileprivate func isBareNull(_ position: Int) -> Bool {
        guard case .project(_, let outputs) = self else { return false }
        return outputs[position].expression.literal == .null
    }
}
