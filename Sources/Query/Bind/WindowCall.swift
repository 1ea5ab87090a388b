import Columns

/// A window function with its arguments, over the input's columns.
struct WindowCall: Sendable {
    enum Kind: Sendable {
        case ranking(WindowFunction)
        /// An aggregate of the rows of the frame; its arguments are positions in `arguments`.
        case aggregate(AggregateCall)
    }

    let kind: Kind
    var arguments: [BoundExpression]
    var partitionBy: [BoundExpression]
    var orderBy: [SortKey]
    let frame: WindowFrame
    let type: ColumnType
    let range: SourceRange

    var name: String {
        switch kind {
        case .ranking(let function): function.name
        case .aggregate(let call): call.function.name
        }
    }

    /// Everything in it that looks at rows.
    var expressions: [BoundExpression] {
        arguments + partitionBy + orderBy.map(\.expression)
    }

    /// The same with each of `expressions` replaced.
    func mapExpressions(
        _ change: (BoundExpression) throws(QueryError) -> BoundExpression
    ) throws(QueryError) -> WindowCall {
        var call = self
        for index in arguments.indices { call.arguments[index] = try change(arguments[index]) }
        for index in partitionBy.indices {
            call.partitionBy[index] = try change(partitionBy[index])
        }
        for index in orderBy.indices {
            call.orderBy[index].expression = try change(orderBy[index].expression)
        }
        return call
    }

    /// Whether both look at the same rows in the same order, so that they are sorted once.
    func hasSameWindow(as other: WindowCall) -> Bool {
        partitionBy == other.partitionBy && orderBy == other.orderBy
    }
}

/// Which rows of the partition a function sees.
enum WindowFrame: Sendable, Hashable {
    case wholePartition
    /// From the first row to the last one that ties with the row at hand: what ORDER BY alone means.
    case toLastPeer
    case rows(RowFrame)
}

/// The window calls met while a projection is bound.
final class WindowCollector {
    private var calls: [WindowCall] = []

    func add(_ call: WindowCall) -> BoundExpression {
        calls.append(call)
        return .window(calls.count - 1, call.type)
    }

    func mapExpressions(
        _ change: (BoundExpression) throws(QueryError) -> BoundExpression
    ) throws(QueryError) {
        for index in calls.indices { calls[index] = try calls[index].mapExpressions(change) }
    }

    /// The plan with a column for each call behind those of `plan`, to which `outputs` then refer.
    func place(_ outputs: inout [NamedExpression], over plan: Plan) -> Plan {
        guard !calls.isEmpty else { return plan }
        let first = plan.schema.count
        for index in outputs.indices {
            outputs[index].expression = outputs[index].expression.placingWindows(from: first)
        }
        return .window(plan, calls)
    }
}

extension BoundExpression {
    /// The same with the results of window functions as columns that begin at `first`.
    func placingWindows(from first: Int) -> BoundExpression {
        if case .window(let number, let type) = self {
            return .column(first + number, type, .nowhere)
        }
        // Nothing here throws.
        return (try? mapChildren { $0.placingWindows(from: first) }) ?? self
    }

    var hasWindow: Bool {
        if case .window = self { return true }
        return children.contains { $0.hasWindow }
    }
}
