import Columns

/// Writes a query or an expression back as text that parses to the same tree.
struct Printer {
    static func text(of query: Query) -> String {
        let prefix: String
        switch query.explanation {
        case .none: prefix = ""
        case .plan: prefix = "EXPLAIN "
        case .analyze: prefix = "EXPLAIN ANALYZE "
        }
        let definitions = query.definitions.map { name($0.name) + " AS " + nested($0.query) }
        let with = definitions.isEmpty ? "" : "WITH " + definitions.joined(separator: ", ") + " "
        let lines =
            [prefix + with + text(of: query.body)] + query.steps.map { "|> " + text(of: $0) }
        return lines.joined(separator: "\n")
    }

    static func nested(_ query: Query) -> String { "(" + text(of: query) + ")" }

    private static func text(of body: Query.Body) -> String {
        switch body {
        case .from(let source): "FROM " + text(of: source)
        case .select(let select): text(of: select)
        case .nested(let query): nested(query)
        case .union(let terms, _): terms.map(text(of:)).joined(separator: " UNION ALL ")
        }
    }

    private static func text(of source: Source) -> String {
        switch source {
        case .table(let table):
            path(table.name) + text(of: table.options) + alias(table.alias)
        case .query(let query, let name, _): nested(query) + alias(name)
        case .join(let left, let join): text(of: left) + " " + text(of: join)
        }
    }

    private static func text(of options: [TableOption]) -> String {
        guard !options.isEmpty else { return "" }
        let list = options.map { name($0.name) + " => " + text(of: $0.value) }
        return "(" + list.joined(separator: ", ") + ")"
    }

    private static func alias(_ alias: String?) -> String { alias.map { " AS " + name($0) } ?? "" }

    private static func text(of join: Join) -> String {
        let start = join.kind.rawValue + " " + text(of: join.source)
        switch join.condition {
        case .none: return start
        case .on(let condition): return start + " ON " + text(of: condition)
        case .using(let columns):
            return start + " USING (" + columns.map { path($0.parts) }.joined(separator: ", ") + ")"
        }
    }

    private static func text(of select: SelectStatement) -> String {
        var parts = ["SELECT " + (select.isDistinct ? "DISTINCT " : "") + text(of: select.items)]
        if let from = select.from { parts.append("FROM " + text(of: from)) }
        if let condition = select.condition { parts.append("WHERE " + text(of: condition)) }
        if !select.groupBy.isEmpty || select.sets != nil {
            let keys = select.groupBy.map { text(of: $0) }
            parts.append("GROUP BY " + text(of: select.sets, keys))
        }
        if let having = select.having { parts.append("HAVING " + text(of: having)) }
        if !select.orderBy.isEmpty { parts.append("ORDER BY " + text(of: select.orderBy)) }
        if let limit = select.limit { parts.append(text(of: limit)) }
        return parts.joined(separator: " ")
    }

    private static func text(of step: Step) -> String {
        switch step {
        case .filter(let condition): "WHERE " + text(of: condition)
        case .select(let items, let isDistinct):
            "SELECT " + (isDistinct ? "DISTINCT " : "") + text(of: items)
        case .extend(let items): "EXTEND " + text(of: items)
        case .set(let changes):
            "SET "
                + changes.map { path($0.column.parts) + " = " + text(of: $0.value) }
                .joined(separator: ", ")
        case .drop(let columns): "DROP " + columns.map { path($0.parts) }.joined(separator: ", ")
        case .rename(let names):
            "RENAME "
                + names.map { path($0.column.parts) + " AS " + name($0.name) }
                .joined(separator: ", ")
        case .join(let join): text(of: join)
        case .union(let queries, _):
            "UNION ALL " + queries.map(nested).joined(separator: ", ")
        case .aggregate(let items, let keys, let sets, let fill):
            "AGGREGATE " + text(of: items)
                + (keys.isEmpty && sets == nil
                    ? ""
                    : (items.isEmpty ? "" : " ") + "GROUP BY "
                        + text(of: sets, keys.map { text(of: [$0]) }))
                + (fill.map { " " + text(of: $0) } ?? "")
        case .orderBy(let keys): "ORDER BY " + text(of: keys)
        case .limit(let limit): text(of: limit)
        case .distinct(let keys, _):
            keys.isEmpty ? "DISTINCT" : "DISTINCT ON (" + list(keys) + ")"
        case .alias(let alias): "AS " + name(alias)
        }
    }

    private static func text(of sets: GroupingSets?, _ keys: [String]) -> String {
        guard let sets else { return keys.joined(separator: ", ") }
        let texts = sets.sets.map { set in
            "(" + set.map { keys[$0] }.joined(separator: ", ") + ")"
        }
        return "GROUPING SETS (" + texts.joined(separator: ", ") + ")"
    }

    private static func text(of fill: Fill) -> String {
        "FILL " + text(of: fill.value)
            + (fill.times.map { " FROM " + text(of: $0.from) + " TO " + text(of: $0.to) } ?? "")
    }

    private static func text(of limit: Limit) -> String {
        "LIMIT \(limit.count)" + (limit.offset > 0 ? " OFFSET \(limit.offset)" : "")
    }

    private static func text(of items: [SelectItem]) -> String {
        items.map { item in
            switch item.content {
            case .allColumns: "*"
            case .expression(let expression):
                text(of: expression) + (item.alias.map { " AS " + name($0) } ?? "")
            }
        }.joined(separator: ", ")
    }

    static func text(of keys: [Ordering]) -> String {
        keys.map(text(of:)).joined(separator: ", ")
    }

    private static func text(of key: Ordering) -> String {
        text(of: key.expression) + (key.isDescending ? " DESC" : "")
            + (key.nullsFirst.map { $0 ? " NULLS FIRST" : " NULLS LAST" } ?? "")
    }

    static func list(_ expressions: [Expression]) -> String {
        expressions.map { text(of: $0) }.joined(separator: ", ")
    }

    /// An identifier, quoted if it could be taken for something else.
    static func name(_ text: String) -> String {
        let isPlain =
            text.utf8.allSatisfy {
                let letter = $0 | 0x20
                return letter >= 0x61 && letter <= 0x7A || $0 == 0x5F || $0 >= 0x30 && $0 <= 0x39
            } && !(text.utf8.first.map { $0 >= 0x30 && $0 <= 0x39 } ?? true)
            && !Reserved.contains(text.uppercased()) && text.uppercased() != "INTERVAL"
        return isPlain
            ? text
            : "`"
                + text.split(separator: "`", omittingEmptySubsequences: false)
                .joined(separator: "``") + "`"
    }

    /// A table's or column's name, which may have points, as it would be written.
    static func path(_ name: String) -> String {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        // No part of a path can be empty; a name in quotes can have points anywhere.
        return parts.contains("") ? self.name(name) : path(parts)
    }

    private static func path(_ parts: [String]) -> String {
        parts.map(name).joined(separator: ".")
    }
}
