package import Columns

/// Answers queries over the tables of one catalog.
package struct QueryEngine: Sendable {
    private let catalog: any TableCatalog
    private let limits: QueryLimits
    private let now: Int64
    private let threadCount: Int

    /// - Parameters:
    ///   - now: microseconds since 1970: what `now()` is.
    ///   - threadCount: threads that one query may use at a time.
    package init(catalog: any TableCatalog, limits: QueryLimits, now: Int64, threadCount: Int) {
        self.catalog = catalog
        self.limits = limits
        self.now = now
        self.threadCount = threadCount
    }

    /// Runs `text` to its end on the calling thread and up to `threadCount` in all.
    /// - Parameter parameters: values of `@name`, without the `@`.
    package func run(
        _ text: String, parameters: [String: Value] = [:], cancellation: QueryCancellation? = nil
    ) throws(QueryError) -> QueryResult {
        do {
            return try answer(text, parameters, cancellation)
        } catch {
            throw error.located(in: text)
        }
    }

    private func answer(
        _ text: String, _ parameters: [String: Value], _ cancellation: QueryCancellation?
    ) throws(QueryError) -> QueryResult {
        let start = ContinuousClock.now
        let query = try Parser.parse(text, limits: limits)
        let binder = Binder(
            catalog: catalog, parameters: parameters, now: now, limits: limits,
            words: try Lexer.names(in: text))
        var bound = try binder.bindWhole(query)
        let context = ExecutionContext(
            limits: limits, threadCount: threadCount, cancellation: cancellation)
        var executor = Executor(context)
        if query.explanation == .plan {
            bound = bound.mapPlans(Optimizer.optimize)
        } else {
            bound = try SubqueryAnswers.answered(bound, &executor)
        }
        let plan = bound.plan
        var columns = plan.schema.map { ResultColumn(name: $0.name, type: $0.type) }
        var blocks: [Block] = []
        switch query.explanation {
        case .none:
            blocks = try executor.result(of: plan)
            try checkRowCount(blocks)
        case .plan:
            for subquery in bound.subqueries { try executor.planScans(subquery.plan) }
            try executor.planScans(plan)
        case .analyze:
            blocks = try executor.result(of: plan)
        }
        let statistics = QueryResult.Statistics(
            scan: context.observer.counts, stages: executor.stages,
            elapsed: ContinuousClock.now - start,
            rowCount: blocks.reduce(0) { $0 + $1.rowCount })
        if query.explanation != .none {
            let lines = Explanation.lines(
                bound, statistics, isAnalyzed: query.explanation == .analyze)
            columns = [ResultColumn(name: "plan", type: .string)]
            blocks = [
                Block(
                    rowCount: lines.count,
                    columns: [Column(type: .string, lines.map { .string($0) })])
            ]
            let own = QueryResult.Statistics(
                scan: statistics.scan, stages: statistics.stages, elapsed: statistics.elapsed,
                rowCount: lines.count)
            return QueryResult(
                columns: columns, blocks: blocks, statistics: own, damage: context.observer.damage)
        }
        var result = QueryResult(
            columns: columns, blocks: blocks, statistics: statistics,
            damage: context.observer.damage)
        result.notices = LetterCaseNotices(catalog: catalog, parameters: parameters)
            .notices(for: text, result, context)
        return result
    }

    private func checkRowCount(_ blocks: [Block]) throws(QueryError) {
        let count = blocks.reduce(0) { $0 + $1.rowCount }
        guard count <= limits.resultRowCountMax else {
            throw .limit(
                "the result has \(count) rows", name: "resultRowCountMax",
                value: "\(limits.resultRowCountMax)")
        }
    }
}
