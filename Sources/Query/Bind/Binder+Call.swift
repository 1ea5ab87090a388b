import Columns

extension Binder {
    /// Binds `name(…)`: a scalar function, an aggregate, or one of the few with a syntax of their own.
    func bind(
        _ call: Expression.Call, _ range: SourceRange, in scope: Scope,
        _ collector: inout AggregateCollector?
    ) throws(QueryError) -> BoundExpression {
        if let window = call.window {
            return try bind(call, over: window, range, in: scope, &collector)
        }
        let name = FunctionNames.canonical(call.name)
        if let function = AggregateFunctions.all[name] {
            var binder = self
            // An aggregate does not contain windows.
            binder.windows = nil
            return try binder.bind(function, call, range, in: scope, &collector)
        }
        if WindowFunctions.all[name] != nil, ScalarFunctions.all[name] == nil {
            throw QueryError(
                .type, "the window function `\(name)` needs OVER (…)", at: range,
                hint: "as in \(name)(…) OVER (PARTITION BY … ORDER BY …)")
        }
        let isPlain =
            !call.isStar && !call.isDistinct && call.withinGroup == nil && call.filter == nil
        guard ScalarFunctions.isCallable(name) || FunctionNames.special.contains(name) else {
            let known = FunctionNames.all
            throw QueryError(
                .name, "unknown function `\(TextSafety.escaped(call.name))`", at: call.nameRange,
                hint: ForeignFunctions.hint(for: call.name)
                    ?? EditDistance.nearest(to: call.name, among: known).map {
                        "did you mean `\($0)`?"
                    })
        }
        guard isPlain else {
            throw QueryError(
                .type, "`\(name)` is no aggregate: it takes no *, DISTINCT, FILTER or WITHIN GROUP",
                at: range)
        }
        if name == "now" {
            guard call.arguments.isEmpty else {
                throw QueryError(.type, "now() takes no arguments", at: range)
            }
            return .literal(.timestamp(now), .timestamp)
        }
        if name == "rate" || name == "per_second" {
            return try rate(call, range, scope, &collector)
        }
        if name == "grouping" { return try grouping(call, range, scope, collector) }
        if name == "time_bucket" { return try timeBucket(call, range, scope, &collector) }
        try checkUnit(name, call.arguments, range, in: scope)
        var arguments: [BoundExpression] = []
        for argument in call.arguments {
            arguments.append(try bind(argument, in: scope, &collector))
        }
        if name == "if" {
            guard arguments.count == 3 else {
                throw QueryError(.type, "if takes (condition, value, otherwise)", at: range)
            }
            let branch = BoundExpression.Branch(condition: arguments[0], value: arguments[1])
            return try conditional([branch], otherwise: arguments[2], range)
        }
        return try self.call(name, arguments, range)
    }

    /// Other dialects take the unit as a bare word, or behind the time.
    private func checkUnit(
        _ name: String, _ arguments: [Expression], _ range: SourceRange, in scope: Scope
    ) throws(QueryError) {
        guard ["date_trunc", "date_diff"].contains(name) else { return }
        for (index, argument) in arguments.enumerated() {
            let unit: TimeUnit?
            switch argument.kind {
            case .column(let parts) where parts.count == 1:
                // A column may be called `hour`.
                let isColumn = scope.entries.contains {
                    $0.name.lowercased() == parts[0].lowercased()
                }
                unit = isColumn ? nil : TimeUnit(name: parts[0])
            case .literal(.string(let text)) where index > 0: unit = TimeUnit(name: text)
            default: unit = nil
            }
            guard let unit else { continue }
            let rest = name == "date_trunc" ? "timestamp" : "from, to"
            throw QueryError(
                .type, "the unit of \(name) is a text and comes first", at: argument.range,
                hint: "write \(name)('\(unit.rawValue)', \(rest))")
        }
    }

    private func bind(
        _ function: AggregateFunction, _ call: Expression.Call, _ range: SourceRange,
        in scope: Scope, _ collector: inout AggregateCollector?
    ) throws(QueryError) -> BoundExpression {
        guard collector != nil else {
            throw QueryError(
                .type, "the aggregate `\(function.name)` has no place here", at: range,
                hint: "aggregates belong in AGGREGATE, or in SELECT with GROUP BY")
        }
        let (sources, parameters) = try takeParameters(of: function, call, range, scope)
        var arguments: [BoundExpression] = []
        for source in sources { arguments.append(try bind(source, in: scope)) }
        let isCount = function.name == "count"
        guard call.isStar ? isCount : !arguments.isEmpty else {
            throw QueryError(.type, "\(function.usage) expected", at: range)
        }
        var isDistinct = call.isDistinct && !function.ignoresDuplicates
        var resolved = function
        if isCount, call.isDistinct {
            resolved = DistinctCount.function
            isDistinct = false
        }
        arguments += resolved.addedArguments(parameters)
        let types = arguments.map { ScalarFunction.Argument(type: $0.type, literal: $0.literal) }
        let signature: [ColumnType]
        let type: ColumnType
        switch resolved.resolve(types) {
        case .signature(let parameters, let result): (signature, type) = (parameters, result)
        case .invalid(let message): throw QueryError(.type, message, at: range)
        case .mismatch:
            let given = arguments.map { TypeName.text(of: $0) }.joined(separator: ", ")
            let isShare = function.name == "avg" || function.name == "sum"
            throw QueryError(
                .type, "\(function.usage) does not take (\(given))", at: range,
                hint: isShare && arguments.first?.type == .bool
                    ? "count_if(condition) counts; divided by count(*) it is a share" : nil)
        }
        if let problem = resolved.problem(parameters, arguments.count) {
            throw QueryError(.value, problem, at: range)
        }
        guard !isDistinct || arguments.count == 1 else {
            throw QueryError(
                .unsupported, "`\(function.name)` with DISTINCT takes one argument", at: range)
        }
        for (index, parameter) in signature.enumerated() {
            arguments[index] = try convert(arguments[index], to: parameter, range)
        }
        var filter: BoundExpression?
        if let condition = call.filter { filter = try bindCondition(condition, in: scope) }
        if function.name == "count_if" {
            guard !isDistinct else {
                throw QueryError(
                    .unsupported, "`count_if` takes no DISTINCT", at: range,
                    hint: "as in count(DISTINCT x) FILTER (WHERE condition)")
            }
            // count_if(c) is count(*) FILTER (WHERE c).
            filter = filter.map { Fold.and([$0, arguments[0]]) } ?? arguments[0]
            arguments = []
            resolved = CountFunction.function
        }
        let bound = AggregateCall(
            function: resolved, arguments: arguments, isDistinct: isDistinct, filter: filter,
            parameters: parameters, type: type, range: range)
        return collector?.add(bound) ?? .literal(.null, type)
    }
}
