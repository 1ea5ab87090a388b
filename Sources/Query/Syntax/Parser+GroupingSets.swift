/// `ROLLUP (a, b)`, `CUBE (a, b)` and `GROUPING SETS ((a, b), (a), ())` in the place of keys.
extension Parser {
    typealias KeyParser = (inout Parser) throws(QueryError) -> SelectItem

    /// `nil` if plain keys stand here.
    mutating func groupingSets(
        _ key: KeyParser
    ) throws(QueryError) -> (keys: [SelectItem], sets: GroupingSets)? {
        let range = token.range
        var result: (keys: [SelectItem], sets: GroupingSets)
        if ["ROLLUP", "CUBE"].contains(token.keyword), following.kind == .symbol("(") {
            let isCube = token.keyword == "CUBE"
            advance()
            var keys: [SelectItem] = []
            let places = try set(key).flatMap { Self.positions(of: [$0], in: &keys) }
            let count = places.count
            try checkSets(isCube ? 1 << min(count, 30) : count + 1, range)
            let sets =
                isCube
                ? (0..<1 << count).reversed().map { mask in
                    Set(
                        places.indices.filter { mask >> (count - 1 - $0) & 1 == 1 }.map {
                            places[$0]
                        })
                } : (0...count).reversed().map { Set(places.prefix($0)) }
            result = (keys, GroupingSets(sets: sets.map { $0.sorted() }, range: range))
        } else if token.keyword == "GROUPING", following.keyword == "SETS" {
            advance()
            advance()
            result = ([], GroupingSets(sets: [], range: range))
            try expect(symbol: "(")
            let sets = try list { (parser: inout Parser) throws(QueryError) in
                try parser.token.kind == .symbol("(") ? parser.set(key) : [key(&parser)]
            }
            try expect(symbol: ")")
            try checkSets(sets.count, range)
            for set in sets { result.sets.sets.append(Self.positions(of: set, in: &result.keys)) }
        } else {
            return nil
        }
        if token.kind == .symbol(",") {
            throw unsupported("more keys beside ROLLUP, CUBE or GROUPING SETS")
        }
        return result
    }

    /// `(key, …)`, also `()`.
    private mutating func set(_ key: KeyParser) throws(QueryError) -> [SelectItem] {
        try expect(symbol: "(")
        if accept(symbol: ")") { return [] }
        let keys = try list(key)
        try expect(symbol: ")")
        return keys
    }

    /// A key that comes again is the same one; its name may stand at any of its places.
    private static func positions(
        of set: [SelectItem], in keys: inout [SelectItem]
    ) -> [Int] {
        var positions: Set<Int> = []
        for item in set {
            let known = keys.firstIndex { $0.content == item.content } ?? keys.count
            if known == keys.count { keys.append(item) }
            keys[known].alias = keys[known].alias ?? item.alias
            positions.insert(known)
        }
        return positions.sorted()
    }

    private func checkSets(_ count: Int, _ range: SourceRange) throws(QueryError) {
        guard count <= limits.groupingSetCountMax else {
            throw QueryError.limit(
                "too many sets of keys", name: "groupingSetCountMax",
                value: "\(limits.groupingSetCountMax)"
            ).located(at: range)
        }
    }
}
