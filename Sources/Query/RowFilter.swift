package import Columns

/// A condition on the rows of one table, without a query around it: for readers that go through the rows
/// in an order of their own.
package struct RowFilter: Sendable {
    private let scan: ScanPlan
    private let limits: QueryLimits

    /// - Parameters:
    ///   - condition: what would stand behind WHERE. Subqueries have no place in it.
    ///   - now: microseconds since 1970: what `now()` is.
    /// - Throws: with the place in `condition`.
    package init(
        _ condition: String, on table: String, in catalog: any TableCatalog, now: Int64,
        limits: QueryLimits
    ) throws(QueryError) {
        do {
            self.limits = limits
            scan = try Self.plan(condition, table, catalog, now, limits)
        } catch {
            throw error.located(in: condition)
        }
    }

    private static func plan(
        _ condition: String, _ table: String, _ catalog: any TableCatalog, _ now: Int64,
        _ limits: QueryLimits
    ) throws(QueryError) -> ScanPlan {
        let expression = try Parser.parseCondition(condition, limits: limits)
        let source = Source.table(TableReference(name: table, range: .nowhere))
        let query = Query(body: .from(source), steps: [.filter(expression)])
        let binder = Binder(
            catalog: catalog, parameters: [:], now: now, limits: limits,
            words: try Lexer.names(in: condition))
        let bound = try binder.bindWhole(query)
        if let subquery = bound.subqueries.first {
            throw QueryError(
                .unsupported, "a condition on single rows has no subquery", at: subquery.range)
        }
        guard case .scan(let scan) = Optimizer.optimize(bound.plan) else {
            preconditionFailure("a condition on a table becomes part of its scan")
        }
        return scan
    }

    package var table: any Table { scan.table }
    /// What the condition says about single columns, for the scan.
    package var bounds: [ColumnBound] { scan.bounds }
    /// Positions in the table's columns that the condition looks at.
    package var columns: [Int] {
        Set(scan.filters.flatMap(\.columns)).sorted().map { scan.columns[$0] }
    }

    /// Looks at rows on the calling thread, within the time that a query has.
    package func makeReader() -> Reader {
        Reader(
            UnitReader(
                scan, wanted: [],
                ExecutionContext(limits: limits, threadCount: 1, cancellation: nil)))
    }

    /// Of one thread.
    package struct Reader {
        private let reader: UnitReader

        fileprivate init(_ reader: UnitReader) { self.reader = reader }

        /// The rows of the unit that satisfy the condition and can be read, ascending; `nil` if all do.
        package func rows(of unit: any ScanUnit) throws(QueryError) -> [Int32]? {
            try reader.select(unit).rows
        }
    }
}
