import Columns

/// Computes what does not depend on any row, once.
enum Fold {
    static func call(
        _ function: ScalarFunction, _ arguments: [BoundExpression], _ type: ColumnType,
        _ range: SourceRange
    ) -> BoundExpression {
        let values = arguments.compactMap(\.literal)
        guard values.count == arguments.count else {
            return .call(function, arguments, type, range)
        }
        if function.nulls == .strict, values.contains(.null) { return .literal(.null, type) }
        // What has no value (1 / 0) fails when a row asks for it, which a CASE may prevent.
        guard let value = try? function.evaluate(values) else {
            return .call(function, arguments, type, range)
        }
        return .literal(value, type)
    }

    static func and(_ terms: [BoundExpression]) -> BoundExpression {
        let flat = terms.flatMap { $0.conjuncts }
        if flat.contains(where: { $0.literal == .bool(false) }) {
            return .literal(.bool(false), .bool)
        }
        let rest = flat.filter { $0.literal != .bool(true) }
        if rest.isEmpty { return .literal(.bool(true), .bool) }
        return rest.count == 1 ? rest[0] : .and(rest)
    }

    static func or(_ terms: [BoundExpression]) -> BoundExpression {
        if terms.contains(where: { $0.literal == .bool(true) }) {
            return .literal(.bool(true), .bool)
        }
        let rest = terms.filter { $0.literal != .bool(false) }
        if rest.isEmpty { return .literal(.bool(false), .bool) }
        return rest.count == 1 ? rest[0] : .or(rest)
    }
}
