/// Every limit of a query, with its unit and its reason.
///
/// Reaching one is an error that names it (`QueryError.limit`), never a shorter answer.
package struct QueryLimits: Sendable {
    /// Bytes of query text. A person writes hundreds; more is a program gone wrong.
    package var textSizeMax = 16 * 1024
    /// Parentheses, calls and CASEs within each other, so that recursion stays far from the stack's end.
    package var nestingMax = 32
    /// Operators on top of each other (`a + b + c …` is as high as it has operators).
    package var expressionHeightMax = 256
    /// Items of one list: columns selected, arguments, values of an IN.
    package var listLengthMax = 4_096
    /// Tables in FROM, JOIN, UNION and subqueries, each time that they are read.
    package var sourceCountMax = 64
    /// Sets of ROLLUP, CUBE or GROUPING SETS: every row is grouped once for each.
    package var groupingSetCountMax = 64
    /// From the start of planning to the last row.
    package var wallTimeMax: Duration = .seconds(60)
    /// Bytes of aggregate state, collected rows and hash tables, as estimated by their owners.
    package var memorySizeMax = 1 << 30
    /// Groups of one GROUP BY, or distinct rows of one DISTINCT.
    package var groupCountMax = 10_000_000
    /// Rows that one FILL makes. The minutes of a year are half of it.
    package var fillRowCountMax = 1_000_000
    /// Rows of the result.
    package var resultRowCountMax = 1_000_000

    package init() {}

    // What follows bounds single functions; no query needs more.

    /// Bytes of one text that a function makes. Texts joined with themselves would double without end.
    package static let textMadeSizeMax = 16 << 20
    /// Bytes of one compiled regular expression with what searching caches.
    package static let regexMemoryMax = 1 << 20
    /// Objects and arrays within each other in a JSON text; what is deeper is read as no JSON.
    package static let jsonNestingMax = 128
}
