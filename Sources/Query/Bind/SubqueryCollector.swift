/// A query inside an expression. It looks at nothing of the query around it, so it is answered first,
/// once, and its answer put in its place.
struct Subquery: Sendable {
    enum Purpose: Sendable {
        /// One value: of its only row, or null if it has none.
        case value
        /// All values of its only column.
        case members
    }
    var plan: Plan
    let purpose: Purpose
    let range: SourceRange
}

/// What is met while a whole query is bound, at any depth: subqueries, and how many sources there are.
final class SubqueryCollector {
    /// Each after those that it contains.
    private(set) var subqueries: [Subquery] = []
    private(set) var sourceCount = 0
    private let limits: QueryLimits

    init(limits: QueryLimits) { self.limits = limits }

    func add(_ subquery: Subquery) -> Int {
        subqueries.append(subquery)
        return subqueries.count - 1
    }

    /// Counts tables that are read. A name that WITH defines counts as all that it stands for, so that
    /// definitions on top of each other cannot grow without end.
    func countSources(_ count: Int, at range: SourceRange) throws(QueryError) {
        sourceCount += count
        guard sourceCount <= limits.sourceCountMax else {
            throw QueryError.limit(
                "the query reads too many tables, counting each time that one is used",
                name: "sourceCountMax", value: "\(limits.sourceCountMax)"
            ).located(at: range)
        }
    }
}

/// A query with its names and types known: what to answer first, and what then.
struct BoundQuery: Sendable {
    var subqueries: [Subquery]
    var plan: Plan
}
