package import Columns

extension Printer {
    /// How tightly an expression holds together; an operand that is looser needs parentheses.
    private enum Precedence: Int, Comparable {
        case or, and, not, comparison, sum, product, sign, primary

        static func < (a: Precedence, b: Precedence) -> Bool { a.rawValue < b.rawValue }
    }

    private static func precedence(of expression: Expression) -> Precedence {
        switch expression.kind {
        case .or: .or
        case .and: .and
        case .unary(.not, _): .not
        case .unary(.minus, _): .sign
        case .test, .inList, .inQuery, .between, .like: .comparison
        case .binary(let operation, _, _):
            switch operation {
            case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: .comparison
            case .add, .subtract, .concatenate: .sum
            case .multiply, .divide, .remainder: .product
            }
        case .literal(.int64(let value)): value < 0 ? .sign : .primary
        case .literal(.double(let value)): value.sign == .minus ? .sign : .primary
        case .column, .literal, .timestamp, .interval, .parameter, .conditional, .cast, .call,
            .query:
            .primary
        }
    }

    private static func operand(_ expression: Expression, _ least: Precedence) -> String {
        precedence(of: expression) < least ? "(\(text(of: expression)))" : text(of: expression)
    }

    static func text(of expression: Expression) -> String {
        switch expression.kind {
        case .column(let parts): return parts.map(name).joined(separator: ".")
        case .literal(let value): return text(of: value)
        case .timestamp(let text, let isDate):
            return (isDate ? "DATE " : "TIMESTAMP ") + quoted(text)
        case .interval(let interval):
            return "INTERVAL \(interval.amount) \(interval.unit.rawValue.uppercased())"
        case .parameter(let name): return "@" + name
        case .unary(.not, let inner): return "NOT " + operand(inner, .not)
        case .unary(.minus, let inner):
            // Without parentheses the sign would become part of the number.
            if case .literal = inner.kind { return "-(\(text(of: inner)))" }
            return "-" + operand(inner, .primary)
        case .binary(let operation, let left, let right):
            let own = precedence(of: expression)
            // Left-associative sums and products; comparisons do not chain at all.
            let leftLeast: Precedence = own == .comparison ? .sum : own
            let rightLeast: Precedence = own == .product ? .sign : own == .sum ? .product : .sum
            return
                "\(operand(left, leftLeast)) \(operation.rawValue) \(operand(right, rightLeast))"
        case .and(let terms): return terms.map { operand($0, .not) }.joined(separator: " AND ")
        case .or(let terms): return terms.map { operand($0, .and) }.joined(separator: " OR ")
        case .test(let inner, let test, let isNegated):
            return operand(inner, .sum) + (isNegated ? " IS NOT " : " IS ") + test.rawValue
        case .inList(let inner, let items, let isNegated):
            let list = items.map { text(of: $0) }.joined(separator: ", ")
            return operand(inner, .sum) + (isNegated ? " NOT IN (" : " IN (") + list + ")"
        case .inQuery(let inner, let query, let isNegated):
            return operand(inner, .sum) + (isNegated ? " NOT IN " : " IN ") + nested(query)
        case .query(let query): return nested(query)
        case .between(let inner, let lower, let upper, let isNegated):
            return operand(inner, .sum) + (isNegated ? " NOT BETWEEN " : " BETWEEN ")
                + operand(lower, .sum) + " AND " + operand(upper, .sum)
        case .like(let inner, let pattern, let escape, let isNegated):
            return operand(inner, .sum) + (isNegated ? " NOT LIKE " : " LIKE ")
                + operand(pattern, .sum) + (escape.map { " ESCAPE " + operand($0, .sum) } ?? "")
        case .conditional(let operand, let branches, let otherwise):
            return "CASE" + (operand.map { " " + text(of: $0) } ?? "")
                + branches.map { " WHEN \(text(of: $0.condition)) THEN \(text(of: $0.value))" }
                .joined() + (otherwise.map { " ELSE " + text(of: $0) } ?? "") + " END"
        case .cast(let inner, let type, let isTry):
            return (isTry ? "TRY_CAST(" : "CAST(") + text(of: inner) + " AS "
                + TypeName.text(of: type) + ")"
        case .call(let call): return text(of: call)
        }
    }

    private static func text(of call: Expression.Call) -> String {
        if call.name == "extract", call.arguments.count == 2,
            case .literal(.string(let part)) = call.arguments[0].kind
        {
            return "extract(\(part) FROM \(text(of: call.arguments[1])))"
        }
        var result = name(call.name) + "(" + (call.isDistinct ? "DISTINCT " : "")
        result += call.isStar ? "*" : call.arguments.map { text(of: $0) }.joined(separator: ", ")
        result += ")"
        if let key = call.withinGroup {
            result += " WITHIN GROUP (ORDER BY " + text(of: key.expression)
            result += (key.isDescending ? " DESC" : "")
            result += key.nullsFirst.map { $0 ? " NULLS FIRST)" : " NULLS LAST)" } ?? ")"
        }
        if let filter = call.filter { result += " FILTER (WHERE \(text(of: filter)))" }
        if let window = call.window { result += " OVER (\(text(of: window)))" }
        return result
    }

    private static func text(of window: WindowSpecification) -> String {
        var parts: [String] = []
        if !window.partitionBy.isEmpty { parts.append("PARTITION BY " + list(window.partitionBy)) }
        if !window.orderBy.isEmpty { parts.append("ORDER BY " + text(of: window.orderBy)) }
        if let frame = window.frame {
            parts.append(
                "ROWS BETWEEN \(text(of: frame.start, "PRECEDING"))"
                    + " AND \(text(of: frame.end, "FOLLOWING"))")
        }
        return parts.joined(separator: " ")
    }

    private static func text(of bound: RowFrame.Bound, _ unbounded: String) -> String {
        switch bound {
        case .unbounded: "UNBOUNDED " + unbounded
        case .offset(0): "CURRENT ROW"
        case .offset(let count): count < 0 ? "\(-count) PRECEDING" : "\(count) FOLLOWING"
        }
    }

    /// A value as a literal of the language.
    static func text(of value: Value) -> String {
        switch value {
        case .null: "NULL"
        case .bool(let value): value ? "TRUE" : "FALSE"
        case .int64(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let value): quoted(value)
        case .timestamp(let value): "TIMESTAMP '\(TimestampText.text(of: value))'"
        }
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
            + "'"
    }
}

/// The names of types as messages and results show them.
package enum TypeName {
    package static func text(of type: ColumnType) -> String {
        switch type {
        case .bool: "BOOLEAN"
        case .int64: "BIGINT"
        case .double: "DOUBLE"
        case .string: "STRING"
        case .timestamp: "TIMESTAMP"
        }
    }
}
