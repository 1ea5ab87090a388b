import Columns

extension Binder {
    /// Binds `name(…)`: a scalar function, an aggregate, or one of the few with a syntax of their own.
    func bind(
        _ call: Expression.Call, _ range: SourceRange, in scope: Scope,
        _ collector: inout AggregateCollector?
    ) throws(QueryError) -> BoundExpression {
        let name = FunctionNames.canonical(call.name)
        if let function = AggregateFunctions.all[name] {
            return try bind(function, call, range, in: scope, &collector)
        }
        let isPlain =
            !call.isStar && !call.isDistinct && call.withinGroup == nil && call.filter == nil
        guard ScalarFunctions.isCallable(name) || FunctionNames.special.contains(name) else {
            let known = FunctionNames.all
            throw QueryError(
                .name, "unknown function `\(TextSafety.escaped(call.name))`", at: call.nameRange,
                hint: EditDistance.nearest(to: call.name, among: known).map {
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
        if name == "time_bucket" { return try timeBucket(call, range, scope, &collector) }
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

    private func bind(
        _ function: AggregateFunction, _ call: Expression.Call, _ range: SourceRange,
        in scope: Scope, _ collector: inout AggregateCollector?
    ) throws(QueryError) -> BoundExpression {
        guard collector != nil else {
            throw QueryError(
                .type, "the aggregate `\(function.name)` has no place here", at: range,
                hint: "aggregates belong in AGGREGATE, or in SELECT with GROUP BY")
        }
        var arguments: [BoundExpression] = []
        for argument in call.arguments { arguments.append(try bind(argument, in: scope)) }
        var fraction = function.fixedFraction ?? 0
        if function.hasFraction {
            fraction = try takeFraction(function, call, &arguments, range, scope)
        } else if call.withinGroup != nil {
            throw QueryError(.type, "`\(function.name)` takes no WITHIN GROUP", at: range)
        }
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
        let types = arguments.map { ScalarFunction.Argument(type: $0.type, literal: $0.literal) }
        guard case .signature(let parameters, let type) = resolved.resolve(types) else {
            let given = arguments.map { TypeName.text(of: $0) }.joined(separator: ", ")
            throw QueryError(.type, "\(function.usage) does not take (\(given))", at: range)
        }
        guard !isDistinct || arguments.count == 1 else {
            throw QueryError(
                .unsupported, "`\(function.name)` with DISTINCT takes one argument", at: range)
        }
        for (index, parameter) in parameters.enumerated() {
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
            parameter: fraction, type: type, range: range)
        return collector?.add(bound) ?? .literal(.null, type)
    }

    /// The p of `percentile_cont(p) WITHIN GROUP (ORDER BY x)` or `quantile(x, p)`; leaves `x`.
    private func takeFraction(
        _ function: AggregateFunction, _ call: Expression.Call,
        _ arguments: inout [BoundExpression], _ range: SourceRange, _ scope: Scope
    ) throws(QueryError) -> Double {
        let literal: Value?
        var isDescending = false
        if let ordering = call.withinGroup {
            guard arguments.count == 1 else {
                throw QueryError(.type, "\(function.usage) expected", at: range)
            }
            literal = arguments[0].literal
            arguments = [try bind(ordering.expression, in: scope)]
            isDescending = ordering.isDescending
        } else {
            guard arguments.count == 2, function.name != "percentile_cont" else {
                throw QueryError(.type, "\(function.usage) expected", at: range)
            }
            literal = arguments[1].literal
            arguments.removeLast()
        }
        let fraction: Double
        switch literal {
        case .double(let value): fraction = value
        case .int64(let value): fraction = Double(value)
        case nil, .null, .bool, .string, .timestamp: fraction = -1
        }
        guard fraction >= 0, fraction <= 1 else {
            throw QueryError(
                .value, "the fraction of `\(function.name)` must be a number from 0 to 1", at: range
            )
        }
        return isDescending ? 1 - fraction : fraction
    }
}
