import Columns

/// Gathers the rows of a pipeline in the order of its source.
struct Collect {
    enum Extent {
        /// All rows, which another operator needs.
        case all
        /// All rows, which are the result of the query.
        case result
        /// Whole blocks until there are so many rows.
        case atLeast(Int)
    }

    private let context: ExecutionContext
    private let isResult: Bool
    private let rowCountMax: Int?

    init(_ context: ExecutionContext, _ extent: Extent) {
        self.context = context
        switch extent {
        case .all: (isResult, rowCountMax) = (false, nil)
        case .result: (isResult, rowCountMax) = (true, nil)
        case .atLeast(let count): (isResult, rowCountMax) = (false, count)
        }
    }

    func run(_ pipeline: Pipeline) throws(QueryError) -> [Block] {
        let total = pipeline.source.count
        // With a limit the source is taken in waves that grow, so that a small one reads little.
        var wave = rowCountMax == nil ? total : context.threadCount
        var start = 0
        var rowCount = 0
        var result: [Block] = []
        while start < total {
            if let rowCountMax, rowCount >= rowCountMax { break }
            let first = start
            let count = min(wave, total - first)
            let states = try Workers.run(
                taskCount: count, context: context,
                makeState: {
                    (runner: PipelineRunner(pipeline, context), blocks: [(Int, [Block])]())
                },
                task: { (state, number) throws(QueryError) in
                    var found: [Block] = []
                    try state.runner.run(first + number) { (block) throws(QueryError) in
                        if isResult { try context.countResultRows(block.rowCount) }
                        try context.useMemory(
                            block.rowCount * (8 + block.columns.count * 8) + block.textSize)
                        found.append(block)
                    }
                    if !found.isEmpty { state.blocks.append((number, found)) }
                })
            let blocks = states.flatMap(\.blocks).sorted { $0.0 < $1.0 }.flatMap(\.1)
            rowCount += blocks.reduce(0) { $0 + $1.rowCount }
            result += blocks
            start += count
            wave *= 2
        }
        return result
    }
}
