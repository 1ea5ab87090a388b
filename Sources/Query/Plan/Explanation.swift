import Columns

/// A plan in words, for EXPLAIN: the last operator first, each input below it.
enum Explanation {
    static func lines(
        _ query: BoundQuery, _ statistics: QueryResult.Statistics, isAnalyzed: Bool
    ) -> [String] {
        var lines = operators(query.plan)
        for (number, subquery) in query.subqueries.enumerated() {
            lines.append("subquery \(number + 1):")
            lines += operators(subquery.plan).map { "  " + $0 }
        }
        let scan = statistics.scan
        lines.append(
            "segments: \(scan.segments) to read, \(scan.segmentsPruned) pruned; row groups: "
                + "\(scan.rowGroups) to read, \(scan.rowGroupsPruned) pruned; pages: "
                + "\(scan.pages) to read, \(scan.pagesPruned) pruned")
        lines += rollups(scan)
        guard isAnalyzed else { return lines }
        lines.append(
            "read: \(scan.rowsScanned) rows (\(scan.tailRows) from memory), "
                + "\(scan.bytesRead) bytes, \(scan.cacheHits) cache hits")
        for stage in statistics.stages {
            lines.append("time: \(stage.name) \(milliseconds(stage.elapsed)) ms")
        }
        lines.append(
            "time: total \(milliseconds(statistics.elapsed)) ms, \(statistics.rowCount) rows")
        return lines
    }

    /// What is read of rollups; nothing if no question of the query could use any.
    private static func rollups(_ scan: ScanObserver.Counts) -> [String] {
        func names(_ counts: [String: Int]) -> String {
            counts.keys.sorted().joined(separator: ", ")
        }
        var parts: [String] = []
        if scan.rollupCandidates > 0 {
            let count = scan.rollups.values.reduce(0, +)
            parts.append(
                "\(count) of \(scan.rollupCandidates) segments"
                    + (count > 0 ? " (\(names(scan.rollups)))" : ""))
        }
        let expired = scan.rollupsOfExpired.values.reduce(0, +)
        if expired > 0 {
            parts.append("\(expired) of expired events (\(names(scan.rollupsOfExpired)))")
        }
        if scan.rollupsUnfit > 0 {
            parts.append("\(scan.rollupsUnfit) of expired events too coarse for this and left out")
        }
        let rollups = parts.isEmpty ? [] : ["rollups: " + parts.joined(separator: "; ")]
        guard scan.tallies > 0 else { return rollups }
        return rollups + ["counted before: \(scan.tallies) segments (in memory)"]
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        let fraction = String(microseconds % 1_000)
        let zeros = String(repeating: "0", count: 3 - fraction.utf8.count)
        return "\(microseconds / 1_000).\(zeros)\(fraction)"
    }

    private static func operators(_ plan: Plan) -> [String] {
        switch plan {
        case .singleRow: return ["one row"]
        case .scan(let scan): return self.scan(scan)
        case .filter, .project, .expand, .aggregate, .fill, .sort, .limit, .join, .union, .window:
            let names = plan.inputs.flatMap { $0.schema.map(\.name) }
            return [line(plan, names)] + plan.inputs.flatMap(operators).map { "  " + $0 }
        }
    }

    private static func line(_ plan: Plan, _ names: [String]) -> String {
        func text(_ expression: BoundExpression) -> String {
            BoundPrinter.text(of: expression, names)
        }
        switch plan {
        case .singleRow, .scan: return ""
        case .filter(_, let conditions):
            return "filter: " + conditions.map(text).joined(separator: " AND ")
        case .project(_, let outputs):
            return "project: " + outputs.map { named($0, names) }.joined(separator: ", ")
        case .aggregate(_, let aggregate):
            let calls = aggregate.aggregates.map { item in
                BoundPrinter.text(of: item.call, names) + " AS \(Printer.name(item.name))"
            }
            let keys = aggregate.keys.map { named($0, names) }
            return "aggregate: " + calls.joined(separator: ", ")
                + (keys.isEmpty ? "" : " GROUP BY " + keys.joined(separator: ", "))
        case .expand(_, let copies): return "expand: every row \(copies.count) times"
        case .fill(_, let fill): return self.fill(fill, names)
        case .sort(_, let keys, let limit):
            let list = keys.map {
                text($0.expression) + ($0.isDescending ? " DESC" : "")
                    + ($0.nullsFirst ? " NULLS FIRST" : "")
            }
            return "sort: " + list.joined(separator: ", ")
                + (limit.map { " (first \($0) rows)" } ?? "")
        case .join(let join):
            let leftNames = join.left.schema.map(\.name)
            let rightNames = join.right.schema.map(\.name)
            let keys = zip(join.leftKeys, join.rightKeys).map {
                BoundPrinter.text(of: $0, leftNames) + " = " + BoundPrinter.text(of: $1, rightNames)
            }
            let conditions = keys + join.residual.map(text)
            return join.kind.rawValue.lowercased() + ": "
                + (conditions.isEmpty ? "every pair" : conditions.joined(separator: " AND "))
        case .union(let parts): return "union all: \(parts.count) parts"
        case .window(_, let calls):
            return "window: "
                + calls.map { BoundPrinter.text(of: $0, names) }.joined(separator: ", ")
        case .limit(_, let limit):
            return "limit: \(limit.count)" + (limit.offset > 0 ? " offset \(limit.offset)" : "")
        }
    }

    private static func fill(_ fill: FillPlan, _ names: [String]) -> String {
        let values = names.indices.filter { !fill.keys.contains($0) }.map {
            " " + Printer.path(names[$0]) + " = " + Printer.text(of: fill.values[$0])
        }
        let times = fill.times.map {
            " FROM " + Printer.text(of: .timestamp($0.lowerBound)) + " TO "
                + Printer.text(of: .timestamp($0.upperBound))
        }
        return "fill: every " + Printer.path(names[fill.bucket]) + (times ?? "")
            + (values.isEmpty ? "" : " with" + values.joined(separator: ","))
    }

    private static func named(_ item: NamedExpression, _ names: [String]) -> String {
        let text = BoundPrinter.text(of: item.expression, names)
        let name = Printer.name(item.name)
        return text == name || text == item.name ? text : "\(text) AS \(name)"
    }

    private static func scan(_ scan: ScanPlan) -> [String] {
        let columns = scan.table.columns
        let names = scan.columns.map { columns[$0].name }
        var lines = [
            "scan \(scan.table.name)\(scan.identity.map(options) ?? ""): columns "
                + (names.isEmpty ? "none" : names.joined(separator: ", "))
        ]
        if !scan.filters.isEmpty {
            let list = scan.filters.map { BoundPrinter.text(of: $0, names) }
            lines.append("  filter: " + list.joined(separator: " AND "))
        }
        let bounds =
            scan.bounds.map { text(of: $0, columns) }
            + scan.choices.map { choice in
                choice.alternatives.map { bounds in
                    bounds.map { text(of: $0, columns) }.joined(separator: " and ")
                }.joined(separator: ", or ")
            }
        if !bounds.isEmpty {
            lines.append("  bounds: " + bounds.joined(separator: "; "))
        }
        return lines
    }

    /// As they are written behind the table's name.
    private static func options(_ mode: IdentityMode) -> String {
        switch mode {
        case .resolved: "(identity => resolved)"
        case .raw: "(identity => raw)"
        case .asOf(let time): "(identity => as_of, at => \(Printer.text(of: .timestamp(time))))"
        }
    }

    private static func text(of bound: ColumnBound, _ columns: [ColumnDefinition]) -> String {
        columns[bound.column].name + " " + text(of: bound.condition)
    }

    private static func text(of condition: ColumnBound.Condition) -> String {
        switch condition {
        case .range(let lower, let upper):
            let low = lower.map { Printer.text(of: $0) } ?? "…"
            return "from \(low) to \(upper.map { Printer.text(of: $0) } ?? "…")"
        case .oneOf(let values):
            return "one of "
                + values.prefix(8).map { Printer.text(of: $0) }
                .joined(separator: ", ") + (values.count > 8 ? ", … (\(values.count))" : "")
        case .isNull: return "is null"
        case .isNotNull: return "is not null"
        }
    }
}

/// Bound expressions as text, for people only.
enum BoundPrinter {
    static func text(of expression: BoundExpression, _ names: [String]) -> String {
        func inner(_ expression: BoundExpression) -> String { text(of: expression, names) }
        switch expression {
        case .column(let position, _, _):
            return position < names.count ? Printer.path(names[position]) : "column \(position)"
        case .literal(let value, _): return Printer.text(of: value)
        case .aggregate(let position, _): return "aggregate \(position)"
        case .window(let position, _): return "window \(position)"
        case .queryValue(let number, _): return "(subquery \(number + 1))"
        case .member(let operand, of: .query(let number)):
            return "\(inner(operand)) IN (subquery \(number + 1))"
        case .member(let operand, of: .values(let values)):
            return "\(inner(operand)) IN (\(values.count) values)"
        case .and(let terms): return "(" + terms.map(inner).joined(separator: " AND ") + ")"
        case .or(let terms): return "(" + terms.map(inner).joined(separator: " OR ") + ")"
        case .conditional(let branches, let otherwise, _):
            return "CASE"
                + branches.map { " WHEN \(inner($0.condition)) THEN \(inner($0.value))" }.joined()
                + " ELSE \(inner(otherwise)) END"
        case .call(let function, let arguments, _, _):
            let isOperator = !(function.name.first?.isLetter ?? true)
            if isOperator, arguments.count == 2 {
                return "\(inner(arguments[0])) \(function.name) \(inner(arguments[1]))"
            }
            return "\(function.name)(" + arguments.map(inner).joined(separator: ", ") + ")"
        }
    }

    static func text(of call: WindowCall, _ names: [String]) -> String {
        func list(_ expressions: [BoundExpression]) -> String {
            expressions.map { text(of: $0, names) }.joined(separator: ", ")
        }
        var window: [String] = []
        if !call.partitionBy.isEmpty { window.append("PARTITION BY " + list(call.partitionBy)) }
        if !call.orderBy.isEmpty {
            let keys = call.orderBy.map {
                text(of: $0.expression, names) + ($0.isDescending ? " DESC" : "")
                    + ($0.nullsFirst ? " NULLS FIRST" : "")
            }
            window.append("ORDER BY " + keys.joined(separator: ", "))
        }
        return "\(call.name)(\(list(call.arguments))) OVER (\(window.joined(separator: " ")))"
    }

    static func text(of call: AggregateCall, _ names: [String]) -> String {
        let arguments = call.arguments.map { text(of: $0, names) }.joined(separator: ", ")
        let filter = call.filter.map { " FILTER (WHERE \(text(of: $0, names)))" } ?? ""
        let list = (call.isDistinct ? "DISTINCT " : "") + (arguments.isEmpty ? "*" : arguments)
        let fixed = call.parameters.map { "; " + Printer.text(of: $0) }.joined()
        return "\(call.function.name)(\(list)\(fixed))\(filter)"
    }
}
