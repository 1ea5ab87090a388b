import Columns

/// Expressions, by rising precedence:
/// `OR` < `AND` < `NOT` < comparison, IS, IN, BETWEEN, LIKE < `+ - ||` < `* / %` < unary `-`.
extension Parser {
    mutating func expression() throws(QueryError) -> Expression {
        try nested { (parser: inout Parser) throws(QueryError) in try parser.disjunction() }
    }

    /// Counts a level of nesting while `body` runs.
    mutating func nested<Part>(
        _ body: (inout Parser) throws(QueryError) -> Part
    ) throws(QueryError) -> Part {
        guard nesting < limits.nestingMax else {
            throw QueryError.limit(
                "the query is nested too deep", name: "nestingMax",
                value: "\(limits.nestingMax) levels"
            ).located(at: token.range)
        }
        nesting += 1
        defer { nesting -= 1 }
        return try body(&self)
    }

    func make(
        _ kind: Expression.Kind, over children: [Expression], from start: SourceRange
    ) throws(QueryError) -> Expression {
        var range = start
        var height = 0
        for child in children {
            range = range.joined(with: child.range)
            height = max(height, child.height)
        }
        guard height < limits.expressionHeightMax else {
            throw QueryError.limit(
                "the expression has too many operators on top of each other",
                name: "expressionHeightMax", value: "\(limits.expressionHeightMax)"
            ).located(at: range)
        }
        return Expression(kind: kind, range: range, height: height + 1)
    }

    private mutating func disjunction() throws(QueryError) -> Expression {
        let first = try conjunction()
        guard token.keyword == "OR" else { return first }
        var terms = [first]
        while accept(keyword: "OR") { terms.append(try conjunction()) }
        return try make(.or(terms), over: terms, from: first.range)
    }

    private mutating func conjunction() throws(QueryError) -> Expression {
        let first = try negation()
        guard token.keyword == "AND" else { return first }
        var terms = [first]
        while accept(keyword: "AND") { terms.append(try negation()) }
        return try make(.and(terms), over: terms, from: first.range)
    }

    private mutating func negation() throws(QueryError) -> Expression {
        let start = token.range
        guard accept(keyword: "NOT") else { return try comparison() }
        let operand = try nested { (parser: inout Parser) throws(QueryError) in
            try parser.negation()
        }
        return try make(.unary(.not, operand), over: [operand], from: start)
    }

    private static let comparisons: [String: BinaryOperator] = [
        "=": .equal, "<>": .notEqual, "!=": .notEqual, "<": .less, "<=": .lessOrEqual,
        ">": .greater, ">=": .greaterOrEqual,
    ]

    private mutating func comparison() throws(QueryError) -> Expression {
        var left = try sum()
        if case .symbol(let symbol) = token.kind, let operation = Self.comparisons[symbol] {
            advance()
            if symbol == "=", token.kind == .symbol("=") {
                throw expected("an expression", hint: "equality is written with one =")
            }
            let right = try sum()
            left = try make(.binary(operation, left, right), over: [left, right], from: left.range)
            if case .symbol(let next) = token.kind, Self.comparisons[next] != nil {
                throw QueryError(
                    .syntax, "comparisons cannot be chained", at: token.range,
                    hint: "join two comparisons with AND")
            }
        }
        while let tested = try test(of: left) { left = tested }
        return left
    }

    /// `IS …`, `IN …`, `BETWEEN …`, `LIKE …` after `left`; `nil` if none of them follows.
    private mutating func test(of left: Expression) throws(QueryError) -> Expression? {
        if accept(keyword: "IS") {
            let isNegated = accept(keyword: "NOT")
            guard let test = TruthTest(rawValue: token.keyword) else {
                throw expected("NULL, TRUE or FALSE after IS")
            }
            let end = token.range
            advance()
            return try make(
                .test(left, test, isNegated: isNegated), over: [left],
                from: left.range.joined(with: end))
        }
        let isNegated =
            token.keyword == "NOT" && ["IN", "BETWEEN", "LIKE"].contains(following.keyword)
        if isNegated { advance() }
        if accept(keyword: "IN") {
            if isAtNestedQuery {
                let query = try nestedQuery()
                return try make(
                    .inQuery(left, query, isNegated: isNegated), over: [left], from: left.range)
            }
            try expect(symbol: "(")
            let items = try list { (parser: inout Parser) throws(QueryError) in
                try parser.expression()
            }
            let end = token.range
            try expect(symbol: ")")
            return try make(
                .inList(left, items, isNegated: isNegated), over: [left] + items,
                from: left.range.joined(with: end))
        }
        if accept(keyword: "BETWEEN") {
            let lower = try sum()
            try expect(keyword: "AND")
            let upper = try sum()
            return try make(
                .between(left, lower, upper, isNegated: isNegated), over: [left, lower, upper],
                from: left.range)
        }
        if accept(keyword: "LIKE") {
            let pattern = try sum()
            let escape = accept(keyword: "ESCAPE") ? try sum() : nil
            return try make(
                .like(left, pattern, escape: escape, isNegated: isNegated),
                over: [left, pattern] + (escape.map { [$0] } ?? []), from: left.range)
        }
        return nil
    }

    private mutating func sum() throws(QueryError) -> Expression {
        var left = try product()
        while case .symbol(let symbol) = token.kind, ["+", "-", "||"].contains(symbol),
            let operation = BinaryOperator(rawValue: symbol)
        {
            advance()
            let right = try product()
            left = try make(.binary(operation, left, right), over: [left, right], from: left.range)
        }
        return left
    }

    private mutating func product() throws(QueryError) -> Expression {
        var left = try signed()
        while case .symbol(let symbol) = token.kind, ["*", "/", "%"].contains(symbol),
            let operation = BinaryOperator(rawValue: symbol)
        {
            advance()
            let right = try signed()
            left = try make(.binary(operation, left, right), over: [left, right], from: left.range)
        }
        return left
    }

    private mutating func signed() throws(QueryError) -> Expression {
        let start = token.range
        if accept(symbol: "+") {
            return try nested { (parser: inout Parser) throws(QueryError) in try parser.signed() }
        }
        guard accept(symbol: "-") else { return try zoned() }
        // The sign belongs to the literal: -9223372036854775808 has no positive counterpart.
        if let value = try number(isNegative: true) {
            let range = start.joined(with: token.range)
            advance()
            return try make(.literal(value), over: [], from: range)
        }
        let operand = try nested { (parser: inout Parser) throws(QueryError) in
            try parser.signed()
        }
        return try make(.unary(.minus, operand), over: [operand], from: start)
    }

    /// `ts AT TIME ZONE 'Europe/Berlin'` is a call of `from_utc_timestamp`.
    private mutating func zoned() throws(QueryError) -> Expression {
        var operand = try primary()
        while token.keyword == "AT", following.keyword == "TIME" {
            let name = token.range
            advance()
            advance()
            try expect(keyword: "ZONE")
            let zone = try primary()
            let call = Expression.Call(
                name: "from_utc_timestamp", nameRange: name, arguments: [operand, zone])
            operand = try make(.call(call), over: [operand, zone], from: operand.range)
        }
        return operand
    }

    /// The value of the number at hand, without moving on; `nil` if it is none.
    func number(isNegative: Bool) throws(QueryError) -> Value? {
        let sign = isNegative ? "-" : ""
        switch token.kind {
        case .integer(let text):
            guard let value = Int64(sign + text) else {
                throw QueryError(
                    .syntax, "the integer `\(text)` does not fit 64 bits", at: token.range,
                    hint: "write \(text).0 for a double")
            }
            return .int64(value)
        case .decimal(let text):
            let padded = text.first == "." ? "0" + text : text
            guard let value = Double(sign + padded), value.isFinite else {
                throw QueryError(.syntax, "the number `\(text)` is too large", at: token.range)
            }
            return .double(value)
        default:
            return nil
        }
    }
}
