import Columns

/// Where blocks come from: units of a table, or blocks that an operator below has finished.
enum BlockSource: Sendable {
    case scan(ScanPlan, [any ScanUnit])
    case blocks([Block])
    /// One after another.
    case union([Pipeline])

    var count: Int {
        switch self {
        case .scan(_, let units): units.count
        case .blocks(let blocks): blocks.count
        case .union(let parts): parts.reduce(0) { $0 + $1.source.count }
        }
    }
}

/// A source and the operators that work block by block.
struct Pipeline: Sendable {
    enum Operation: Sendable {
        case filter([BoundExpression])
        case project([NamedExpression])
        case expand([[NamedExpression]])
        case join(JoinSide)
    }

    var source: BlockSource
    var operations: [Operation] = []
}

/// One thread's way through a pipeline.
final class PipelineRunner {
    typealias Consumer = (Block) throws(QueryError) -> Void

    private typealias Outputs = [(evaluator: Evaluator, type: ColumnType)]

    private enum Operation {
        case filter(BlockFilter)
        case project(Outputs)
        case expand([Outputs])
        case join(JoinProbe)
    }

    private enum Input {
        case scan(UnitReader, [any ScanUnit])
        case blocks([Block])
        case union([(runner: PipelineRunner, blocks: Range<Int>)])
    }

    private let input: Input
    private let operations: [Operation]

    init(_ pipeline: Pipeline, _ context: ExecutionContext) {
        switch pipeline.source {
        case .scan(let plan, let units): input = .scan(UnitReader(plan, context), units)
        case .blocks(let blocks): input = .blocks(blocks)
        case .union(let parts):
            var start = 0
            input = .union(
                parts.map { part in
                    let range = start..<start + part.source.count
                    start = range.upperBound
                    return (PipelineRunner(part, context), range)
                })
        }
        operations = pipeline.operations.map { operation in
            switch operation {
            case .filter(let conditions): .filter(BlockFilter(conditions, context))
            case .project(let outputs):
                .project(Self.outputs(outputs, context))
            case .expand(let copies):
                .expand(copies.map { Self.outputs($0, context) })
            case .join(let side): .join(JoinProbe(side, context))
            }
        }
    }

    /// Hands over the rows that are left of block `number`: one block mostly, several where a join makes
    /// more of them, none if no row is left.
    func run(_ number: Int, _ consume: Consumer) throws(QueryError) {
        switch input {
        case .scan(let reader, let units):
            try run(try reader.read(units[number]), operations[...], consume)
        case .blocks(let blocks):
            try run(blocks[number], operations[...], consume)
        case .union(let parts):
            guard let part = parts.first(where: { $0.blocks.contains(number) }) else { return }
            try part.runner.run(number - part.blocks.lowerBound) { (block) throws(QueryError) in
                try run(block, operations[...], consume)
            }
        }
    }

    private static func outputs(
        _ expressions: [NamedExpression], _ context: ExecutionContext
    ) -> Outputs {
        expressions.map {
            (Evaluator($0.expression, context), $0.expression.type ?? .string)
        }
    }

    private static func project(_ block: Block, _ outputs: Outputs) throws(QueryError) -> Block {
        var columns: [Column] = []
        for output in outputs {
            columns.append(try output.evaluator.column(of: block, type: output.type))
        }
        return Block(rowCount: block.rowCount, columns: columns)
    }

    private func run(
        _ block: Block, _ operations: ArraySlice<Operation>, _ consume: Consumer
    ) throws(QueryError) {
        guard block.rowCount > 0 else { return }
        guard let operation = operations.first else { return try consume(block) }
        let rest = operations.dropFirst()
        switch operation {
        case .filter(let filter):
            let rows = try filter.rows(of: block, selected: nil)
            try run(rows.map { block.selected($0) } ?? block, rest, consume)
        case .project(let outputs):
            try run(Self.project(block, outputs), rest, consume)
        case .expand(let copies):
            for outputs in copies { try run(Self.project(block, outputs), rest, consume) }
        case .join(let probe):
            try probe.run(block) { (joined) throws(QueryError) in
                try run(joined, rest, consume)
            }
        }
    }
}
