extension Expression {
    /// The same with some column names replaced by expressions.
    func replacingColumns(_ replacement: ([String]) -> Expression?) -> Expression {
        func inner(_ expression: Expression) -> Expression {
            expression.replacingColumns(replacement)
        }
        let newKind: Kind
        switch kind {
        case .column(let parts):
            guard let found = replacement(parts) else { return self }
            return Expression(kind: found.kind, range: range, height: found.height)
        case .literal, .timestamp, .interval, .parameter, .query: return self
        case .unary(let operation, let operand): newKind = .unary(operation, inner(operand))
        case .binary(let operation, let left, let right):
            newKind = .binary(operation, inner(left), inner(right))
        case .and(let terms): newKind = .and(terms.map(inner))
        case .or(let terms): newKind = .or(terms.map(inner))
        case .test(let operand, let test, let isNegated):
            newKind = .test(inner(operand), test, isNegated: isNegated)
        case .inList(let operand, let items, let isNegated):
            newKind = .inList(inner(operand), items.map(inner), isNegated: isNegated)
        case .inQuery(let operand, let query, let isNegated):
            newKind = .inQuery(inner(operand), query, isNegated: isNegated)
        case .between(let operand, let lower, let upper, let isNegated):
            newKind = .between(inner(operand), inner(lower), inner(upper), isNegated: isNegated)
        case .like(let operand, let pattern, let escape, let isNegated):
            newKind = .like(
                inner(operand), inner(pattern), escape: escape.map(inner), isNegated: isNegated)
        case .conditional(let operand, let branches, let otherwise):
            newKind = .conditional(
                operand: operand.map(inner),
                branches.map {
                    Branch(condition: inner($0.condition), value: inner($0.value))
                }, otherwise: otherwise.map(inner))
        case .cast(let operand, let type, let isTry):
            newKind = .cast(inner(operand), type, isTry: isTry)
        case .call(var call):
            // What stands inside an aggregate is about rows, where SELECT's names are not known yet.
            if call.window != nil || !AggregateFunctions.isAggregate(call.name) {
                call.arguments = call.arguments.map(inner)
            }
            if var window = call.window {
                window.partitionBy = window.partitionBy.map(inner)
                window.orderBy = window.orderBy.map { key in
                    var key = key
                    key.expression = inner(key.expression)
                    return key
                }
                call.window = window
            }
            newKind = .call(call)
        }
        return Expression(kind: newKind, range: range, height: height)
    }
}
