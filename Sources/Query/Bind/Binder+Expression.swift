import Columns

extension Binder {
    /// Binds an expression in which aggregates have no place.
    func bind(_ expression: Expression, in scope: Scope) throws(QueryError) -> BoundExpression {
        var none: AggregateCollector?
        return try bind(expression, in: scope, &none)
    }

    /// Binds an expression; aggregates go to `collector`, or are errors if there is none.
    func bind(
        _ expression: Expression, in scope: Scope, _ collector: inout AggregateCollector?
    ) throws(QueryError) -> BoundExpression {
        let range = expression.range
        switch expression.kind {
        case .column(let parts):
            let position = try scope.resolve(parts, at: range)
            return .column(position, scope.entries[position].type, range)
        case .literal(let value):
            return .literal(value, value.type)
        case .timestamp(let text, let isDate):
            guard let time = TimestampText.time(of: text), !isDate || text.utf8.count == 10 else {
                throw QueryError(
                    .value, "`\(TextSafety.escaped(text))` is no \(isDate ? "date" : "timestamp")",
                    at: range,
                    hint: isDate
                        ? "as in DATE '2026-11-15'" : "as in TIMESTAMP '2026-11-15 00:00:00'")
            }
            return .literal(.timestamp(time), .timestamp)
        case .interval:
            throw QueryError(
                .type, "an INTERVAL can only be added to or taken from a timestamp", at: range)
        case .parameter(let name):
            guard let value = parameters[name] else {
                let nearest = EditDistance.nearest(to: name, among: parameters.keys.sorted())
                throw QueryError(
                    .name, "parameter `@\(name)` has no value", at: range,
                    hint: nearest.map { "did you mean `@\($0)`?" })
            }
            return .literal(value, value.type)
        case .unary(.not, let operand):
            return try call("not", [try bind(operand, in: scope, &collector)], range)
        case .unary(.minus, let operand):
            return try call("negate", [try bind(operand, in: scope, &collector)], range)
        case .binary(let operation, let left, let right):
            if let moved = try bindIntervalSum(operation, left, right, range, scope, &collector) {
                return moved
            }
            let operands = [
                try bind(left, in: scope, &collector), try bind(right, in: scope, &collector),
            ]
            return try call(operation.rawValue, operands, range)
        case .and(let terms):
            return Fold.and(try bindConditions(terms, in: scope, &collector))
        case .or(let terms):
            return Fold.or(try bindConditions(terms, in: scope, &collector))
        case .test(let operand, let test, let isNegated):
            let bound = try bind(operand, in: scope, &collector)
            let names: [TruthTest: String] = [
                .null: "is null", .true: "is true", .false: "is false",
            ]
            let result = try call(names[test] ?? "is null", [bound], range)
            return isNegated ? try call("not", [result], range) : result
        case .inList(let operand, let items, let isNegated):
            let bound = try bind(operand, in: scope, &collector)
            var list: [BoundExpression] = []
            for item in items { list.append(try bind(item, in: scope, &collector)) }
            let result: BoundExpression
            if list.allSatisfy({ $0.literal != nil }) {
                result = try call("in", [bound] + list, range)
            } else {
                var terms: [BoundExpression] = []
                for item in list { terms.append(try call("=", [bound, item], range)) }
                result = Fold.or(terms)
            }
            return isNegated ? try call("not", [result], range) : result
        case .inQuery(let operand, let query, let isNegated):
            let bound = try bind(operand, in: scope, &collector)
            let result = try member(bound, of: query, range)
            return isNegated ? try call("not", [result], range) : result
        case .query(let query):
            return try value(of: query, range)
        case .between(let operand, let lower, let upper, let isNegated):
            let bound = try bind(operand, in: scope, &collector)
            let low = try call(">=", [bound, try bind(lower, in: scope, &collector)], range)
            let high = try call("<=", [bound, try bind(upper, in: scope, &collector)], range)
            let result = Fold.and([low, high])
            return isNegated ? try call("not", [result], range) : result
        case .like(let operand, let pattern, let escape, let isNegated):
            var arguments = [
                try bind(operand, in: scope, &collector), try bind(pattern, in: scope, &collector),
            ]
            if let escape { arguments.append(try bind(escape, in: scope, &collector)) }
            let result = try call("like", arguments, range)
            return isNegated ? try call("not", [result], range) : result
        case .conditional(let operand, let branches, let otherwise):
            return try bindConditional(operand, branches, otherwise, range, scope, &collector)
        case .cast(let operand, let type, let isTry):
            let bound = try bind(operand, in: scope, &collector)
            return try cast(bound, to: type, isTry: isTry, range)
        case .call(let call):
            return try bind(call, range, in: scope, &collector)
        }
    }

    private func bindConditions(
        _ terms: [Expression], in scope: Scope, _ collector: inout AggregateCollector?
    ) throws(QueryError) -> [BoundExpression] {
        var result: [BoundExpression] = []
        for term in terms {
            let bound = try bind(term, in: scope, &collector)
            guard bound.type == nil || bound.type == .bool else {
                throw QueryError(
                    .type, "AND and OR take BOOLEAN; this is \(TypeName.text(of: bound))",
                    at: term.range)
            }
            result.append(bound)
        }
        return result
    }

    /// `timestamp ± INTERVAL …`; `nil` if neither side is an interval.
    private func bindIntervalSum(
        _ operation: BinaryOperator, _ left: Expression, _ right: Expression, _ range: SourceRange,
        _ scope: Scope, _ collector: inout AggregateCollector?
    ) throws(QueryError) -> BoundExpression? {
        var (operand, interval) = (left, right)
        if case .interval = left.kind, operation == .add { (operand, interval) = (right, left) }
        guard operation == .add || operation == .subtract,
            case .interval(let value) = interval.kind
        else { return nil }
        let bound = try bind(operand, in: scope, &collector)
        let sign: Int64 = operation == .subtract ? -1 : 1
        let unit = value.unit
        let (length, high) = value.amount.multipliedReportingOverflow(
            by: sign * (unit.microseconds ?? unit.months ?? 1))
        guard !high else {
            throw QueryError(.value, "the INTERVAL is too long", at: interval.range)
        }
        let months = unit.months == nil ? 0 : length
        let microseconds = unit.months == nil ? length : 0
        return try call(
            "timestamp_add",
            [bound, .literal(.int64(months), .int64), .literal(.int64(microseconds), .int64)], range
        )
    }

    private func bindConditional(
        _ operand: Expression?, _ branches: [Expression.Branch], _ otherwise: Expression?,
        _ range: SourceRange, _ scope: Scope, _ collector: inout AggregateCollector?
    ) throws(QueryError) -> BoundExpression {
        var subject: BoundExpression?
        if let operand { subject = try bind(operand, in: scope, &collector) }
        var bound: [BoundExpression.Branch] = []
        for branch in branches {
            var condition = try bind(branch.condition, in: scope, &collector)
            if let subject {
                condition = try call("=", [subject, condition], branch.condition.range)
            }
            bound.append(
                BoundExpression.Branch(
                    condition: condition, value: try bind(branch.value, in: scope, &collector)))
        }
        var rest = BoundExpression.literal(.null, nil)
        if let otherwise { rest = try bind(otherwise, in: scope, &collector) }
        return try conditional(bound, otherwise: rest, range)
    }

    func conditional(
        _ branches: [BoundExpression.Branch], otherwise: BoundExpression, _ range: SourceRange
    ) throws(QueryError) -> BoundExpression {
        for branch in branches where branch.condition.type ?? .bool != .bool {
            throw QueryError(
                .type, "WHEN takes BOOLEAN; this is \(TypeName.text(of: branch.condition))",
                at: range)
        }
        let values = branches.map(\.value) + [otherwise]
        guard let type = Self.commonType(values) else {
            let types = values.map { TypeName.text(of: $0) }.joined(separator: ", ")
            throw QueryError(.type, "the results have different types: \(types)", at: range)
        }
        var converted: [BoundExpression.Branch] = []
        for branch in branches {
            converted.append(
                BoundExpression.Branch(
                    condition: branch.condition, value: try convert(branch.value, to: type, range)))
        }
        return .conditional(
            converted, otherwise: try convert(otherwise, to: type, range), type)
    }

    /// The type that all values can have: their own, or double if there are integers and doubles.
    static func commonType(_ values: [BoundExpression]) -> ColumnType? {
        ScalarFunction.commonType(
            values.map { ScalarFunction.Argument(type: $0.type, literal: $0.literal) })
    }

    /// A call of a scalar function with types checked, arguments converted and constants folded.
    func call(
        _ name: String, _ arguments: [BoundExpression], _ range: SourceRange
    ) throws(QueryError) -> BoundExpression {
        guard let function = ScalarFunctions.all[name] else {
            throw QueryError(.name, "unknown function `\(TextSafety.escaped(name))`", at: range)
        }
        let types = arguments.map {
            ScalarFunction.Argument(type: $0.type, literal: $0.literal)
        }
        switch function.resolve(types) {
        case .invalid(let message):
            throw QueryError(.value, message, at: range)
        case .mismatch:
            throw Self.mismatch(function, arguments, range)
        case .signature(let parameters, let result):
            var converted: [BoundExpression] = []
            for (argument, type) in zip(arguments, parameters) {
                converted.append(try convert(argument, to: type, range))
            }
            do {
                let ready = try function.prepared(for: converted.map(\.literal))
                return Fold.call(ready, converted, result, range)
            } catch {
                throw error.located(at: range)
            }
        }
    }

    private static func mismatch(
        _ function: ScalarFunction, _ arguments: [BoundExpression], _ range: SourceRange
    ) -> QueryError {
        let types = arguments.map { TypeName.text(of: $0) }
        var hint: String?
        if Set(types) == ["TIMESTAMP"], function.name == "-" {
            hint = "use date_diff('second', from, to) or unix_micros(a) - unix_micros(b)"
        } else if types.contains("STRING"), types.contains("BIGINT") || types.contains("DOUBLE") {
            hint = "convert one side with CAST"
        } else if types.contains("STRING"), types.contains("TIMESTAMP") {
            hint = "write TIMESTAMP '2026-11-15 00:00:00'"
        }
        return QueryError(
            .type, "\(function.usage) does not take (\(types.joined(separator: ", ")))",
            at: range, hint: hint)
    }

    /// Converts as `Coercion` allows.
    func convert(
        _ expression: BoundExpression, to type: ColumnType, _ range: SourceRange
    ) throws(QueryError) -> BoundExpression {
        guard expression.type != type else { return expression }
        if case .literal(.null, _) = expression { return .literal(.null, type) }
        if type == .timestamp, case .literal(.string(let text), _) = expression {
            guard let time = TimestampText.time(of: text) else {
                throw QueryError(
                    .type, "a timestamp cannot be compared with '\(TextSafety.escaped(text))'",
                    at: range, hint: "write it like '2026-11-15 10:00:00' or '2026-11-15T10:00:00Z'"
                )
            }
            return .literal(.timestamp(time), .timestamp)
        }
        return try cast(expression, to: type, isTry: false, range)
    }

    func cast(
        _ expression: BoundExpression, to type: ColumnType, isTry: Bool, _ range: SourceRange
    ) throws(QueryError) -> BoundExpression {
        guard expression.type != type else { return expression }
        guard expression.type != nil else { return .literal(.null, type) }
        let function = CastFunction.function(to: type, isTry: isTry)
        let argument = ScalarFunction.Argument(type: expression.type, literal: nil)
        guard case .signature = function.resolve([argument]) else {
            throw QueryError(
                .type,
                "\(TypeName.text(of: expression)) cannot be cast to \(TypeName.text(of: type))",
                at: range)
        }
        // Widening integers cannot fail, whatever the rows hold.
        if type == .double, expression.type == .int64, expression.literal == nil {
            return .call(CastFunction.widening, [expression], .double, range)
        }
        return Fold.call(function, [expression], type, range)
    }
}
