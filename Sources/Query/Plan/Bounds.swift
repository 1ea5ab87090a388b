import Columns

/// What a condition says about a single column, for pruning. Always necessary, not always sufficient.
enum Bounds {
    /// Values of a subquery that are looked for in the statistics of segments; beyond, most would match.
    private static let memberCountMax = 1_000

    /// - Parameter columns: positions in the table, by position in the scan.
    static func bound(of condition: BoundExpression, columns: [Int]) -> ColumnBound? {
        guard case .call(let function, let arguments, _, _) = condition else {
            if case .or(let terms) = condition { return alternatives(terms, columns) }
            if case .member(.column(let position, _, _), of: .values(let values)) = condition,
                let few = values.values(atMost: memberCountMax)
            {
                return ColumnBound(column: columns[position], .oneOf(few))
            }
            return nil
        }
        if function.name == "not", case .call(let inner, let operands, _, _) = arguments[0],
            inner.name == "is null", case .column(let position, _, _) = operands[0]
        {
            return ColumnBound(column: columns[position], .isNotNull)
        }
        if arguments.count == 2, let bound = truncation(function.name, arguments, columns) {
            return bound
        }
        guard let (position, name, values) = sides(function.name, arguments) else { return nil }
        guard let condition = comparison(name, values) else { return nil }
        return ColumnBound(column: columns[position], condition)
    }

    /// What an OR says about several columns: `a = 1 OR (b = 2 AND c < 3)`. `nil` if it says something about a
    /// single one, which `bound` tells, or nothing.
    static func choice(of condition: BoundExpression, columns: [Int]) -> BoundChoice? {
        guard case .or(let terms) = condition, bound(of: condition, columns: columns) == nil else {
            return nil
        }
        let alternatives = terms.map { term in
            term.conjuncts.compactMap { bound(of: $0, columns: columns) }
        }
        return alternatives.contains { $0.isEmpty } ? nil : BoundChoice(alternatives)
    }

    /// The column, the operator with the column on its left, and the literals.
    private static func sides(
        _ name: String, _ arguments: [BoundExpression]
    ) -> (position: Int, name: String, values: [Value])? {
        if case .column(let position, _, _) = arguments[0] {
            let values = arguments.dropFirst().compactMap(\.literal)
            guard values.count == arguments.count - 1 else { return nil }
            return (position, name, values)
        }
        guard arguments.count == 2, let value = arguments[0].literal,
            case .column(let position, _, _) = arguments[1], let turned = turned[name]
        else { return nil }
        return (position, turned, [value])
    }

    private static let turned = ["=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="]

    private static func comparison(_ name: String, _ values: [Value]) -> ColumnBound.Condition? {
        if name == "is null" { return .isNull }
        guard let value = values.first else { return nil }
        if case .double(let number) = value, number.isNaN { return nil }
        switch name {
        case "in":
            let present = values.filter { $0 != .null }
            return .oneOf(present)
        case "=" where value != .null: return .oneOf([value])
        case "<", "<=": return value == .null ? nil : .range(lower: nil, upper: value)
        case ">", ">=": return value == .null ? nil : .range(lower: value, upper: nil)
        case "like":
            guard case .string(let text) = value else { return nil }
            var escape: Unicode.Scalar?
            if values.count == 2, case .string(let text) = values[1] {
                escape = text.unicodeScalars.first
            }
            return LikePattern(text, escape: escape).flatMap { prefixRange($0.prefix) }
        case "startswith":
            guard case .string(let text) = value else { return nil }
            return prefixRange(text)
        default: return nil
        }
    }

    /// All strings that begin with `prefix`: up to the next string of that length, if there is one.
    private static func prefixRange(_ prefix: String) -> ColumnBound.Condition? {
        guard !prefix.isEmpty else { return nil }
        var scalars = Array(prefix.unicodeScalars)
        var upper: Value?
        while let last = scalars.popLast() {
            let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
            if let successor = Unicode.Scalar(next) {
                scalars.append(successor)
                upper = .string(String(String.UnicodeScalarView(scalars)))
                break
            }
        }
        return .range(lower: .string(prefix), upper: upper)
    }

    /// `date_trunc('day', ts) = literal` and its like say something about `ts` itself, if it is in UTC.
    private static func truncation(
        _ name: String, _ arguments: [BoundExpression], _ columns: [Int]
    ) -> ColumnBound? {
        guard case .call(let function, let inner, _, _) = arguments[0],
            function.name == "date_trunc", inner.count == 2,
            case .timestamp(let time) = arguments[1].literal,
            case .string(let unitName) = inner[0].literal, let unit = TimeUnit(name: unitName),
            case .column(let position, _, _) = inner[1]
        else { return nil }
        let bucket = TimeBuckets(unit).bucket(of: time)
        guard !bucket.isEmpty else { return nil }
        let (start, next) = (bucket.lowerBound, bucket.upperBound)
        let condition: ColumnBound.Condition
        switch name {
        case "=": condition = .range(lower: .timestamp(start), upper: .timestamp(next - 1))
        case ">=", ">": condition = .range(lower: .timestamp(start), upper: nil)
        case "<", "<=": condition = .range(lower: nil, upper: .timestamp(next - 1))
        default: return nil
        }
        return ColumnBound(column: columns[position], condition)
    }

    /// `a = 1 OR a = 2 OR a IN (3, 4)`
    private static func alternatives(
        _ terms: [BoundExpression], _ columns: [Int]
    ) -> ColumnBound? {
        var column: Int?
        var values: [Value] = []
        for term in terms {
            guard let bound = bound(of: term, columns: columns),
                column == nil || column == bound.column,
                case .oneOf(let more) = bound.condition
            else { return nil }
            column = bound.column
            values += more
        }
        return column.map { ColumnBound(column: $0, .oneOf(values)) }
    }
}
