import Columns

/// Writes a query or an expression back as text that parses to the same tree.
struct Printer {
    static func text(of query: Query) -> String {
        let start: String
        switch query.source {
        case .table(let table): start = "FROM " + text(of: table)
        case .select(let select): start = text(of: select)
        }
        let prefix: String
        switch query.explanation {
        case .none: prefix = ""
        case .plan: prefix = "EXPLAIN "
        case .analyze: prefix = "EXPLAIN ANALYZE "
        }
        return ([prefix + start] + query.steps.map { "|> " + text(of: $0) }).joined(separator: "\n")
    }

    private static func text(of table: TableReference) -> String {
        table.name.split(separator: ".", omittingEmptySubsequences: false)
            .map { name(String($0)) }.joined(separator: ".")
            + (table.alias.map { " AS " + name($0) } ?? "")
    }

    private static func text(of select: SelectStatement) -> String {
        var parts = ["SELECT " + (select.isDistinct ? "DISTINCT " : "") + text(of: select.items)]
        if let from = select.from { parts.append("FROM " + text(of: from)) }
        if let condition = select.condition { parts.append("WHERE " + text(of: condition)) }
        if !select.groupBy.isEmpty { parts.append("GROUP BY " + list(select.groupBy)) }
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
        case .aggregate(let items, let keys):
            "AGGREGATE " + text(of: items)
                + (keys.isEmpty ? "" : (items.isEmpty ? "" : " ") + "GROUP BY " + text(of: keys))
        case .orderBy(let keys): "ORDER BY " + text(of: keys)
        case .limit(let limit): text(of: limit)
        case .distinct: "DISTINCT"
        case .alias(let alias): "AS " + name(alias)
        }
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

    private static func text(of keys: [Ordering]) -> String {
        keys.map(text(of:)).joined(separator: ", ")
    }

    private static func text(of key: Ordering) -> String {
        text(of: key.expression) + (key.isDescending ? " DESC" : "")
            + (key.nullsFirst.map { $0 ? " NULLS FIRST" : " NULLS LAST" } ?? "")
    }

    private static func list(_ expressions: [Expression]) -> String {
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

    /// A column's name, which may have points, as it would be written.
    static func path(_ name: String) -> String {
        path(name.split(separator: ".", omittingEmptySubsequences: false).map(String.init))
    }

    private static func path(_ parts: [String]) -> String {
        parts.map(name).joined(separator: ".")
    }
}
