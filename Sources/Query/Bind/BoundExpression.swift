import Columns

/// An expression whose names are positions and whose types are known and fit.
indirect enum BoundExpression: Sendable, Hashable {
    /// A column of the input, by position.
    case column(Int, ColumnType, SourceRange)
    /// The type is `nil` only for a bare NULL, which fits anywhere.
    case literal(Value, ColumnType?)
    case call(ScalarFunction, [BoundExpression], ColumnType, SourceRange)
    case and([BoundExpression])
    case or([BoundExpression])
    /// The first branch whose condition is true gives the value; values of the others are not computed.
    case conditional([Branch], otherwise: BoundExpression, ColumnType)
    /// The result of an aggregate, by position. Exists only while a grouping is bound.
    case aggregate(Int, ColumnType)
    /// The result of a window function, by position. Exists only while a projection is bound.
    case window(Int, ColumnType)
    /// The value of a subquery, by number, until that is answered.
    case queryValue(Int, ColumnType)
    /// `x IN (query)`
    case member(BoundExpression, of: Members)

    /// What a subquery behind IN gives.
    enum Members: Sendable, Hashable {
        /// The subquery's number, until that is answered.
        case query(Int)
        case values(ValueSet)
    }

    struct Branch: Sendable, Hashable {
        var condition: BoundExpression
        var value: BoundExpression
    }

    var type: ColumnType? {
        switch self {
        case .column(_, let type, _), .call(_, _, let type, _), .conditional(_, _, let type),
            .aggregate(_, let type), .window(_, let type), .queryValue(_, let type):
            type
        case .literal(_, let type): type
        case .and, .or, .member: .bool
        }
    }

    var literal: Value? {
        if case .literal(let value, _) = self { value } else { nil }
    }

    var children: [BoundExpression] {
        switch self {
        case .column, .literal, .aggregate, .window, .queryValue: []
        case .member(let operand, _): [operand]
        case .call(_, let arguments, _, _): arguments
        case .and(let terms), .or(let terms): terms
        case .conditional(let branches, let otherwise, _):
            branches.flatMap { [$0.condition, $0.value] } + [otherwise]
        }
    }

    /// The same expression with each child replaced.
    func mapChildren(
        _ change: (BoundExpression) throws(QueryError) -> BoundExpression
    ) throws(QueryError) -> BoundExpression {
        switch self {
        case .column, .literal, .aggregate, .window, .queryValue:
            return self
        case .member(let operand, let members):
            return .member(try change(operand), of: members)
        case .call(let function, let arguments, let type, let range):
            return .call(function, try arguments.changed(change), type, range)
        case .and(let terms): return .and(try terms.changed(change))
        case .or(let terms): return .or(try terms.changed(change))
        case .conditional(let branches, let otherwise, let type):
            var changed: [Branch] = []
            for branch in branches {
                changed.append(
                    Branch(
                        condition: try change(branch.condition), value: try change(branch.value)))
            }
            return .conditional(changed, otherwise: try change(otherwise), type)
        }
    }

    /// Positions of the columns it looks at.
    var columns: Set<Int> {
        if case .column(let position, _, _) = self { return [position] }
        return children.reduce(into: []) { $0.formUnion($1.columns) }
    }

    /// Whether it can end in an error for some values.
    var canFail: Bool {
        if case .call(let function, _, _, _) = self, function.canFail { return true }
        return children.contains { $0.canFail }
    }

    /// The same with columns renumbered.
    func renumbered(_ position: (Int) -> Int) -> BoundExpression {
        switch self {
        case .column(let old, let type, let range): return .column(position(old), type, range)
        case .literal, .aggregate, .window, .queryValue: return self
        case .member(let operand, let members):
            return .member(operand.renumbered(position), of: members)
        case .call(let function, let arguments, let type, let range):
            return .call(function, arguments.map { $0.renumbered(position) }, type, range)
        case .and(let terms): return .and(terms.map { $0.renumbered(position) })
        case .or(let terms): return .or(terms.map { $0.renumbered(position) })
        case .conditional(let branches, let otherwise, let type):
            return .conditional(
                branches.map {
                    Branch(
                        condition: $0.condition.renumbered(position),
                        value: $0.value.renumbered(position))
                }, otherwise: otherwise.renumbered(position), type)
        }
    }

    /// A conjunction without conjunctions inside.
    static func conjunction(_ terms: [BoundExpression]) -> BoundExpression {
        let flat = terms.flatMap { $0.conjuncts }
        return flat.count == 1 ? flat[0] : .and(flat)
    }

    var conjuncts: [BoundExpression] {
        if case .and(let terms) = self { terms.flatMap { $0.conjuncts } } else { [self] }
    }
}

extension Array where Element == BoundExpression {
    fileprivate func changed(
        _ change: (BoundExpression) throws(QueryError) -> BoundExpression
    ) throws(QueryError) -> [BoundExpression] {
        var result: [BoundExpression] = []
        for element in self { result.append(try change(element)) }
        return result
    }
}
