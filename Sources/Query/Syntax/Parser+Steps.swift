/// The steps of a pipe and the SELECT statement.
extension Parser {
    /// One step, after its `|>`.
    mutating func step() throws(QueryError) -> Step {
        let keyword = token.keyword
        switch keyword {
        case "WHERE":
            advance()
            return .filter(try expression())
        case "SELECT":
            advance()
            let isDistinct = accept(keyword: "DISTINCT")
            return .select(try selectItems(), isDistinct: isDistinct)
        case "EXTEND":
            advance()
            return .extend(try selectItems())
        case "SET":
            advance()
            return .set(
                try list { (parser: inout Parser) throws(QueryError) in
                    try parser.assignment()
                })
        case "DROP":
            advance()
            return .drop(
                try list { (parser: inout Parser) throws(QueryError) in
                    try parser.columnName("a column")
                })
        case "RENAME":
            advance()
            return .rename(
                try list { (parser: inout Parser) throws(QueryError) in try parser.renaming() })
        case "AGGREGATE":
            advance()
            return try aggregateStep()
        case "ORDER":
            return .orderBy(try orderBy())
        case "LIMIT":
            return .limit(try limit())
        case "DISTINCT":
            let range = token.range
            advance()
            return .distinct(on: try accept(keyword: "ON") ? distinctKeys() : [], range)
        case "AS":
            advance()
            return .alias(try identifier("a name after AS"))
        case "UNION":
            return try unionStep()
        case "INTERSECT", "EXCEPT", "TABLESAMPLE", "PIVOT", "UNPIVOT", "CALL", "WINDOW", "WITH":
            throw unsupported("|> \(keyword)")
        case "QUALIFY":
            throw expected(
                "WHERE, SELECT, EXTEND, AGGREGATE, ORDER BY, LIMIT … after |>",
                hint: "write |> EXTEND … OVER (…) AS name |> WHERE name …")
        default:
            if let join = try joinIfPresent() { return .join(join) }
            var hint: String?
            if keyword == "GROUP" || keyword == "HAVING" {
                hint =
                    keyword == "GROUP"
                    ? "write |> AGGREGATE … GROUP BY …" : "write |> WHERE after the AGGREGATE"
            } else {
                hint = EditDistance.nearest(to: keyword, among: Self.stepKeywords.sorted())
                    .map { "did you mean \($0)?" }
            }
            throw expected(
                "WHERE, SELECT, EXTEND, AGGREGATE, ORDER BY, LIMIT … after |>", hint: hint)
        }
    }

    private mutating func aggregateStep() throws(QueryError) -> Step {
        let items = token.keyword == "GROUP" ? [] : try selectItems()
        var keys: [SelectItem] = []
        var sets: GroupingSets?
        if accept(keyword: "GROUP") {
            try expect(keyword: "BY")
            let grouping = try groupingSets { (parser: inout Parser) throws(QueryError) in
                let content = SelectItem.Content.expression(try parser.expression())
                return SelectItem(content: content, alias: try parser.optionalAlias())
            }
            if let grouping {
                (keys, sets) = grouping
            } else {
                keys = try selectItems()
            }
        }
        return .aggregate(items, groupBy: keys, sets: sets, fill: keys.isEmpty ? nil : try fill())
    }

    private mutating func distinctKeys() throws(QueryError) -> [Expression] {
        try expect(symbol: "(")
        let keys = try list { (parser: inout Parser) throws(QueryError) in
            try parser.expression()
        }
        try expect(symbol: ")")
        return keys
    }

    private mutating func renaming() throws(QueryError) -> Renaming {
        let column = try columnName("a column")
        try expect(keyword: "AS")
        return Renaming(column: column, name: try identifier("a name after AS"))
    }

    private mutating func assignment() throws(QueryError) -> Assignment {
        let column = try columnName("a column")
        try expect(symbol: "=")
        return Assignment(column: column, value: try expression())
    }

    /// `* EXCEPT (…)` and its kin are steps of their own here.
    private func refuseStarChange() throws(QueryError) {
        guard following.kind == .symbol("(") else { return }
        switch token.keyword {
        case "EXCEPT", "EXCLUDE":
            throw expected("|> or `,` after *", hint: "write SELECT * … |> DROP column, …")
        case "REPLACE":
            throw expected("|> or `,` after *", hint: "write SELECT * … |> SET column = …, …")
        default: return
        }
    }

    mutating func selectItems() throws(QueryError) -> [SelectItem] {
        var items: [SelectItem] = []
        repeat {
            // A comma at the end of a pipe's list is welcome: lines can then be moved about.
            if !items.isEmpty, [.symbol("|>"), .symbol(")"), .end].contains(token.kind) { break }
            guard items.count < limits.listLengthMax else {
                throw QueryError.limit(
                    "this list is too long", name: "listLengthMax", value: "\(limits.listLengthMax)"
                ).located(at: token.range)
            }
            if token.kind == .symbol("*") {
                items.append(SelectItem(content: .allColumns(token.range)))
                advance()
                try refuseStarChange()
            } else {
                let content = SelectItem.Content.expression(try expression())
                items.append(SelectItem(content: content, alias: try optionalAlias()))
            }
        } while accept(symbol: ",")
        return items
    }

    mutating func selectStatement() throws(QueryError) -> SelectStatement {
        try expect(keyword: "SELECT")
        var select = SelectStatement()
        select.isDistinct = accept(keyword: "DISTINCT")
        select.items = try selectItems()
        if accept(keyword: "FROM") { select.from = try source() }
        if accept(keyword: "WHERE") { select.condition = try expression() }
        if accept(keyword: "GROUP") {
            try expect(keyword: "BY")
            try groupBy(&select)
            if isAtFill { throw noFill("FILL in a SELECT") }
        }
        if accept(keyword: "HAVING") { select.having = try expression() }
        if token.keyword == "ORDER" { select.orderBy = try orderBy() }
        if token.keyword == "LIMIT" { select.limit = try limit() }
        return select
    }

    private mutating func groupBy(_ select: inout SelectStatement) throws(QueryError) {
        let grouping = try groupingSets { (parser: inout Parser) throws(QueryError) in
            SelectItem(content: .expression(try parser.expression()))
        }
        if let grouping {
            select.sets = grouping.sets
            select.groupBy = grouping.keys.compactMap {
                if case .expression(let expression) = $0.content { expression } else { nil }
            }
        } else {
            select.groupBy = try list { (parser: inout Parser) throws(QueryError) in
                try parser.expression()
            }
        }
    }

    mutating func orderBy() throws(QueryError) -> [Ordering] {
        try expect(keyword: "ORDER")
        try expect(keyword: "BY")
        return try list { (parser: inout Parser) throws(QueryError) in try parser.ordering() }
    }

    private mutating func ordering() throws(QueryError) -> Ordering {
        var ordering = Ordering(expression: try expression())
        if accept(keyword: "DESC") {
            ordering.isDescending = true
        } else {
            _ = accept(keyword: "ASC")
        }
        if accept(keyword: "NULLS") {
            if accept(keyword: "FIRST") {
                ordering.nullsFirst = true
            } else if accept(keyword: "LAST") {
                ordering.nullsFirst = false
            } else {
                throw expected("FIRST or LAST after NULLS")
            }
        }
        if token.keyword == "WITH", following.keyword == "FILL" { throw noFill("WITH FILL") }
        return ordering
    }

    mutating func limit() throws(QueryError) -> Limit {
        try expect(keyword: "LIMIT")
        var limit = Limit(range: token.range, count: try integer("a number of rows after LIMIT"))
        if accept(keyword: "OFFSET") { limit.offset = try integer("a number of rows after OFFSET") }
        if token.kind == .symbol(",") {
            throw expected("|> or the end of the query", hint: "write LIMIT n OFFSET m")
        }
        return limit
    }
}
