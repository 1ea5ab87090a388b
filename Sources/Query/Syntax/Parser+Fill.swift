/// `FILL value [FROM ts TO ts]` behind the keys of a grouping.
extension Parser {
    /// Whether FILL is the clause here and no name: nothing else goes on with a value.
    var isAtFill: Bool {
        guard token.keyword == "FILL" else { return false }
        switch following.kind {
        case .integer, .decimal, .string, .parameter, .symbol("-"): return true
        case .word:
            return ["NULL", "TRUE", "FALSE", "TIMESTAMP", "DATE", "CAST"]
                .contains(following.keyword)
        case .quotedName, .symbol, .end: return false
        }
    }

    mutating func fill() throws(QueryError) -> Fill? {
        let range = token.range
        guard accept(keyword: "FILL") else { return nil }
        var fill = Fill(value: try expression(), range: range)
        if accept(keyword: "FROM") {
            let from = try expression()
            try expect(keyword: "TO")
            fill.times = Fill.Times(from: from, to: try expression())
        }
        return fill
    }

    /// FILL where there is none: in a SELECT, and as ClickHouse writes it.
    func noFill(_ what: String) -> QueryError {
        QueryError(
            .unsupported, "\(what) is not supported", at: token.range,
            hint: "write |> AGGREGATE … GROUP BY time_bucket(…) AS t FILL 0 [FROM … TO …]")
    }
}
