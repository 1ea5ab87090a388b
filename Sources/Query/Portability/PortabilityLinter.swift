import Columns

/// Walks through a query and notes what is not the same elsewhere.
struct PortabilityLinter {
    struct Finding {
        /// Where it means the same all the same.
        let runs: Portability
        let message: String
        let hint: String?
        let range: SourceRange
    }

    private(set) var findings: [Finding] = []
    private let columns: Set<String>
    /// The spelling of each column by its letters in lower case.
    private let spellings: [String: String]
    /// Names that WITH defines.
    private var definitions: Set<String> = []

    init(columns: [String]) {
        self.columns = Set(columns)
        spellings = Dictionary(
            columns.map { ($0.lowercased(), $0) }, uniquingKeysWith: { a, _ in a })
    }

    private mutating func note(
        _ runs: Portability, _ message: String, _ range: SourceRange, hint: String? = nil
    ) {
        findings.append(Finding(runs: runs, message: message, hint: hint, range: range))
    }

    /// What only the spelling shows.
    mutating func visit(_ tokens: [Token], _ text: String) {
        let bytes = Array(text.utf8)
        for token in tokens {
            guard case .quotedName = token.kind, bytes.indices.contains(token.range.start),
                bytes[token.range.start] == UInt8(ascii: "\"")
            else { continue }
            note(
                .clickhouse, "text in double quotes is a string there", token.range,
                hint: "write names in backquotes")
        }
    }

    // MARK: - Queries

    mutating func visit(_ query: Query) {
        for definition in query.definitions {
            visit(definition.query)
            definitions.insert(definition.name.lowercased())
        }
        visit(query.body)
        for step in query.steps { visit(step) }
    }

    private mutating func visit(_ body: Query.Body) {
        switch body {
        case .from(let source):
            if case .join(_, let join) = source { noteJoin(join) }
            visit(source)
        case .select(let select): visit(select)
        case .nested(let query): visit(query)
        case .union(let terms, _): for term in terms { visit(term) }
        }
    }

    private mutating func noteJoin(_ join: Join) {
        note(
            .spark, "a join that is no part of a SELECT", join.range,
            hint: "write SELECT … FROM a JOIN b … and go on with |>")
    }

    private mutating func visit(_ source: Source) {
        switch source {
        case .table(let table):
            let name = table.name.lowercased()
            if name != "events", !definitions.contains(name) {
                note(.local, "the table `\(table.name)` exists here only", table.range)
            }
            for option in table.options {
                note(.local, "the table option `\(option.name)`", option.range)
                visit(option)
            }
        case .query(let query, _, _): visit(query)
        case .join(let left, let join):
            visit(left)
            visit(join.source)
            if case .on(let condition) = join.condition { visit(condition) }
        }
    }

    /// A bare word is no column here.
    private mutating func visit(_ option: TableOption) {
        if case .column = option.value.kind { return }
        visit(option.value)
    }

    private mutating func visit(_ select: SelectStatement) {
        for item in select.items { visit(item) }
        if let from = select.from { visit(from) }
        for key in select.groupBy { visit(key) }
        if let sets = select.sets {
            note(.spark, "keys that a set lacks are no nulls there", sets.range)
        }
        for condition in [select.condition, select.having] { condition.map { visit($0) } }
        visit(select.orderBy)
    }

    private mutating func visit(_ step: Step) {
        switch step {
        case .filter(let condition): visit(condition)
        case .select(let items, _), .extend(let items): for item in items { visit(item) }
        case .set(let assignments):
            for (index, assignment) in assignments.enumerated() {
                visit(assignment.value)
                let before = Set(assignments[..<index].map { $0.column.parts })
                guard assignment.value.mentions(before) else { continue }
                note(
                    .clickhouse, "SET computes one value after the other there",
                    assignment.column.range, hint: "use a step for each")
            }
        case .drop, .limit, .alias: break
        case .rename(let names):
            note(
                .local, "RENAME", names[0].column.range,
                hint: "write SELECT with AS, or EXTEND and DROP")
        case .aggregate(let items, let keys, let sets, let fill):
            for item in items + keys { visit(item) }
            if let sets {
                note(
                    .local, "sets of keys in AGGREGATE", sets.range,
                    hint: "write SELECT … GROUP BY and go on with |>")
            }
            guard let fill else { return }
            note(.local, "FILL", fill.range, hint: "ClickHouse: ORDER BY … WITH FILL")
            for expression in [fill.value, fill.times?.from, fill.times?.to] {
                expression.map { visit($0) }
            }
        case .orderBy(let keys): visit(keys)
        case .distinct(let keys, let range):
            guard !keys.isEmpty else {
                return note(
                    .clickhouse, "DISTINCT as a step", range,
                    hint: "write |> SELECT DISTINCT …")
            }
            note(
                .local, "DISTINCT ON", range,
                hint: "write |> EXTEND row_number() OVER (PARTITION BY …) AS n |> WHERE n = 1")
            for key in keys { visit(key) }
        case .join(let join):
            noteJoin(join)
            visit(join.source)
            if case .on(let condition) = join.condition { visit(condition) }
        case .union(let queries, let range):
            if queries.count > 1 {
                note(
                    .clickhouse, "UNION ALL of several queries", range, hint: "use a step for each")
            }
            for query in queries { visit(query) }
        }
    }

    private mutating func visit(_ item: SelectItem) {
        if case .expression(let expression) = item.content { visit(expression) }
    }

    private mutating func visit(_ keys: [Ordering]) {
        for key in keys {
            visit(key.expression)
            // Spark puts nulls first in an ascending order and last in a descending one.
            if key.nullsFirst == nil, !key.isDescending {
                note(
                    .clickhouse, "ORDER BY puts nulls first there", key.expression.range,
                    hint: "say NULLS LAST or NULLS FIRST")
            }
        }
    }

    // MARK: - Expressions

    private mutating func visit(_ expression: Expression) {
        switch expression.kind {
        case .column(let parts): visit(parts, expression.range)
        case .literal(.string(let text)) where text.contains("\\"):
            note(.local, "a backslash in a text escapes what follows there", expression.range)
        case .literal, .timestamp, .interval: break
        case .parameter:
            note(
                .local, "parameters are written otherwise elsewhere", expression.range,
                hint: "Spark: :name; ClickHouse: {name:Type}")
        case .like(_, _, .some(let escape), _):
            note(.spark, "LIKE … ESCAPE", escape.range)
        case .cast(_, _, isTry: true):
            note(.spark, "TRY_CAST", expression.range)
        case .cast(_, .string, false):
            note(
                .spark, "CAST to STRING is written otherwise", expression.range,
                hint: "ClickHouse: toString(x)")
        case .inList(_, let items, _) where items.contains(where: Self.isNull):
            note(.spark, "IN passes over a null in its list there", expression.range)
        case .inQuery(_, let query, true):
            note(
                .spark, "NOT IN passes over nulls of the query there", expression.range,
                hint: "leave them out here too: WHERE … IS NOT NULL")
            visit(query)
        case .call(let call): visit(call, expression.range)
        case .inQuery(_, let query, _), .query(let query): visit(query)
        case .unary, .binary, .and, .or, .test, .inList, .between, .like, .conditional, .cast:
            break
        }
        for child in expression.children { visit(child) }
    }

    private static func isNull(_ expression: Expression) -> Bool {
        expression.kind == .literal(.null)
    }

    private mutating func visit(_ parts: [String], _ range: SourceRange) {
        let name = parts.joined(separator: ".")
        guard !columns.contains(name), let spelling = spellings[name.lowercased()] else { return }
        note(
            .spark, "names are told apart by letter case there", range,
            hint: "write \(Printer.path(spelling))")
    }

    private mutating func visit(_ call: Expression.Call, _ range: SourceRange) {
        let canonical = FunctionNames.canonical(call.name)
        let runs: Portability
        if call.window != nil, let function = WindowFunctions.all[canonical] {
            runs = function.portability
        } else if let function = AggregateFunctions.all[canonical] {
            runs = function.portability
        } else if let function = ScalarFunctions.all[canonical] {
            runs = function.portability
        } else {
            // `now`, `if`: the few that are bound by rules of their own run everywhere but this one.
            runs = canonical == "time_bucket" ? .local : .everywhere
        }
        if runs != .everywhere {
            note(runs, "the function `\(call.name)`", call.nameRange)
        }
        if canonical != call.name {
            note(
                .local, "`\(call.name)` is another name of `\(canonical)`", call.nameRange,
                hint: "write \(canonical)")
        }
        if canonical == "extract", let first = call.arguments.first,
            case .literal(.string(let part)) = first.kind,
            ["dayofweek", "dayofyear", "second", "epoch", "millisecond", "microsecond"]
                .contains(part.lowercased())
        {
            let runs: Portability =
                part.lowercased() == "second"
                ? .clickhouse : part.lowercased() == "dayofweek" ? .spark : .local
            note(runs, "the part `\(part)` of extract", range)
        }
        if let window = call.window { visit(window.orderBy) }
    }
}

extension Expression {
    /// Whether it looks at one of these columns.
    fileprivate func mentions(_ columns: Set<[String]>) -> Bool {
        if case .column(let parts) = kind { return columns.contains(parts) }
        return children.contains { $0.mentions(columns) }
    }
}
