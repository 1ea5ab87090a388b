/// `OVER (…)`.
extension Parser {
    mutating func windowSpecification() throws(QueryError) -> WindowSpecification {
        let start = token.range
        try expect(keyword: "OVER")
        guard token.kind == .symbol("(") else {
            throw expected("`(` after OVER", hint: "windows have no names here")
        }
        advance()
        var window = WindowSpecification(range: start)
        if accept(keyword: "PARTITION") {
            try expect(keyword: "BY")
            window.partitionBy = try list { (parser: inout Parser) throws(QueryError) in
                try parser.expression()
            }
        }
        if token.keyword == "ORDER" { window.orderBy = try orderBy() }
        if accept(keyword: "ROWS") {
            window.frame = try rowFrame(start)
        } else if ["RANGE", "GROUPS"].contains(token.keyword) {
            throw QueryError(
                .unsupported, "\(token.keyword) frames are not supported", at: token.range,
                hint: "without a frame it is RANGE UNBOUNDED PRECEDING; else write ROWS BETWEEN …")
        }
        window.range = start.joined(with: token.range)
        guard accept(symbol: ")") else {
            throw expected("PARTITION BY, ORDER BY, ROWS or `)`")
        }
        return window
    }

    /// `BETWEEN start AND end`, or `start` alone, which ends at the row itself.
    private mutating func rowFrame(_ start: SourceRange) throws(QueryError) -> RowFrame {
        guard accept(keyword: "BETWEEN") else {
            return RowFrame(start: try bound(isStart: true), end: .offset(0))
        }
        let first = token.range
        let begin = try bound(isStart: true)
        try expect(keyword: "AND")
        let end = try bound(isStart: false)
        if case .offset(let low) = begin, case .offset(let high) = end, low > high {
            throw QueryError(
                .syntax, "the frame ends before it begins", at: first,
                hint: "as in ROWS BETWEEN 6 PRECEDING AND CURRENT ROW")
        }
        return RowFrame(start: begin, end: end)
    }

    private mutating func bound(isStart: Bool) throws(QueryError) -> RowFrame.Bound {
        if accept(keyword: "CURRENT") {
            try expect(keyword: "ROW")
            return .offset(0)
        }
        if accept(keyword: "UNBOUNDED") {
            let direction = isStart ? "PRECEDING" : "FOLLOWING"
            guard accept(keyword: direction) else {
                throw expected("\(direction) after UNBOUNDED")
            }
            return .unbounded
        }
        let count = try integer("UNBOUNDED, CURRENT ROW or a number of rows")
        guard count <= Int(Int32.max) else {
            throw expected("a smaller number of rows", hint: "or UNBOUNDED")
        }
        if accept(keyword: "PRECEDING") { return .offset(-count) }
        guard accept(keyword: "FOLLOWING") else {
            throw expected("PRECEDING or FOLLOWING")
        }
        return .offset(count)
    }
}
