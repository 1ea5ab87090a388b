/// The words of the language, for those who help people write it: completion and `\df`.
package enum QueryWords {
    /// What may follow `|>`.
    package static let steps = [
        "AGGREGATE", "AS", "DISTINCT", "DROP", "EXTEND", "LIMIT", "ORDER BY", "SELECT", "SET",
        "WHERE",
    ]

    /// Keywords, steps among them, sorted.
    package static let keywords: [String] = Set(
        Array(Reserved.words) + steps + [
            "ANALYZE", "CAST", "CUBE", "EXPLAIN", "FILL", "FILTER", "GROUP BY", "GROUPING SETS",
            "INTERVAL", "NULLS FIRST", "ROLLUP",
            "NULLS LAST", "OFFSET", "TIMESTAMP", "TRY_CAST", "WITHIN GROUP",
        ]
    ).subtracting(["BY", "GROUP", "ORDER"]).sorted()

    /// What may stand in parentheses behind the name of a table that says who did it.
    package static let tableOptions = [
        "identity => as_of, at => TIMESTAMP '", "identity => raw)", "identity => resolved)",
    ]

    /// Functions that can be called, sorted by name.
    package static let functions: [FunctionDescription] = {
        let scalars = ScalarFunctions.all.values.filter { ScalarFunctions.isCallable($0.name) }
        let aggregates = AggregateFunctions.all.values
        let known = Set(scalars.map(\.name) + aggregates.map(\.name))
        var functions =
            scalars.map { FunctionDescription($0.name, $0.usage, isAggregate: false) }
            + aggregates.map { FunctionDescription($0.name, $0.usage, isAggregate: true) }
        functions += FunctionNames.special.subtracting(known).map {
            FunctionDescription($0, specialUsage[$0] ?? "\($0)(…)", isAggregate: false)
        }
        return functions.sorted { $0.name < $1.name }
    }()

    /// Of those that are bound by rules of their own and stand in no table.
    private static let specialUsage = [
        "if": "if(condition, then, else)", "now": "now()",
        "grouping": "grouping(key)",
    ]
}

/// A function as people are told of it.
package struct FunctionDescription: Sendable, Hashable {
    package let name: String
    /// `substr(text, start[, length])`
    package let usage: String
    /// What it gives, in a few words.
    package let summary: String
    package let isAggregate: Bool
    /// Other names of it, sorted.
    package let aliases: [String]

    init(_ name: String, _ usage: String, isAggregate: Bool) {
        self.name = name
        self.usage = usage
        summary = FunctionSummaries.all[name] ?? ""
        self.isAggregate = isAggregate
        aliases = FunctionNames.aliases.filter { $0.value == name }.map(\.key).sorted()
    }
}
