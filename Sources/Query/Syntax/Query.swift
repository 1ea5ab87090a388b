/// A whole query as it was written: where rows come from, and what is done to them, step by step.
struct Query: Sendable, Hashable {
    enum Explanation: Sendable, Hashable {
        case none
        /// The plan and what pruning leaves to read; nothing is read.
        case plan
        /// The plan after running it, with what was read and how long it took.
        case analyze
    }

    var explanation = Explanation.none
    var source: Source
    var steps: [Step] = []
}

/// Where rows come from. A place for joins, unions and subqueries to come.
enum Source: Sendable, Hashable {
    case table(TableReference)
    case select(SelectStatement)
}

struct TableReference: Sendable, Hashable {
    var name: String
    var alias: String?
    var range: SourceRange
}

/// `expression AS name`
struct SelectItem: Sendable, Hashable {
    enum Content: Sendable, Hashable {
        case expression(Expression)
        case allColumns(SourceRange)
    }
    var content: Content
    var alias: String?
}

/// `SELECT … FROM … WHERE … GROUP BY … HAVING … ORDER BY … LIMIT …`
struct SelectStatement: Sendable, Hashable {
    var isDistinct = false
    var items: [SelectItem] = []
    var from: TableReference?
    var condition: Expression?
    var groupBy: [Expression] = []
    var having: Expression?
    var orderBy: [Ordering] = []
    var limit: Limit?
}

struct Limit: Sendable, Hashable {
    var count: Int
    var offset = 0
}

/// One `|>` of a pipe.
enum Step: Sendable, Hashable {
    case filter(Expression)
    case select([SelectItem], isDistinct: Bool)
    case extend([SelectItem])
    case set([Assignment])
    case drop([ColumnName])
    case aggregate([SelectItem], groupBy: [SelectItem])
    case orderBy([Ordering])
    case limit(Limit)
    case distinct
    case alias(String)
}

struct ColumnName: Sendable, Hashable {
    var parts: [String]
    var range: SourceRange
}

struct Assignment: Sendable, Hashable {
    var column: ColumnName
    var value: Expression
}
