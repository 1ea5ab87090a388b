import Columns

/// ORDER BY, with or without LIMIT. With one, each block is cut to the limit before they meet.
struct SortOperator {
    private let keys: [SortKey]
    private let limit: Int?
    private let types: [ColumnType]
    private let context: ExecutionContext

    init(_ keys: [SortKey], _ limit: Int?, _ types: [ColumnType], _ context: ExecutionContext) {
        self.keys = keys
        self.limit = limit
        self.types = types
        self.context = context
    }

    func run(_ pipeline: Pipeline) throws(QueryError) -> [Block] {
        if let late = LateSort(pipeline, keys, limit, types, context),
            let blocks = try late.run()
        {
            return blocks
        }
        let states = try Workers.run(
            taskCount: pipeline.source.count, context: context,
            makeState: {
                (
                    runner: PipelineRunner(pipeline, context),
                    sorter: BlockSorter(keys, context), blocks: [(Int, [Block])]()
                )
            },
            task: { (state, number) throws(QueryError) in
                let sorter = state.sorter
                var found: [Block] = []
                try state.runner.run(number) { (block) throws(QueryError) in
                    var block = block
                    if let limit, limit < block.rowCount {
                        block = try sorter.sorted(block, limit: limit)
                    }
                    try context.useMemory(
                        block.rowCount * (16 + block.columns.count * 8) + block.textSize)
                    found.append(block)
                }
                if !found.isEmpty { state.blocks.append((number, found)) }
            })
        let blocks = states.flatMap(\.blocks).sorted { $0.0 < $1.0 }.flatMap(\.1)
        guard !blocks.isEmpty else { return [] }
        try context.check()
        let whole = Gather.concatenated(blocks, types: types)
        guard whole.rowCount < Int(Int32.max) else {
            throw QueryError(.limit, "more than 2³¹ rows cannot be sorted")
        }
        return [try BlockSorter(keys, context).sorted(whole, limit: limit)]
    }
}

/// Sorts single blocks, for one thread.
final class BlockSorter {
    private let keys: [(evaluator: Evaluator, key: SortKey)]

    init(_ keys: [SortKey], _ context: ExecutionContext) {
        self.keys = keys.map { (Evaluator($0.expression, context), $0) }
    }

    func sorted(_ block: Block, limit: Int?) throws(QueryError) -> Block {
        var order: [SortOrder.Key] = []
        for (evaluator, key) in keys {
            order.append(
                SortOrder.Key(
                    column: try evaluator.column(of: block, type: key.expression.type ?? .string),
                    isDescending: key.isDescending, nullsFirst: key.nullsFirst))
        }
        return block.gathered(SortOrder(order).rows(limit: limit))
    }
}
