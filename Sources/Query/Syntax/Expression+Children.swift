extension Expression {
    /// The expressions directly within it; those of queries within it are not among them.
    var children: [Expression] {
        switch kind {
        case .column, .literal, .timestamp, .interval, .parameter, .query: []
        case .unary(_, let operand), .test(let operand, _, _), .cast(let operand, _, _),
            .inQuery(let operand, _, _):
            [operand]
        case .binary(_, let left, let right): [left, right]
        case .and(let terms), .or(let terms): terms
        case .inList(let operand, let items, _): [operand] + items
        case .between(let operand, let lower, let upper, _): [operand, lower, upper]
        case .like(let operand, let pattern, let escape, _):
            [operand, pattern] + (escape.map { [$0] } ?? [])
        case .conditional(let operand, let branches, let otherwise):
            (operand.map { [$0] } ?? []) + branches.flatMap { [$0.condition, $0.value] }
                + (otherwise.map { [$0] } ?? [])
        case .call(let call): call.children
        }
    }
}

extension Expression.Call {
    fileprivate var children: [Expression] {
        arguments + (withinGroup.map { [$0.expression] } ?? []) + (filter.map { [$0] } ?? [])
            + (window?.partitionBy ?? [])
    }
}
