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
    /// `WITH name AS (query), …`: in the order in which they were written; each may use those before.
    var definitions: [Definition] = []
    var body: Body
    var steps: [Step] = []

    struct Definition: Sendable, Hashable {
        var name: String
        var query: Query
        var range: SourceRange
    }

    /// What a pipe begins with.
    indirect enum Body: Sendable, Hashable {
        case from(Source)
        case select(SelectStatement)
        /// `(query)`
        case nested(Query)
        /// `a UNION ALL b … [ORDER BY …] [LIMIT …]`
        case union([Body], SourceRange)
    }
}

/// Where rows come from.
indirect enum Source: Sendable, Hashable {
    case table(TableReference)
    /// `(query) AS name`
    case query(Query, alias: String?, SourceRange)
    case join(Source, Join)
}

struct TableReference: Sendable, Hashable {
    var name: String
    /// `table(name => value, …)`
    var options: [TableOption] = []
    var alias: String?
    var range: SourceRange
}

/// `name => value` behind a table's name. A bare word as value is a column of that name.
struct TableOption: Sendable, Hashable {
    var name: String
    var value: Expression
    /// The name.
    var range: SourceRange
}

/// `JOIN source ON …` after the rows that it is joined to.
struct Join: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable {
        case inner = "JOIN"
        /// Rows without a partner stay, with nulls in its place.
        case left = "LEFT JOIN"
        case cross = "CROSS JOIN"
    }

    enum Condition: Sendable, Hashable {
        case on(Expression)
        /// Columns of both sides, which come out once.
        case using([ColumnName])
        /// Only of a cross join.
        case none
    }

    var kind: Kind
    var source: Source
    var condition: Condition
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
    var from: Source?
    var condition: Expression?
    var groupBy: [Expression] = []
    var sets: GroupingSets?
    var having: Expression?
    var orderBy: [Ordering] = []
    var limit: Limit?
}

struct Limit: Sendable, Hashable {
    var range = SourceRange.nowhere
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
    case rename([Renaming])
    case aggregate([SelectItem], groupBy: [SelectItem], sets: GroupingSets?, fill: Fill?)
    case orderBy([Ordering])
    case limit(Limit)
    /// Each row once, or with keys the first row of each key.
    case distinct(on: [Expression], SourceRange)
    case alias(String)
    case join(Join)
    /// The rows so far and those of other queries, column by column.
    case union([Query], SourceRange)
}

/// ROLLUP, CUBE or GROUPING SETS: which of the keys each set has, by position.
struct GroupingSets: Sendable, Hashable {
    var sets: [[Int]]
    var range: SourceRange
}

/// `FILL value [FROM ts TO ts]`: rows for the buckets of time that have none.
struct Fill: Sendable, Hashable {
    struct Times: Sendable, Hashable {
        var from: Expression
        var to: Expression
    }

    var value: Expression
    var times: Times?
    /// The word FILL.
    var range: SourceRange
}

struct ColumnName: Sendable, Hashable {
    var parts: [String]
    var range: SourceRange
}

struct Assignment: Sendable, Hashable {
    var column: ColumnName
    var value: Expression
}

/// `old AS new`
struct Renaming: Sendable, Hashable {
    var column: ColumnName
    var name: String
}
