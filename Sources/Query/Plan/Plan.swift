import Columns

/// What will be done, as a tree of operators. Columns are positions in the input's output.
indirect enum Plan: Sendable {
    /// One row without columns: what `SELECT 1` selects from.
    case singleRow
    case scan(ScanPlan)
    /// Rows for which all conditions are true.
    case filter(Plan, [BoundExpression])
    case project(Plan, [NamedExpression])
    /// Each row once for each list of outputs, which have the same names and types.
    case expand(Plan, [[NamedExpression]])
    case aggregate(Plan, AggregatePlan)
    /// The rows of a grouping, and one for each bucket of time that it has none for.
    case fill(Plan, FillPlan)
    /// With a limit: only the first rows of the order.
    case sort(Plan, [SortKey], limit: Int?)
    case limit(Plan, Limit)
    case join(JoinPlan)
    /// The rows of all parts, which have the same names and types.
    case union([Plan])
    /// A column for each call behind those of the input; rows stay as they are.
    case window(Plan, [WindowCall])

    /// Names and types of the columns that come out.
    var schema: [Scope.Entry] {
        switch self {
        case .singleRow: []
        case .scan(let scan): scan.schema
        case .filter(let input, _), .sort(let input, _, _), .limit(let input, _),
            .fill(let input, _):
            input.schema
        case .project(_, let outputs):
            outputs.map { Scope.Entry(name: $0.name, type: $0.expression.type ?? .string) }
        case .expand(_, let copies):
            (copies.first ?? []).map {
                Scope.Entry(name: $0.name, type: $0.expression.type ?? .string)
            }
        case .aggregate(_, let aggregate): aggregate.schema
        case .join(let join): join.left.schema + join.right.schema
        case .union(let parts): parts[0].schema
        case .window(let input, let calls):
            input.schema
                + calls.enumerated().map { Scope.Entry(name: "$w\($0)", type: $1.type) }
        }
    }

    /// Each column as it is, for projections that add or change a few.
    var passedThrough: [NamedExpression] { passedThrough(at: .nowhere) }

    /// - Parameter range: the `*` that stands for them.
    func passedThrough(at range: SourceRange) -> [NamedExpression] {
        schema.enumerated().map { position, entry in
            NamedExpression(
                name: entry.name, expression: .column(position, entry.type, range))
        }
    }
}

struct NamedExpression: Sendable {
    var name: String
    var expression: BoundExpression
}

struct ScanPlan: Sendable {
    var table: any Table
    /// What the query told the table, if it did.
    var identity: IdentityMode?
    /// Positions in `table.columns` that come out.
    var columns: [Int]
    /// Conditions over the columns that come out, all of which a row must satisfy.
    var filters: [BoundExpression] = []
    /// What `filters` say about single columns: only a hint for pruning.
    var bounds: [ColumnBound] = []
    /// The same of those that several columns can satisfy.
    var choices: [BoundChoice] = []
    /// Positions in `columns` that are read for `filters` alone, so that nobody looks at them later.
    var filterOnly: Set<Int> = []
    /// Whether rows may be read that stand for several; `false`: the query forbids it.
    var usesRollups = true

    var schema: [Scope.Entry] {
        let definitions = table.columns
        return columns.map {
            Scope.Entry(name: definitions[$0].name, type: definitions[$0].type)
        }
    }
}

struct AggregatePlan: Sendable {
    var keys: [NamedExpression]
    var aggregates: [NamedAggregate]
    /// Whether groups come out in ascending order of their keys. A sort above that breaks its ties by
    /// the keys does not need it.
    var isOrdered = true

    var schema: [Scope.Entry] {
        keys.map { Scope.Entry(name: $0.name, type: $0.expression.type ?? .string) }
            + aggregates.map { Scope.Entry(name: $0.name, type: $0.call.type) }
    }
}

/// Each row of `left` beside the rows of `right` that match it.
struct JoinPlan: Sendable {
    let kind: Join.Kind
    var left: Plan
    /// Held in memory as a whole.
    var right: Plan
    /// Over the columns of `left`; each must equal its counterpart in `rightKeys`. Null equals nothing.
    var leftKeys: [BoundExpression] = []
    /// Over the columns of `right`.
    var rightKeys: [BoundExpression] = []
    /// Further conditions, over the columns of both.
    var residual: [BoundExpression] = []
}

struct NamedAggregate: Sendable {
    var name: String
    var call: AggregateCall
}

/// An aggregate function with its arguments, over the input's columns.
struct AggregateCall: Sendable, Hashable {
    let function: AggregateFunction
    var arguments: [BoundExpression]
    var isDistinct: Bool
    var filter: BoundExpression?
    /// Fixed by the query, as the p of a quantile.
    let parameters: [Value]
    let type: ColumnType
    let range: SourceRange
}

struct SortKey: Sendable, Hashable {
    var expression: BoundExpression
    var isDescending: Bool
    var nullsFirst: Bool

    init(expression: BoundExpression, _ ordering: Ordering) {
        self.expression = expression
        isDescending = ordering.isDescending
        nullsFirst = ordering.nullsFirst ?? false
    }

    init(ascending expression: BoundExpression) {
        self.expression = expression
        isDescending = false
        nullsFirst = false
    }
}
