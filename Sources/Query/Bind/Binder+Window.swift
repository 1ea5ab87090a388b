import Columns

extension Binder {
    /// `name(…) OVER (…)`
    func bind(
        _ call: Expression.Call, over window: WindowSpecification, _ range: SourceRange,
        in scope: Scope, _ collector: inout AggregateCollector?
    ) throws(QueryError) -> BoundExpression {
        let name = FunctionNames.canonical(call.name)
        guard let windows else {
            throw QueryError(
                .type, "the window function `\(name)` has no place here", at: range,
                hint: "give it a name in |> EXTEND or SELECT, and use that in the next step")
        }
        var binder = self
        // Windows do not contain windows.
        binder.windows = nil
        var partitionBy: [BoundExpression] = []
        for key in window.partitionBy {
            partitionBy.append(try binder.bind(key, in: scope, &collector))
        }
        var orderBy: [SortKey] = []
        for key in window.orderBy {
            orderBy.append(
                SortKey(expression: try binder.bind(key.expression, in: scope, &collector), key))
        }
        let frame = Self.frame(window)
        if let function = AggregateFunctions.all[name] {
            let (aggregate, arguments) = try binder.aggregate(call, range, scope, &collector)
            guard frame == .wholePartition || FrameAggregate.isPossible(aggregate) else {
                throw QueryError(
                    .unsupported,
                    "`\(function.name)` is only possible over whole partitions", at: range,
                    hint: "leave out ORDER BY and ROWS; "
                        + "count, sum, avg, min and max can have them")
            }
            return windows.add(
                WindowCall(
                    kind: .aggregate(aggregate), arguments: arguments, partitionBy: partitionBy,
                    orderBy: orderBy, frame: frame, type: aggregate.type, range: range))
        }
        guard let function = WindowFunctions.all[name] else {
            throw QueryError(
                .name, "`\(TextSafety.escaped(call.name))` is no window function",
                at: call.nameRange,
                hint: EditDistance.nearest(to: call.name, among: WindowFunctions.all.keys.sorted())
                    .map { "did you mean `\($0)`?" })
        }
        guard !call.isStar, !call.isDistinct, call.withinGroup == nil, call.filter == nil else {
            throw QueryError(
                .type, "`\(name)` takes no *, DISTINCT, FILTER or WITHIN GROUP", at: range)
        }
        guard function.takesFrame || window.frame == nil else {
            throw QueryError(.type, "`\(name)` takes no ROWS", at: range)
        }
        let (arguments, type) = try binder.arguments(
            of: function, call.arguments, range, scope, &collector)
        return windows.add(
            WindowCall(
                kind: .ranking(function), arguments: arguments, partitionBy: partitionBy,
                orderBy: orderBy, frame: frame, type: type, range: range))
    }

    private static func frame(_ window: WindowSpecification) -> WindowFrame {
        switch window.frame {
        case nil: window.orderBy.isEmpty ? .wholePartition : .toLastPeer
        case RowFrame(start: .unbounded, end: .unbounded): .wholePartition
        case .some(let frame): .rows(frame)
        }
    }

    private func arguments(
        of function: WindowFunction, _ list: [Expression], _ range: SourceRange, _ scope: Scope,
        _ collector: inout AggregateCollector?
    ) throws(QueryError) -> (arguments: [BoundExpression], type: ColumnType) {
        var arguments: [BoundExpression] = []
        for argument in list {
            if case .interval(let interval) = argument.kind {
                let length = try Self.length(of: interval, at: argument.range)
                arguments.append(.literal(.int64(length), .int64))
            } else {
                arguments.append(try bind(argument, in: scope, &collector))
            }
        }
        let types = arguments.map { ScalarFunction.Argument(type: $0.type, literal: $0.literal) }
        switch function.resolve(types) {
        case .invalid(let message): throw QueryError(.value, message, at: range)
        case .mismatch:
            let given = arguments.map { TypeName.text(of: $0) }.joined(separator: ", ")
            throw QueryError(.type, "\(function.usage) does not take (\(given))", at: range)
        case .signature(let parameters, let type):
            for (index, parameter) in parameters.enumerated() {
                arguments[index] = try convert(arguments[index], to: parameter, range)
            }
            return (arguments, type)
        }
    }

    /// The aggregate, over columns that stand for its arguments, and those arguments.
    ///
    /// So its arguments may be aggregates themselves: `sum(count(*)) OVER ()`.
    private func aggregate(
        _ call: Expression.Call, _ range: SourceRange, _ scope: Scope,
        _ collector: inout AggregateCollector?
    ) throws(QueryError) -> (call: AggregateCall, arguments: [BoundExpression]) {
        var call = call
        call.window = nil
        var arguments: [BoundExpression] = []
        var entries: [Scope.Entry] = []
        func stand(in expression: Expression) throws(QueryError) -> Expression {
            switch expression.kind {
            // Literals and intervals say how the function works.
            case .literal, .interval, .timestamp, .parameter: return expression
            default: break
            }
            let bound = try bind(expression, in: scope, &collector)
            let name = "$\(arguments.count)"
            arguments.append(bound)
            entries.append(Scope.Entry(name: name, type: bound.type ?? .string))
            return Expression(kind: .column([name]), range: expression.range, height: 1)
        }
        for index in call.arguments.indices {
            call.arguments[index] = try stand(in: call.arguments[index])
        }
        if let filter = call.filter { call.filter = try stand(in: filter) }
        if let key = call.withinGroup {
            call.withinGroup?.expression = try stand(in: key.expression)
        }
        var inner: AggregateCollector? = AggregateCollector(.singleRow, by: [])
        _ = try bind(call, range, in: Scope(entries: entries, qualifiers: []), &inner)
        guard let aggregate = inner?.calls.first else {
            throw QueryError(
                .unsupported, "`\(call.name)` is not possible with OVER", at: range)
        }
        return (aggregate, arguments)
    }
}
