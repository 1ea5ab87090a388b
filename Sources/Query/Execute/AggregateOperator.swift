import Columns

/// AGGREGATE … GROUP BY: one partial result per thread, merged in the end.
struct AggregateOperator {
    private let plan: AggregatePlan
    private let context: ExecutionContext
    /// The states that are kept, and for each aggregate which one is its own.
    private var stateCalls: [AggregateCall] = []
    private var stateOfAggregate: [Int] = []

    init(_ plan: AggregatePlan, _ context: ExecutionContext) {
        self.plan = plan
        self.context = context
        for aggregate in plan.aggregates {
            let call = aggregate.call
            let known = stateCalls.firstIndex {
                $0.function.family == call.function.family && $0.arguments == call.arguments
                    && $0.filter == call.filter && $0.isDistinct == call.isDistinct
            }
            stateOfAggregate.append(known ?? stateCalls.count)
            if known == nil { stateCalls.append(call) }
        }
    }

    func run(_ pipeline: Pipeline) throws(QueryError) -> [Block] {
        let partials = try Workers.run(
            taskCount: pipeline.source.count, context: context,
            makeState: {
                (
                    runner: PipelineRunner(pipeline, context),
                    partial: PartialAggregate(plan.keys, stateCalls, context)
                )
            },
            task: { (state, number) throws(QueryError) in
                let partial = state.partial
                try state.runner.run(number) { (block) throws(QueryError) in
                    try partial.update(block)
                }
            })
        let result = partials[0].partial
        for other in partials.dropFirst() { try result.merge(other.partial) }
        return try finish(result)
    }

    private func finish(_ result: PartialAggregate) throws(QueryError) -> [Block] {
        let present = plan.keys.isEmpty ? [0] : result.keys.present
        let groupCount = plan.keys.isEmpty ? 1 : result.keys.groupCount
        try context.checkGroups(present.count)
        var columns = plan.keys.isEmpty ? [] : result.keys.columns(present)
        let isComplete = present.count == groupCount
        for (aggregate, position) in zip(plan.aggregates, stateOfAggregate) {
            do {
                var state = result.states[position]
                if let distinct = state as? DistinctState {
                    state = try distinct.finished(groupCount)
                }
                let call = aggregate.call
                let column = try call.function.finish(state, groupCount, call.parameters)
                columns.append(isComplete ? column : column.gathered(present))
            } catch {
                throw error.located(at: aggregate.call.range)
            }
        }
        var block = Block(rowCount: present.count, columns: columns)
        try context.useMemory(block.textSize)
        if plan.isOrdered, !plan.keys.isEmpty {
            let keys = (0..<plan.keys.count).map { position in
                SortOrder.Key(column: columns[position], isDescending: false, nullsFirst: false)
            }
            block = block.gathered(SortOrder(keys).rows(limit: nil))
        }
        return [block]
    }
}

/// The groups and states of one thread.
final class PartialAggregate {
    let keys: GroupKeys
    let states: [any AggregateState]
    private let keyEvaluators: [(evaluator: Evaluator, type: ColumnType)]
    private let inputs: [Input]
    private let filters: [Evaluator]
    private let context: ExecutionContext
    private var reportedMemory = 0

    private struct Input {
        let arguments: [(evaluator: Evaluator, type: ColumnType)]
        /// Position in `filters`.
        let filter: Int?
        let range: SourceRange
    }

    init(_ keys: [NamedExpression], _ calls: [AggregateCall], _ context: ExecutionContext) {
        self.context = context
        self.keys = GroupKeys(types: keys.map { $0.expression.type ?? .string })
        keyEvaluators = keys.map {
            (Evaluator($0.expression, context), $0.expression.type ?? .string)
        }
        var conditions: [BoundExpression] = []
        inputs = calls.map { call in
            var filter: Int?
            if let condition = call.filter {
                filter = conditions.firstIndex(of: condition) ?? conditions.count
                if filter == conditions.count { conditions.append(condition) }
            }
            let arguments = call.arguments.map { (Evaluator($0, context), $0.type ?? .string) }
            return Input(arguments: arguments, filter: filter, range: call.range)
        }
        filters = conditions.map { Evaluator($0, context) }
        states = calls.map { call in
            let types = call.arguments.map { $0.type ?? .string }
            let state = call.function.makeState(types)
            return call.isDistinct && !types.isEmpty
                ? DistinctState(type: types[0], inner: state) : state
        }
    }

    func update(_ block: Block) throws(QueryError) {
        guard block.rowCount > 0 else { return }
        var groups: [Int32]?
        if !keyEvaluators.isEmpty {
            var columns: [Column] = []
            for key in keyEvaluators {
                columns.append(try key.evaluator.column(of: block, type: key.type))
            }
            groups = keys.groups(of: columns, rowCount: block.rowCount)
        }
        let rows = GroupedRows(
            groups: groups, rowCount: block.rowCount, groupCount: max(1, keys.groupCount))
        try context.checkGroups(keyEvaluators.isEmpty ? 1 : keys.usedCount)
        var selections: [[Int32]] = []
        for filter in filters {
            selections.append(try filter.truth(of: block).positions(block.rowCount))
        }
        for (input, state) in zip(inputs, states) {
            do {
                try update(state, input, rows, block, selections)
            } catch {
                throw error.located(at: input.range)
            }
        }
        let memory = keys.memorySize + states.reduce(0) { $0 + $1.memorySize }
        try context.useMemory(memory - reportedMemory)
        reportedMemory = memory
    }

    private func update(
        _ state: any AggregateState, _ input: Input, _ rows: GroupedRows, _ block: Block,
        _ selections: [[Int32]]
    ) throws(QueryError) {
        var rows = rows
        var source = block
        if let filter = input.filter, selections[filter].count < block.rowCount {
            let selected = selections[filter]
            rows = rows.gathered(selected)
            let needed = input.arguments.reduce(into: Set<Int>()) {
                $0.formUnion($1.evaluator.expression.columns)
            }
            source = Block(
                rowCount: selected.count,
                columns: block.columns.enumerated().map { position, column in
                    needed.contains(position)
                        ? column.gathered(selected)
                        : Column(nulls: selected.count, type: column.type)
                })
        }
        var columns: [Column] = []
        for argument in input.arguments {
            columns.append(try argument.evaluator.column(of: source, type: argument.type))
        }
        try state.update(rows, columns)
    }

    func merge(_ other: PartialAggregate) throws(QueryError) {
        let mapping = keyEvaluators.isEmpty ? [0] : keys.merge(other.keys)
        let groupCount = max(1, keys.groupCount)
        try context.checkGroups(keyEvaluators.isEmpty ? 1 : keys.usedCount)
        for (state, more) in zip(states, other.states) {
            try state.merge(more, groups: mapping, groupCount: groupCount)
        }
        let memory = keys.memorySize + states.reduce(0) { $0 + $1.memorySize }
        try context.useMemory(memory - reportedMemory - other.reportedMemory)
        reportedMemory = memory
    }
}
