import Columns

/// Lets groupings read rows that stand for several, where their table has such (docs/Rollups.md).
extension Optimizer {
    static func counted(_ plan: Plan) -> Plan {
        if case .aggregate(let input, let aggregate) = plan,
            let counted = counted(input, aggregate)
        {
            return counted
        }
        return plan.mapInput(counted)
    }

    /// - Returns: `nil` if the grouping must see each row.
    private static func counted(_ input: Plan, _ aggregate: AggregatePlan) -> Plan? {
        guard aggregate.aggregates.allSatisfy({ $0.call.isIndifferent || $0.call.isCount }),
            let sources = CountingSource(input), sources.scan.usesRollups
        else { return nil }
        var looked = sources.conditions
        for outputs in sources.outputs {
            func inlined(_ expression: BoundExpression) -> BoundExpression {
                expression.inlining(outputs)
            }
            looked += aggregate.keys.map { inlined($0.expression) }
            for item in aggregate.aggregates {
                looked += item.call.arguments.map(inlined)
                if let filter = item.call.filter { looked.append(inlined(filter)) }
            }
        }
        var question = CountingQuestion()
        let scan = sources.scan
        for expression in looked {
            guard let use = CountingUse.of(expression) else { return nil }
            question.formUnion(use.moved { scan.columns[$0] })
        }
        guard let table = scan.table.counted(for: question) else { return nil }
        guard aggregate.aggregates.contains(where: \.call.isCount) else {
            return .aggregate(withTable(input, table), aggregate)
        }
        let (counted, place) = withCount(input, table)
        var weighted = aggregate
        for index in weighted.aggregates.indices where weighted.aggregates[index].call.isCount {
            weighted.aggregates[index].call = weighted.aggregates[index].call.weighted(by: place)
        }
        return .aggregate(counted, weighted)
    }

    /// The same over another table.
    private static func withTable(_ plan: Plan, _ table: any Table) -> Plan {
        guard case .scan(var scan) = plan else { return plan.mapInput { withTable($0, table) } }
        scan.table = table
        return .scan(scan)
    }

    /// The same with the count of the rows' rows as its last column.
    private static func withCount(_ plan: Plan, _ table: any Table) -> (plan: Plan, place: Int) {
        func column(_ place: Int) -> NamedExpression {
            let name = table.columns[table.columns.count - 1].name
            return NamedExpression(name: name, expression: .column(place, .int64, .nowhere))
        }
        switch plan {
        case .scan(var scan):
            scan.table = table
            scan.columns.append(table.columns.count - 1)
            return (.scan(scan), scan.columns.count - 1)
        case .filter(let input, let conditions):
            let (inner, place) = withCount(input, table)
            return (.filter(inner, conditions), place)
        case .project(let input, let outputs):
            let (inner, place) = withCount(input, table)
            return (.project(inner, outputs + [column(place)]), outputs.count)
        case .expand(let input, let copies):
            let (inner, place) = withCount(input, table)
            return (
                .expand(inner, copies.map { $0 + [column(place)] }), copies.first?.count ?? 0
            )
        case .singleRow, .aggregate, .fill, .sort, .limit, .join, .union, .window:
            preconditionFailure("not a source of counted rows")
        }
    }
}

/// What lies between a scan and a grouping, if it is nothing but filters and projections.
private struct CountingSource {
    let scan: ScanPlan
    /// Of the columns that come out, over those of the scan: a list for each copy of a row.
    private(set) var outputs: [[BoundExpression]]
    /// All that is asked of rows on the way, over the columns of the scan.
    private(set) var conditions: [BoundExpression]

    init?(_ plan: Plan) {
        switch plan {
        case .scan(let scan):
            self.scan = scan
            outputs = [
                plan.schema.enumerated().map { .column($0, $1.type, .nowhere) }
            ]
            conditions = scan.filters
        case .filter(let input, let more):
            guard let inner = CountingSource(input) else { return nil }
            self = inner
            for outputs in inner.outputs { conditions += more.map { $0.inlining(outputs) } }
        case .project(let input, let more):
            guard let inner = CountingSource(input) else { return nil }
            self = inner
            outputs = inner.outputs.map { below in more.map { $0.expression.inlining(below) } }
        case .expand(let input, let copies):
            guard let inner = CountingSource(input) else { return nil }
            self = inner
            outputs = inner.outputs.flatMap { below in
                copies.map { copy in copy.map { $0.expression.inlining(below) } }
            }
        case .singleRow, .aggregate, .fill, .sort, .limit, .join, .union, .window:
            return nil
        }
    }
}

extension AggregateCall {
    /// Whether it says how many rows there are.
    fileprivate var isCount: Bool {
        !isDistinct && function.family == CountFunction.function.family
    }

    /// Whether a row that comes twice changes nothing.
    fileprivate var isIndifferent: Bool { isDistinct || function.ignoresDuplicates }

    fileprivate func weighted(by place: Int) -> AggregateCall {
        AggregateCall(
            function: WeightedCount.function,
            arguments: arguments + [.column(place, .int64, .nowhere)], isDistinct: false,
            filter: filter, parameters: parameters, type: type, range: range)
    }
}

extension BoundExpression {
    /// The same with each column replaced by what makes it.
    fileprivate func inlining(_ outputs: [BoundExpression]) -> BoundExpression {
        if case .column(let place, _, _) = self { return outputs[place] }
        // Nothing here throws.
        return (try? mapChildren { $0.inlining(outputs) }) ?? self
    }
}

extension CountingQuestion {
    /// - Parameter position: of a column in the table, by its place in the scan.
    fileprivate func moved(_ position: (Int) -> Int) -> CountingQuestion {
        var moved = CountingQuestion()
        moved.columns = Set(columns.map(position))
        for (column, use) in times { moved.times[position(column)] = use }
        return moved
    }
}
