/// Options of a table: `events(identity => as_of, at => TIMESTAMP '2026-11-01')`.
extension Parser {
    mutating func tableOptions() throws(QueryError) -> [TableOption] {
        try expect(symbol: "(")
        let options = try list { (parser: inout Parser) throws(QueryError) in
            try parser.tableOption()
        }
        guard accept(symbol: ")") else { throw expected("`,` or `)`") }
        return options
    }

    private mutating func tableOption() throws(QueryError) -> TableOption {
        let range = token.range
        let name = try identifier("an option such as identity => raw")
        guard accept(symbol: "=>") else {
            throw expected(
                "`=>` after the option's name", hint: "options are written (name => value)")
        }
        return TableOption(name: name, value: try optionValue(), range: range)
    }

    /// `as-of` is a word here, as people write it; everything else is an expression.
    private mutating func optionValue() throws(QueryError) -> Expression {
        guard token.keyword == "AS", following.kind == .symbol("-") else {
            return try expression()
        }
        let start = token.range
        advance()
        advance()
        let end = token.range
        try expect(keyword: "OF")
        return try make(.column(["as_of"]), over: [], from: start.joined(with: end))
    }
}
