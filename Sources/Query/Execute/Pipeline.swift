import Columns

/// Where blocks come from: units of a table, or blocks that an operator below has finished.
enum BlockSource: Sendable {
    case scan(ScanPlan, [any ScanUnit])
    case blocks([Block])

    var count: Int {
        switch self {
        case .scan(_, let units): units.count
        case .blocks(let blocks): blocks.count
        }
    }
}

/// A source and the operators that work block by block.
struct Pipeline: Sendable {
    enum Operation: Sendable {
        case filter([BoundExpression])
        case project([NamedExpression])
    }

    var source: BlockSource
    var operations: [Operation] = []
}

/// One thread's way through a pipeline.
final class PipelineRunner {
    private enum Operation {
        case filter(BlockFilter)
        case project([(evaluator: Evaluator, type: ColumnType)])
    }

    private let source: BlockSource
    private let scan: UnitReader?
    private let operations: [Operation]

    init(_ pipeline: Pipeline, _ context: ExecutionContext) {
        source = pipeline.source
        if case .scan(let plan, _) = pipeline.source {
            scan = UnitReader(plan, context)
        } else {
            scan = nil
        }
        operations = pipeline.operations.map { operation in
            switch operation {
            case .filter(let conditions): .filter(BlockFilter(conditions, context))
            case .project(let outputs):
                .project(
                    outputs.map {
                        (Evaluator($0.expression, context), $0.expression.type ?? .string)
                    })
            }
        }
    }

    /// The rows that are left of block `number`.
    func block(_ number: Int) throws(QueryError) -> Block {
        var block: Block
        switch source {
        case .blocks(let blocks): block = blocks[number]
        case .scan(_, let units):
            guard let scan else { return Block(rowCount: 0, columns: []) }
            block = try scan.read(units[number])
        }
        for operation in operations where block.rowCount > 0 {
            switch operation {
            case .filter(let filter):
                if let rows = try filter.rows(of: block, selected: nil) {
                    block = block.gathered(rows)
                }
            case .project(let outputs):
                var columns: [Column] = []
                for output in outputs {
                    columns.append(try output.evaluator.column(of: block, type: output.type))
                }
                block = Block(rowCount: block.rowCount, columns: columns)
            }
        }
        return block
    }
}
