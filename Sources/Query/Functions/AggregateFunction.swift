import Columns

/// A function of many rows: an entry of `AggregateFunctions.all`.
///
/// Calls of one `family` over the same arguments, rows and DISTINCT share a state, so `sum(x)` beside
/// `avg(x)`, or three quantiles of one column, collect once and finish differently.
struct AggregateFunction: Sendable {
    typealias Finish =
        @Sendable (
            _ state: any AggregateState, _ groupCount: Int, _ parameters: [Value]
        ) throws(QueryError) -> Column

    let name: String
    let usage: String
    let family: String
    /// The types of the arguments to convert to and of the result, as for scalar functions.
    let resolve: @Sendable ([ScalarFunction.Argument]) -> ScalarFunction.Resolution
    /// An empty state for arguments of these types.
    let makeState: @Sendable ([ColumnType]) -> any AggregateState
    let finish: Finish
    /// What is fixed by the query, before and after the arguments that are about rows.
    var leading: [AggregateParameter] = []
    var trailing: [AggregateParameter] = []
    /// Parameters of a function like `median` that always has the same.
    var fixedParameters: [Value] = []
    var withinGroup = WithinGroup.none
    /// The column that is meant when the last argument is left out.
    var implicitColumn: String?
    /// Further arguments that the parameters call for.
    var addedArguments: @Sendable ([Value]) -> [BoundExpression] = { _ in [] }
    /// What is wrong with parameters beside that many arguments, if anything is.
    var problem: @Sendable ([Value], _ argumentCount: Int) -> String? = { _, _ in nil }
    /// Whether a value that comes twice changes nothing, so that DISTINCT can be ignored.
    var ignoresDuplicates = false
    var portability = Portability.local

    /// What `WITHIN GROUP (ORDER BY x [DESC])` gives. Whether it descends becomes the last parameter.
    enum WithinGroup: Sendable {
        case none
        /// The values themselves; otherwise they come first, as in `quantile(x, p)`, if that is allowed.
        case values(isRequired: Bool)
        /// What the values are put in order by, as a second argument.
        case key
    }
}

extension AggregateFunction: Hashable {
    static func == (a: AggregateFunction, b: AggregateFunction) -> Bool { a.name == b.name }
    func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The group of each row of a block.
struct GroupedRows {
    /// One number per row, each below `groupCount`; `nil`: all rows are in group 0.
    let groups: [Int32]?
    let rowCount: Int
    let groupCount: Int

    /// Only the rows at `positions`.
    func gathered(_ positions: [Int32]) -> GroupedRows {
        GroupedRows(
            groups: groups.map { Gather.values($0, positions) }, rowCount: positions.count,
            groupCount: groupCount)
    }
}

/// What an aggregate remembers of each group. One thread fills one state; states are merged later.
///
/// Whatever order rows and merges come in, the results are the same.
protocol AggregateState: AnyObject {
    /// Takes in rows. Columns have `rows.rowCount` rows and the types the state was made for.
    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError)
    /// Takes over another state of the same kind whose group `i` is `groups[i]` here.
    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError)
    /// Bytes held, roughly.
    var memorySize: Int { get }
}

extension Array {
    /// Lengthens to `count`, in steps that keep the total cost linear.
    mutating func grow(to count: Int, with value: Element) {
        guard count > self.count else { return }
        if count > capacity { reserveCapacity(Swift.max(count, capacity * 2)) }
        append(contentsOf: repeatElement(value, count: count - self.count))
    }
}
