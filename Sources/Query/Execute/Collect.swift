import Columns

/// Gathers the rows of a pipeline in the order of its source.
struct Collect {
    private let context: ExecutionContext
    /// Rows after which the rest need not be read; `nil`: all rows are the result of the query.
    private let rowCountMax: Int?

    init(_ context: ExecutionContext, rowCountMax: Int?) {
        self.context = context
        self.rowCountMax = rowCountMax
    }

    func run(_ pipeline: Pipeline) throws(QueryError) -> [Block] {
        let total = pipeline.source.count
        let isResult = rowCountMax == nil
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
                    (runner: PipelineRunner(pipeline, context), blocks: [(Int, Block)]())
                },
                task: { (state, number) throws(QueryError) in
                    let block = try state.runner.block(first + number)
                    guard block.rowCount > 0 else { return }
                    if isResult { try context.countResultRows(block.rowCount) }
                    try context.useMemory(
                        block.rowCount * (8 + block.columns.count * 8) + block.textSize)
                    state.blocks.append((number, block))
                })
            let blocks = states.flatMap(\.blocks).sorted { $0.0 < $1.0 }.map(\.1)
            rowCount += blocks.reduce(0) { $0 + $1.rowCount }
            result += blocks
            start += count
            wave *= 2
        }
        return result
    }
}
