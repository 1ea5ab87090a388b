import Columns

@testable import Query

/// What an expression means, said as plainly as possible: one row, one value, three-valued logic.
struct NaiveEvaluator {
    let row: [String: Value]

    /// No value exists: a division by zero or an overflow.
    private struct NoValue: Error {}

    func value(of text: String) -> Value? {
        guard let query = try? Parser.parse("SELECT " + text, limits: QueryLimits()),
            case .select(let select) = query.body,
            case .expression(let expression) = select.items[0].content
        else { return nil }
        return try? evaluate(expression)
    }

    private func evaluate(_ expression: Expression) throws -> Value {
        switch expression.kind {
        case .column(let parts): return row[parts.joined(separator: ".")] ?? .null
        case .literal(let value): return value
        case .timestamp(let text, _): return .timestamp(TimestampText.time(of: text) ?? 0)
        case .unary(.not, let operand):
            return truth(try evaluate(operand)).map { .bool(!$0) } ?? .null
        case .unary(.minus, let operand):
            guard case .int64(let value) = try evaluate(operand) else { return .null }
            return try checked(Int64(0).subtractingReportingOverflow(value))
        case .binary(let operation, let left, let right):
            return try binary(operation, try evaluate(left), try evaluate(right))
        case .and(let terms): return try logic(terms, decisive: false)
        case .or(let terms): return try logic(terms, decisive: true)
        case .test(let operand, let test, let isNegated):
            let value = try evaluate(operand)
            let result: Bool
            switch test {
            case .null: result = value == .null
            case .true: result = value == .bool(true)
            case .false: result = value == .bool(false)
            }
            return .bool(result != isNegated)
        case .inList(let operand, let items, let isNegated):
            let value = try evaluate(operand)
            var found: Bool? = false
            for item in items {
                let candidate = try evaluate(item)
                if value == .null || candidate == .null {
                    if found == false { found = nil }
                } else if value == candidate {
                    found = true
                }
            }
            return found.map { .bool($0 != isNegated) } ?? .null
        case .inQuery, .query: throw NoValue()
        case .between(let operand, let lower, let upper, let isNegated):
            let value = try evaluate(operand)
            let low = truth(try binary(.greaterOrEqual, value, try evaluate(lower)))
            let high = truth(try binary(.lessOrEqual, value, try evaluate(upper)))
            if low == false || high == false { return .bool(isNegated) }
            return low == nil || high == nil ? .null : .bool(!isNegated)
        case .like(let operand, let pattern, _, let isNegated):
            guard case .string(let text) = try evaluate(operand),
                case .string(let pattern) = try evaluate(pattern)
            else { return .null }
            return .bool(like(Array(text), Array(pattern)[...]) != isNegated)
        case .conditional(_, let branches, let otherwise):
            for branch in branches where try evaluate(branch.condition) == .bool(true) {
                return try evaluate(branch.value)
            }
            return try otherwise.map { try evaluate($0) } ?? .null
        case .call(let call):
            return try function(call.name, call.arguments.map { try evaluate($0) })
        case .interval, .parameter, .cast: throw NoValue()
        }
    }

    private func truth(_ value: Value) -> Bool? {
        if case .bool(let value) = value { value } else { nil }
    }

    private func checked(_ result: (partialValue: Int64, overflow: Bool)) throws -> Value {
        guard !result.overflow else { throw NoValue() }
        return .int64(result.partialValue)
    }

    private func logic(_ terms: [Expression], decisive: Bool) throws -> Value {
        var hasNull = false
        for term in terms {
            guard let value = truth(try evaluate(term)) else {
                hasNull = true
                continue
            }
            if value == decisive { return .bool(decisive) }
        }
        return hasNull ? .null : .bool(!decisive)
    }

    private func binary(_ operation: BinaryOperator, _ a: Value, _ b: Value) throws -> Value {
        switch (a, b) {
        case (.int64(let a), .int64(let b)):
            switch operation {
            case .add: return try checked(a.addingReportingOverflow(b))
            case .subtract: return try checked(a.subtractingReportingOverflow(b))
            case .multiply: return try checked(a.multipliedReportingOverflow(by: b))
            case .remainder:
                guard b != 0 else { throw NoValue() }
                return .int64(a % b)
            default: return .bool(compare(a, b, operation))
            }
        case (.timestamp(let a), .timestamp(let b)): return .bool(compare(a, b, operation))
        case (.string(let a), .string(let b)):
            if operation == .concatenate { return .string(a + b) }
            return .bool(compare(SortedText(text: a), SortedText(text: b), operation))
        default: return .null
        }
    }

    private struct SortedText: Comparable {
        let text: String
        static func < (a: Self, b: Self) -> Bool {
            a.text.unicodeScalars.map(\.value).lexicographicallyPrecedes(
                b.text.unicodeScalars.map(\.value))
        }
    }

    private func compare<T: Comparable>(_ a: T, _ b: T, _ operation: BinaryOperator) -> Bool {
        switch operation {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        default: a >= b
        }
    }

    private func like(_ text: [Character], _ pattern: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        let rest = pattern.dropFirst()
        if first == "%" {
            return (0...text.count).contains { like(Array(text.dropFirst($0)), rest) }
        }
        guard let next = text.first, first == "_" || first == next else { return false }
        return like(Array(text.dropFirst()), rest)
    }

    private func function(_ name: String, _ arguments: [Value]) throws -> Value {
        switch (name, arguments[0]) {
        case ("coalesce", _): return arguments.first { $0 != .null } ?? .null
        case ("nullif", _):
            return arguments[0] == arguments[1] && arguments[0] != .null ? .null : arguments[0]
        case ("upper", .string(let text)): return .string(text.uppercased())
        case ("length", .string(let text)): return .int64(Int64(text.unicodeScalars.count))
        default: return .null
        }
    }
}
