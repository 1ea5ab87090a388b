import Columns

/// Carries out a plan: operators that need all rows (aggregate, sort, limit) run one after another,
/// and what lies between them runs block by block on all threads.
struct Executor {
    let context: ExecutionContext
    /// Time of each stage, as they end.
    private(set) var stages: [StageTime] = []

    init(_ context: ExecutionContext) { self.context = context }

    /// Rows of one block between operators: small enough to cancel, large enough to be worth it.
    static let blockRowCountMax = scanUnitRowCountMax

    /// The rows of the whole query.
    mutating func result(of plan: Plan) throws(QueryError) -> [Block] {
        try blocks(of: plan, countingRows: true)
    }

    /// - Parameter countingRows: whether they are the query's result, whose number is limited.
    mutating func blocks(
        of plan: Plan, countingRows: Bool = false
    ) throws(QueryError) -> [Block] {
        switch plan {
        case .singleRow:
            return [Block(rowCount: 1, columns: [])]
        case .scan, .filter, .project, .expand, .join, .union:
            let pipeline = try pipeline(plan)
            return try timed("collect") { (context) throws(QueryError) in
                try Collect(context, countingRows ? .result : .all).run(pipeline)
            }
        case .aggregate(let input, let aggregate):
            let pipeline = try pipeline(input)
            return try timed("aggregate") { (context) throws(QueryError) in
                try AggregateOperator(aggregate, context).run(pipeline)
            }
        case .fill(let input, let fill):
            let blocks = try blocks(of: input)
            let types = input.schema.map(\.type)
            return try timed("fill") { (context) throws(QueryError) in
                try FillOperator(fill, context).run(blocks, types)
            }
        case .sort(let input, let keys, let limit):
            let types = input.schema.map(\.type)
            let pipeline = try pipeline(input)
            return try timed("sort") { (context) throws(QueryError) in
                try SortOperator(keys, limit, types, context).run(pipeline)
            }
        case .limit(let input, let limit):
            let (end, overflow) = limit.offset.addingReportingOverflow(limit.count)
            let pipeline = try pipeline(input)
            let blocks = try timed("limit") { (context) throws(QueryError) in
                try Collect(context, .atLeast(overflow ? .max : end)).run(pipeline)
            }
            return Self.cut(blocks, limit)
        case .window(let input, let calls):
            let blocks = try blocks(of: input)
            let types = input.schema.map(\.type)
            return try timed("window") { (context) throws(QueryError) in
                try WindowOperator(calls, context).run(blocks, types)
            }
        }
    }

    private mutating func pipeline(_ plan: Plan) throws(QueryError) -> Pipeline {
        switch plan {
        case .scan(let scan):
            return Pipeline(source: .scan(scan, try units(of: scan)))
        case .filter(let input, let conditions):
            var pipeline = try pipeline(input)
            pipeline.operations.append(.filter(conditions))
            return pipeline
        case .project(let input, let outputs):
            var pipeline = try pipeline(input)
            pipeline.operations.append(.project(outputs))
            return pipeline
        case .expand(let input, let copies):
            var pipeline = try pipeline(input)
            pipeline.operations.append(.expand(copies))
            return pipeline
        case .join(let join):
            let right = Gather.concatenated(
                try blocks(of: join.right), types: join.right.schema.map(\.type))
            var pipeline = try pipeline(join.left)
            pipeline.operations.append(.join(try JoinSide(join, right, context)))
            return pipeline
        case .union(let parts):
            var pipelines: [Pipeline] = []
            for part in parts { pipelines.append(try self.pipeline(part)) }
            return Pipeline(source: .union(pipelines))
        case .singleRow, .aggregate, .fill, .sort, .limit, .window:
            let whole = try blocks(of: plan)
            return Pipeline(source: .blocks(whole.flatMap(Self.pieces)))
        }
    }

    private mutating func units(of scan: ScanPlan) throws(QueryError) -> [any ScanUnit] {
        try timed("plan the scan") { (context) throws(QueryError) in
            do {
                let request = ScanRequest(
                    columns: scan.columns, bounds: scan.bounds, choices: scan.choices,
                    observer: context.observer)
                return try scan.table.scan(request).units
            } catch {
                throw .storage(error)
            }
        }
    }

    /// Asks each table what it would read, without reading it.
    mutating func planScans(_ plan: Plan) throws(QueryError) {
        if case .scan(let scan) = plan { _ = try units(of: scan) }
        for input in plan.inputs { try planScans(input) }
    }

    private mutating func timed<Result>(
        _ name: String, _ body: (ExecutionContext) throws(QueryError) -> Result
    ) throws(QueryError) -> Result {
        let start = ContinuousClock.now
        let result = try body(context)
        stages.append(StageTime(name: name, elapsed: ContinuousClock.now - start))
        return result
    }

    static func pieces(_ block: Block) -> [Block] {
        guard block.rowCount > blockRowCountMax else { return [block] }
        return stride(from: 0, to: block.rowCount, by: blockRowCountMax).map {
            block.slice($0..<min($0 + blockRowCountMax, block.rowCount))
        }
    }

    private static func cut(_ blocks: [Block], _ limit: Limit) -> [Block] {
        var skip = limit.offset
        var left = limit.count
        var result: [Block] = []
        for block in blocks where left > 0 {
            let start = min(skip, block.rowCount)
            let end = start + min(left, block.rowCount - start)
            skip -= start
            left -= end - start
            if end > start {
                result.append(
                    start == 0 && end == block.rowCount ? block : block.slice(start..<end))
            }
        }
        return result
    }
}
