import Columns

/// Several groupings at once: every row goes in once for each set of keys, with the keys that the set
/// lacks as null and the number of the set as one more key.
///
/// ```
/// row ─→ (columns, a,    b,    0)     GROUPING SETS ((a, b), (a), ())
///     ─→ (columns, a,    NULL, 1)
///     ─→ (columns, NULL, NULL, 2) ─→ grouping by a, b and the number
/// ```
struct SetNumber {
    private let sets: [[Int]]
    let keyCount: Int
    /// The number's column behind those of the input and of the keys.
    let key: NamedExpression

    init(_ sets: GroupingSets, _ input: Plan, keyCount: Int) {
        self.sets = sets.sets
        self.keyCount = keyCount
        key = NamedExpression(
            name: "$set",
            expression: .column(input.schema.count + keyCount, .int64, .nowhere))
    }

    /// Which of `keys` each set has: those that it names, and others that say the same.
    func sets(of keys: [BoundExpression]) -> [[Int]] {
        sets.map { set in
            keys.indices.filter { position in set.contains { keys[$0] == keys[position] } }
        }
    }

    /// The rows of `input`, once for each set.
    func expanded(_ input: Plan, _ keys: [NamedExpression]) -> Plan {
        let columns = input.passedThrough
        return .expand(
            input,
            sets(of: keys.map(\.expression)).enumerated().map { number, set in
                var copy = columns
                for (position, key) in keys.enumerated() {
                    let null = BoundExpression.literal(.null, key.expression.type ?? .string)
                    copy.append(
                        NamedExpression(
                            name: key.name,
                            expression: set.contains(position) ? key.expression : null))
                }
                copy.append(
                    NamedExpression(
                        name: key.name, expression: .literal(.int64(Int64(number)), .int64)))
                return copy
            })
    }
}

extension Binder {
    /// `grouping(key)`: 1 in rows of sets that lack the key, else 0.
    func grouping(
        _ call: Expression.Call, _ range: SourceRange, _ scope: Scope,
        _ collector: AggregateCollector?
    ) throws(QueryError) -> BoundExpression {
        guard call.arguments.count == 1 else {
            throw QueryError(.type, "grouping(key) expected", at: range)
        }
        guard let collector, let number = collector.setNumber else {
            throw QueryError(
                .type, "`grouping` has no place here", at: range,
                hint: "it belongs to GROUP BY ROLLUP (…), CUBE (…) or GROUPING SETS (…)")
        }
        let key = try bind(call.arguments[0], in: scope)
        guard collector.keys.count == number.keyCount,
            let position = collector.keys.firstIndex(of: key)
        else {
            throw QueryError(
                .type, "`grouping` takes one of the keys of GROUP BY", at: call.arguments[0].range)
        }
        var lacking: [BoundExpression] = []
        for (set, keys) in number.sets(of: collector.keys).enumerated()
        where !keys.contains(position) {
            let literal = BoundExpression.literal(.int64(Int64(set)), .int64)
            lacking.append(try self.call("=", [number.key.expression, literal], range))
        }
        guard !lacking.isEmpty else { return .literal(.int64(0), .int64) }
        return .conditional(
            [
                BoundExpression.Branch(
                    condition: Fold.or(lacking), value: .literal(.int64(1), .int64))
            ], otherwise: .literal(.int64(0), .int64), .int64)
    }
}
