import Columns

/// Literals, names, calls and everything in parentheses.
extension Parser {
    mutating func primary() throws(QueryError) -> Expression {
        let start = token.range
        if let value = try number(isNegative: false) {
            advance()
            return try make(.literal(value), over: [], from: start)
        }
        switch token.kind {
        case .string(let text):
            advance()
            return try make(.literal(.string(text)), over: [], from: start)
        case .parameter(let name):
            advance()
            return try make(.parameter(name), over: [], from: start)
        case .symbol("("):
            if isAtNestedQuery {
                let query = try nestedQuery()
                return try make(.query(query), over: [], from: start)
            }
            advance()
            let inner = try expression()
            try expect(symbol: ")")
            return inner
        case .word:
            if let special = try keywordExpression() { return special }
            return try nameOrCall()
        case .quotedName:
            return try nameOrCall()
        case .integer, .decimal, .symbol, .end:
            throw expected("an expression")
        }
    }

    /// Expressions that begin with a word of their own; `nil` if the word is a name.
    private mutating func keywordExpression() throws(QueryError) -> Expression? {
        let start = token.range
        switch token.keyword {
        case "NULL":
            advance()
            return try make(.literal(.null), over: [], from: start)
        case "TRUE", "FALSE":
            let value = token.keyword == "TRUE"
            advance()
            return try make(.literal(.bool(value)), over: [], from: start)
        case "CASE":
            return try conditional()
        case "CAST", "TRY_CAST":
            guard following.kind == .symbol("(") else { return nil }
            return try cast()
        case "EXTRACT":
            guard following.kind == .symbol("(") else { return nil }
            return try extract()
        case "EXISTS":
            guard following.kind == .symbol("(") else { return nil }
            throw unsupported("EXISTS")
        case "TIMESTAMP", "DATE":
            guard case .string(let text) = following.kind else { return nil }
            let isDate = token.keyword == "DATE"
            let range = start.joined(with: following.range)
            advance()
            advance()
            return try make(.timestamp(text, isDate: isDate), over: [], from: range)
        case "INTERVAL":
            return try interval()
        case "CURRENT_TIMESTAMP":
            guard following.kind != .symbol("(") else { return nil }
            advance()
            let call = Expression.Call(name: "now", nameRange: start)
            return try make(.call(call), over: [], from: start)
        default:
            return nil
        }
    }

    private mutating func conditional() throws(QueryError) -> Expression {
        let start = token.range
        try expect(keyword: "CASE")
        var children: [Expression] = []
        let operand = token.keyword == "WHEN" ? nil : try expression()
        if let operand { children.append(operand) }
        var branches: [Expression.Branch] = []
        while accept(keyword: "WHEN") {
            let condition = try expression()
            try expect(keyword: "THEN")
            let value = try expression()
            branches.append(Expression.Branch(condition: condition, value: value))
            children += [condition, value]
            guard branches.count < limits.listLengthMax else {
                throw QueryError.limit(
                    "CASE has too many branches", name: "listLengthMax",
                    value: "\(limits.listLengthMax)"
                ).located(at: token.range)
            }
        }
        guard !branches.isEmpty else { throw expected("WHEN") }
        let otherwise = accept(keyword: "ELSE") ? try expression() : nil
        if let otherwise { children.append(otherwise) }
        let end = token.range
        try expect(keyword: "END")
        return try make(
            .conditional(operand: operand, branches, otherwise: otherwise), over: children,
            from: start.joined(with: end))
    }

    private mutating func cast() throws(QueryError) -> Expression {
        let start = token.range
        let isTry = token.keyword == "TRY_CAST"
        advance()
        try expect(symbol: "(")
        let operand = try expression()
        try expect(keyword: "AS")
        let type = try typeName()
        let end = token.range
        try expect(symbol: ")")
        return try make(
            .cast(operand, type, isTry: isTry), over: [operand], from: start.joined(with: end))
    }

    private static let types: [String: ColumnType] = [
        "BIGINT": .int64, "INT64": .int64, "INT": .int64, "INTEGER": .int64, "TEXT": .string,
        "DOUBLE": .double, "FLOAT64": .double,
        "STRING": .string, "VARCHAR": .string, "BOOLEAN": .bool, "BOOL": .bool,
        "TIMESTAMP": .timestamp,
    ]

    private mutating func typeName() throws(QueryError) -> ColumnType {
        guard let type = Self.types[token.keyword] else {
            throw expected("BIGINT, DOUBLE, STRING, BOOLEAN or TIMESTAMP")
        }
        advance()
        return type
    }

    private mutating func extract() throws(QueryError) -> Expression {
        let start = token.range
        let name = start
        advance()
        try expect(symbol: "(")
        guard case .word(let part) = token.kind else { throw expected("a part like HOUR") }
        let partExpression = try make(
            .literal(.string(part.lowercased())), over: [], from: token.range)
        advance()
        try expect(keyword: "FROM")
        let operand = try expression()
        let end = token.range
        try expect(symbol: ")")
        let call = Expression.Call(
            name: "extract", nameRange: name, arguments: [partExpression, operand])
        return try make(.call(call), over: [operand], from: start.joined(with: end))
    }

    /// `INTERVAL 24 HOUR`, `INTERVAL '24' HOUR`, `INTERVAL -1 DAY`.
    private mutating func interval() throws(QueryError) -> Expression? {
        let start = token.range
        let amountText: String
        var sign = ""
        switch following.kind {
        case .integer, .string: advance()
        case .symbol("-"):
            advance()
            advance()
            sign = "-"
        case .parameter(let name):
            advance()
            throw expected(
                "a number after INTERVAL",
                hint: "write it out, or let the parameter be the moment: timestamp >= "
                    + "CAST(@\(name) AS TIMESTAMP)")
        default: return nil
        }
        switch token.kind {
        case .integer(let text), .string(let text): amountText = text
        default: throw expected("a number after INTERVAL")
        }
        guard let amount = Int64(sign + amountText) else {
            throw expected("a whole number after INTERVAL", hint: "as in INTERVAL 24 HOUR")
        }
        advance()
        guard let unit = TimeUnit(name: token.keyword) else {
            throw expected("a unit like MINUTE, HOUR or DAY after the number")
        }
        let range = start.joined(with: token.range)
        advance()
        return try make(.interval(Interval(amount: amount, unit: unit)), over: [], from: range)
    }

    private mutating func nameOrCall() throws(QueryError) -> Expression {
        // `left(…)` and `right(…)` are functions; no other keyword is one.
        if ["LEFT", "RIGHT"].contains(token.keyword), following.kind == .symbol("(") {
            let (name, range) = (token.keyword, token.range)
            advance()
            return try call(name, range)
        }
        if Reserved.contains(token.keyword) { throw expected("an expression") }
        let name = try columnName("a name")
        guard name.parts.count == 1, token.kind == .symbol("(") else {
            return try make(.column(name.parts), over: [], from: name.range)
        }
        return try call(name.parts[0], name.range)
    }

    private mutating func call(
        _ name: String, _ nameRange: SourceRange
    ) throws(QueryError) -> Expression {
        var call = Expression.Call(name: name.lowercased(), nameRange: nameRange)
        try expect(symbol: "(")
        if accept(symbol: "*") {
            call.isStar = true
        } else if token.kind != .symbol(")") {
            call.isDistinct = accept(keyword: "DISTINCT")
            call.arguments = try list { (parser: inout Parser) throws(QueryError) in
                try parser.expression()
            }
        }
        var end = token.range
        try expect(symbol: ")")
        var children = call.arguments
        if token.keyword == "WITHIN", following.keyword == "GROUP" {
            advance()
            advance()
            try expect(symbol: "(")
            let keys = try orderBy()
            guard keys.count == 1 else { throw expected("one ORDER BY expression") }
            call.withinGroup = keys[0]
            children.append(keys[0].expression)
            end = token.range
            try expect(symbol: ")")
        }
        if token.keyword == "FILTER", following.kind == .symbol("(") {
            advance()
            advance()
            try expect(keyword: "WHERE")
            let condition = try expression()
            call.filter = condition
            children.append(condition)
            end = token.range
            try expect(symbol: ")")
        }
        if token.keyword == "OVER" {
            let window = try windowSpecification()
            children += window.partitionBy + window.orderBy.map(\.expression)
            end = window.range
            call.window = window
        }
        return try make(.call(call), over: children, from: nameRange.joined(with: end))
    }
}
