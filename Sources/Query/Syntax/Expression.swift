import Columns

/// An expression as it was written: names not looked up, types unknown.
struct Expression: Sendable, Hashable {
    indirect enum Kind: Sendable, Hashable {
        /// `data.startupTime` has two parts.
        case column([String])
        case literal(Value)
        /// `TIMESTAMP '…'` or `DATE '…'`; the text is not yet looked at.
        case timestamp(String, isDate: Bool)
        case interval(Interval)
        case parameter(String)
        case unary(UnaryOperator, Expression)
        case binary(BinaryOperator, Expression, Expression)
        case and([Expression])
        case or([Expression])
        case test(Expression, TruthTest, isNegated: Bool)
        case inList(Expression, [Expression], isNegated: Bool)
        case inQuery(Expression, Query, isNegated: Bool)
        /// `(query)` of one column and at most one row, as a value.
        case query(Query)
        case between(Expression, Expression, Expression, isNegated: Bool)
        case like(Expression, Expression, escape: Expression?, isNegated: Bool)
        case conditional(operand: Expression?, [Branch], otherwise: Expression?)
        case cast(Expression, ColumnType, isTry: Bool)
        case call(Call)
    }

    struct Branch: Sendable, Hashable {
        let condition: Expression
        let value: Expression
    }

    /// `name(DISTINCT a, b) WITHIN GROUP (ORDER BY c DESC) FILTER (WHERE d)`
    struct Call: Sendable, Hashable {
        var name: String
        var nameRange: SourceRange
        var arguments: [Expression] = []
        /// `count(*)`
        var isStar = false
        var isDistinct = false
        var withinGroup: Ordering?
        var filter: Expression?
        /// `OVER (…)`: a function of the rows around each row.
        var window: WindowSpecification?
    }

    let kind: Kind
    let range: SourceRange
    /// Operators on top of each other; bounded by `QueryLimits.expressionHeightMax`.
    let height: Int
}

enum UnaryOperator: String, Sendable, Hashable {
    case not = "NOT"
    case minus = "-"
}

enum BinaryOperator: String, Sendable, Hashable {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case add = "+"
    case subtract = "-"
    case concatenate = "||"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
}

enum TruthTest: String, Sendable, Hashable {
    case null = "NULL"
    case `true` = "TRUE"
    case `false` = "FALSE"
}

/// `INTERVAL amount unit`.
struct Interval: Sendable, Hashable {
    var amount: Int64
    var unit: TimeUnit
}

/// One key of an ORDER BY.
struct Ordering: Sendable, Hashable {
    var expression: Expression
    var isDescending = false
    /// `nil`: not said, which means last.
    var nullsFirst: Bool?
}

/// `OVER (PARTITION BY … ORDER BY … ROWS BETWEEN … AND …)`
struct WindowSpecification: Sendable, Hashable {
    var partitionBy: [Expression] = []
    var orderBy: [Ordering] = []
    /// `nil`: the whole partition, or with an order all rows up to the last one that ties with this.
    var frame: RowFrame?
    var range: SourceRange
}

/// `ROWS BETWEEN start AND end`: a part of the partition around each row.
struct RowFrame: Sendable, Hashable {
    enum Bound: Sendable, Hashable {
        case unbounded
        /// Rows after this one; negative: before it.
        case offset(Int)
    }
    var start: Bound
    var end: Bound
}
