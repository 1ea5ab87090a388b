/// Turns tokens into a `Query`. Knows the grammar and nothing of tables or types.
///
/// ```
/// text   = [EXPLAIN [ANALYZE]] query [";"]
/// query  = [WITH name AS "(" query ")", …] body { "|>" step }
/// body   = term { UNION ALL term }
/// term   = FROM source | SELECT … | "(" query ")"
/// source = (table [options] | "(" query ")") [AS name] { [INNER | LEFT | CROSS] JOIN … }
/// ```
/// Recursive descent; the depth of nesting and the height of expressions are bounded.
struct Parser {
    let limits: QueryLimits
    private let tokens: [Token]
    private var position = 0
    /// Parentheses, calls and CASEs that are open.
    var nesting = 0

    static func parse(_ text: String, limits: QueryLimits) throws(QueryError) -> Query {
        guard text.utf8.count <= limits.textSizeMax else {
            throw .limit(
                "the query has \(text.utf8.count) bytes", name: "textSizeMax",
                value: "\(limits.textSizeMax) bytes")
        }
        var parser = Parser(limits: limits, tokens: try Lexer.tokens(of: text))
        return try parser.text()
    }

    /// Reads what may stand behind WHERE, and nothing else.
    static func parseCondition(
        _ text: String, limits: QueryLimits
    ) throws(QueryError) -> Expression {
        guard text.utf8.count <= limits.textSizeMax else {
            throw .limit(
                "the condition has \(text.utf8.count) bytes", name: "textSizeMax",
                value: "\(limits.textSizeMax) bytes")
        }
        var parser = Parser(limits: limits, tokens: try Lexer.tokens(of: text))
        let condition = try parser.expression()
        guard parser.token.kind == .end else {
            throw parser.expected("the end of the condition", hint: parser.hintForRest)
        }
        return condition
    }

    private init(limits: QueryLimits, tokens: [Token]) {
        self.limits = limits
        self.tokens = tokens
    }

    private mutating func text() throws(QueryError) -> Query {
        var explanation = Query.Explanation.none
        if accept(keyword: "EXPLAIN") {
            explanation = accept(keyword: "ANALYZE") ? .analyze : .plan
        }
        var query = try query()
        query.explanation = explanation
        _ = accept(symbol: ";")
        guard token.kind == .end else {
            if ["INTERSECT", "EXCEPT"].contains(token.keyword) { throw unsupported(token.keyword) }
            var error = expected("|> or the end of the query")
            error.hint = hintForRest
            throw error
        }
        return query
    }

    /// What may help with text that the query cannot go on with.
    var hintForRest: String? {
        if Self.stepKeywords.contains(token.keyword) { return "write |> before \(token.keyword)" }
        if token.kind == .symbol("=>") { return "write >= to compare" }
        switch token.keyword {
        case "ILIKE": return "write lower(text) LIKE 'pattern'"
        case "OFFSET": return "write LIMIT n OFFSET m"
        case "QUALIFY": return "write |> EXTEND … OVER (…) AS name |> WHERE name …"
        case "UNION": return "write |> UNION ALL (query)"
        case "FILL": return "FILL stands behind the keys of |> AGGREGATE … GROUP BY"
        default: return nil
        }
    }

    static let stepKeywords: Set<String> = [
        "WHERE", "SELECT", "EXTEND", "SET", "DROP", "RENAME", "AGGREGATE", "ORDER", "LIMIT",
        "DISTINCT", "AS", "JOIN", "LEFT", "CROSS", "INNER", "UNION",
    ]

    // MARK: - Tokens

    var token: Token { tokens[position] }
    var following: Token { tokens[min(position + 1, tokens.count - 1)] }

    mutating func advance() {
        if position + 1 < tokens.count { position += 1 }
    }

    mutating func accept(keyword: String) -> Bool {
        guard token.keyword == keyword else { return false }
        advance()
        return true
    }

    mutating func accept(symbol: String) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func expect(keyword: String) throws(QueryError) {
        guard accept(keyword: keyword) else { throw expected(keyword) }
    }

    mutating func expect(symbol: String) throws(QueryError) {
        guard accept(symbol: symbol) else { throw expected("`\(symbol)`") }
    }

    /// A name after AS, or a bare one if it cannot be a keyword.
    mutating func optionalAlias() throws(QueryError) -> String? {
        if accept(keyword: "AS") { return try identifier("a name after AS") }
        switch token.kind {
        case .quotedName: return try identifier("a name")
        case .word where !Reserved.contains(token.keyword) && !isAtFill:
            return try identifier("a name")
        default: return nil
        }
    }

    mutating func identifier(_ what: String) throws(QueryError) -> String {
        switch token.kind {
        case .word(let text):
            guard !Reserved.contains(token.keyword) else {
                throw expected(what, hint: "`\(text)` is a keyword; in backquotes it is a name")
            }
            advance()
            return text
        case .quotedName(let text):
            advance()
            return text
        default:
            throw expected(what)
        }
    }

    mutating func columnName(_ what: String) throws(QueryError) -> ColumnName {
        var range = token.range
        var parts = [try identifier(what)]
        while token.kind == .symbol(".") {
            advance()
            range = range.joined(with: token.range)
            // After a point even a keyword can only be a name.
            if case .word(let text) = token.kind {
                parts.append(text)
                advance()
            } else {
                parts.append(try identifier("a name after `.`"))
            }
        }
        return ColumnName(parts: parts, range: range)
    }

    mutating func integer(_ what: String) throws(QueryError) -> Int {
        guard case .integer(let text) = token.kind else { throw expected(what) }
        guard let value = Int(text) else {
            throw QueryError(.syntax, "`\(text)` is too large", at: token.range)
        }
        advance()
        return value
    }

    mutating func list<Item>(
        _ item: (inout Parser) throws(QueryError) -> Item
    ) throws(QueryError) -> [Item] {
        var items = [try item(&self)]
        while accept(symbol: ",") {
            guard items.count < limits.listLengthMax else {
                throw QueryError.limit(
                    "this list is too long", name: "listLengthMax", value: "\(limits.listLengthMax)"
                ).located(at: token.range)
            }
            items.append(try item(&self))
        }
        return items
    }

    // MARK: - Errors

    func expected(_ what: String, hint: String? = nil) -> QueryError {
        QueryError(
            .syntax, "expected \(what), found \(token.summary)", at: token.range, hint: hint)
    }

    func unsupported(_ what: String) -> QueryError {
        QueryError(.unsupported, "\(what) is not supported", at: token.range)
    }
}

/// Words that are no names unless they are quoted.
enum Reserved {
    static func contains(_ keyword: String) -> Bool { words.contains(keyword) }

    static let words: Set<String> = [
        "AND", "AS", "ASC", "BETWEEN", "BY", "CASE", "CROSS", "DESC", "DISTINCT", "ELSE", "END",
        "EXCEPT", "FALSE", "FROM", "FULL", "GROUP", "HAVING", "IN", "INNER", "INTERSECT", "IS",
        "JOIN", "LEFT", "LIKE", "LIMIT", "NOT", "NULL", "OFFSET", "ON", "OR", "ORDER", "RIGHT",
        "SELECT", "THEN", "TRUE", "UNION", "USING", "WHEN", "WHERE", "WITH",
    ]
}

extension QueryError {
    /// - Parameter name: the property of `QueryLimits` to raise.
    static func limit(_ what: String, name: String, value: String) -> QueryError {
        QueryError(
            .limit, "\(what); the limit is \(value)",
            hint: "raise `\(name)` in the query limits, or ask for less")
    }
}
