/// Queries within queries: WITH, parentheses, UNION ALL, joins.
extension Parser {
    mutating func query() throws(QueryError) -> Query {
        let definitions = token.keyword == "WITH" ? try self.definitions() : []
        var query = Query(definitions: definitions, body: try body())
        while accept(symbol: "|>") { query.steps.append(try step()) }
        return query
    }

    /// A query in parentheses.
    mutating func nestedQuery() throws(QueryError) -> Query {
        try expect(symbol: "(")
        let query = try nested { (parser: inout Parser) throws(QueryError) in try parser.query() }
        guard accept(symbol: ")") else {
            throw expected(query.steps.isEmpty ? "|> or `)`" : "`)`", hint: hintForRest)
        }
        return query
    }

    /// Whether a query in parentheses begins here.
    var isAtNestedQuery: Bool {
        token.kind == .symbol("(") && ["SELECT", "FROM", "WITH"].contains(following.keyword)
    }

    private mutating func definitions() throws(QueryError) -> [Query.Definition] {
        try expect(keyword: "WITH")
        if token.keyword == "RECURSIVE" { throw unsupported("WITH RECURSIVE") }
        return try list { (parser: inout Parser) throws(QueryError) in
            let range = parser.token.range
            let name = try parser.identifier("a name after WITH")
            try parser.expect(keyword: "AS")
            return Query.Definition(name: name, query: try parser.nestedQuery(), range: range)
        }
    }

    private mutating func body() throws(QueryError) -> Query.Body {
        let start = token.range
        let first = try term()
        guard token.keyword == "UNION" else { return first }
        var terms = [first]
        while accept(keyword: "UNION") {
            try expectAll()
            guard terms.count < limits.listLengthMax else {
                throw QueryError.limit(
                    "this union is too long", name: "listLengthMax",
                    value: "\(limits.listLengthMax)"
                ).located(at: token.range)
            }
            terms.append(try term())
        }
        try moveOrder(outOf: &terms)
        return .union(terms, start)
    }

    private mutating func expectAll() throws(QueryError) {
        guard accept(keyword: "ALL") else {
            throw expected("ALL after UNION", hint: "UNION ALL … |> DISTINCT makes rows distinct")
        }
    }

    private mutating func term() throws(QueryError) -> Query.Body {
        if token.kind == .symbol("(") { return .nested(try nestedQuery()) }
        if accept(keyword: "FROM") { return .from(try source()) }
        guard token.keyword == "SELECT" else { throw expected("FROM or SELECT") }
        return .select(try selectStatement())
    }

    /// Standard SQL: an ORDER BY or LIMIT after the last SELECT would be about the whole union, which
    /// is easily overlooked. It is asked to be said.
    private func moveOrder(outOf terms: inout [Query.Body]) throws(QueryError) {
        for term in terms {
            guard case .select(let select) = term,
                let range = select.orderBy.first?.expression.range ?? select.limit?.range
            else { continue }
            throw QueryError(
                .syntax, "ORDER BY and LIMIT beside UNION ALL could be about one part or about all",
                at: range, hint: "write … UNION ALL … |> ORDER BY …, or put the part in parentheses"
            )
        }
    }

    // MARK: - FROM

    mutating func source() throws(QueryError) -> Source {
        var source = try factor()
        while let join = try joinIfPresent() { source = .join(source, join) }
        if token.kind == .symbol(",") {
            throw expected(
                "|> or the end of the query", hint: "write CROSS JOIN instead of a comma")
        }
        return source
    }

    private mutating func factor() throws(QueryError) -> Source {
        let first = token.range
        if token.kind == .symbol("(") {
            let query = try nestedQuery()
            let range = first.joined(with: token.range)
            return .query(query, alias: try optionalAlias(), range)
        }
        let name = try columnName("a table's name")
        var reference = TableReference(
            name: name.parts.joined(separator: "."), range: first.joined(with: name.range))
        if token.kind == .symbol("(") { reference.options = try tableOptions() }
        reference.alias = try optionalAlias()
        return .table(reference)
    }

    /// `[INNER | LEFT [OUTER] | CROSS] JOIN source [ON condition | USING (columns)]`
    mutating func joinIfPresent() throws(QueryError) -> Join? {
        let range = token.range
        let kind: Join.Kind
        switch token.keyword {
        case "JOIN": kind = .inner
        case "INNER": kind = .inner
        case "LEFT": kind = .left
        case "CROSS": kind = .cross
        case "RIGHT", "FULL":
            throw QueryError(
                .unsupported, "\(token.keyword) JOIN is not supported", at: range,
                hint: "LEFT JOIN keeps all rows of what stands first")
        default: return nil
        }
        if token.keyword != "JOIN" {
            advance()
            if kind == .left { _ = accept(keyword: "OUTER") }
        }
        try expect(keyword: "JOIN")
        let source = try factor()
        var condition = Join.Condition.none
        if kind != .cross {
            if accept(keyword: "ON") {
                condition = .on(try expression())
            } else if accept(keyword: "USING") {
                try expect(symbol: "(")
                condition = .using(
                    try list { (parser: inout Parser) throws(QueryError) in
                        try parser.columnName("a column of both sides")
                    })
                try expect(symbol: ")")
            } else {
                throw expected("ON or USING after what is joined", hint: joinHint(kind))
            }
        }
        return Join(kind: kind, source: source, condition: condition, range: range)
    }

    private func joinHint(_ kind: Join.Kind) -> String? {
        kind == .inner ? "CROSS JOIN pairs every row with every other" : nil
    }

    /// `UNION ALL (query), …` as a step.
    mutating func unionStep() throws(QueryError) -> Step {
        let range = token.range
        try expect(keyword: "UNION")
        try expectAll()
        let queries = try list { (parser: inout Parser) throws(QueryError) in
            guard parser.token.kind == .symbol("(") else {
                throw parser.expected("a query in parentheses after UNION ALL")
            }
            return try parser.nestedQuery()
        }
        return .union(queries, range)
    }
}
