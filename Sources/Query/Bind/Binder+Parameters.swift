import Columns

/// What the query fixes for an aggregate, told apart from what is about rows.
extension Binder {
    /// Parameters stand before or after the arguments, or outside `WITHIN GROUP (ORDER BY …)`.
    func takeParameters(
        of function: AggregateFunction, _ call: Expression.Call, _ range: SourceRange,
        _ scope: Scope
    ) throws(QueryError) -> (arguments: [Expression], parameters: [Value]) {
        var rest = call.arguments[...]
        var leading: [Value] = []
        for parameter in function.leading {
            guard let source = rest.popFirst() else {
                throw QueryError(.type, "\(function.usage) expected", at: range)
            }
            leading.append(try value(of: parameter, source, function, range, scope))
        }
        var trailing: [Value] = []
        for parameter in function.trailing.reversed() {
            if case .words(let words) = parameter {
                trailing.append(try takeWords(words, &rest, function))
            } else {
                guard let source = rest.popLast() else {
                    throw QueryError(.type, "\(function.usage) expected", at: range)
                }
                trailing.append(try value(of: parameter, source, function, range, scope))
            }
        }
        var arguments = Array(rest)
        if let column = function.implicitColumn, arguments.count == 1 {
            arguments.append(Expression(kind: .column([column]), range: range, height: 1))
        }
        let parameters = function.fixedParameters + leading + trailing.reversed()
        switch (function.withinGroup, call.withinGroup) {
        case (.values(isRequired: false), nil), (.key, nil), (.none, nil):
            return (arguments, parameters)
        case (.none, .some):
            throw QueryError(.type, "`\(function.name)` takes no WITHIN GROUP", at: range)
        case (.values, .some(let ordering)) where arguments.isEmpty,
            (.key, .some(let ordering)) where arguments.count == 1:
            return (
                arguments + [ordering.expression], parameters + [.bool(ordering.isDescending)]
            )
        case (.values, _), (.key, .some):
            throw QueryError(.type, "\(function.usage) expected", at: range)
        }
    }

    private func value(
        of parameter: AggregateParameter, _ source: Expression, _ function: AggregateFunction,
        _ range: SourceRange, _ scope: Scope
    ) throws(QueryError) -> Value {
        if case .interval = parameter { return try microseconds(source, function) }
        let literal = try bind(source, in: scope).literal
        switch (parameter, literal) {
        case (.fraction, .double(let value)) where value >= 0 && value <= 1:
            return .double(value)
        case (.fraction, .int64(let value)) where value >= 0 && value <= 1:
            return .double(Double(value))
        case (.fraction, _):
            throw QueryError(
                .value, "the fraction of `\(function.name)` must be a number from 0 to 1",
                at: range, hint: "write \(function.usage)")
        case (.number(let bounds), .int64(let value)) where bounds.contains(value):
            return .int64(value)
        case (.number(let bounds), _):
            throw QueryError(
                .value,
                "`\(function.name)` takes a whole number from \(bounds.lowerBound) to "
                    + "\(bounds.upperBound) here", at: source.range)
        case (.text(let problem), .string(let text)):
            if let problem = problem(text) {
                throw QueryError(.value, problem, at: source.range)
            }
            return .string(text)
        case (.text, _), (.interval, _), (.words, _):
            throw QueryError(
                .type, "`\(function.name)` takes a text in quotes here", at: source.range,
                hint: function.usage)
        }
    }

    /// The words at the end of the arguments; anything but a literal text ends them.
    private func takeWords(
        _ words: [String], _ rest: inout ArraySlice<Expression>, _ function: AggregateFunction
    ) throws(QueryError) -> Value {
        var found: Set<String> = []
        while let last = rest.last, case .literal(.string(let word)) = last.kind {
            guard words.contains(word) else {
                throw QueryError(
                    .value, "`\(function.name)` knows no mode '\(TextSafety.escaped(word))'",
                    at: last.range,
                    hint: "there are " + words.map { "'\($0)'" }.joined(separator: ", "))
            }
            found.insert(word)
            rest.removeLast()
        }
        return .string(found.sorted().joined(separator: " "))
    }

    /// An INTERVAL of a fixed length.
    func microseconds(
        _ source: Expression, _ function: AggregateFunction
    ) throws(QueryError) -> Value {
        guard case .interval(let interval) = source.kind else {
            throw QueryError(
                .type, "`\(function.name)` takes an INTERVAL here", at: source.range,
                hint: function.usage)
        }
        return .int64(try Self.length(of: interval, at: source.range))
    }

    /// Microseconds; months and years have no length of their own.
    static func length(
        of interval: Interval, at range: SourceRange
    ) throws(QueryError) -> Int64 {
        guard let unit = interval.unit.microseconds else {
            throw QueryError(
                .value, "an INTERVAL of a fixed length expected", at: range,
                hint: "months and years differ in length; write days")
        }
        let (length, overflow) = interval.amount.multipliedReportingOverflow(by: unit)
        guard length > 0, !overflow else {
            throw QueryError(.value, "the INTERVAL must be longer than nothing", at: range)
        }
        return length
    }
}
