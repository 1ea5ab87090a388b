import Columns

/// Gives names and types to a query: from tree to plan. Nothing is read before it has succeeded.
struct Binder {
    let catalog: any TableCatalog
    let parameters: [String: Value]
    /// Microseconds since 1970: what `now()` is, once for the whole query.
    let now: Int64
    let limits: QueryLimits
    /// All names in the query's text, in lower case.
    let words: Set<String>
    let subqueries: SubqueryCollector
    /// What WITH has defined around here.
    var definitions: [String: Definition] = [:]
    /// Where window functions go; `nil` where they have no place.
    var windows: WindowCollector?
    /// What tables are told that say nothing of it themselves: that of the table whose query this is.
    private var identity: IdentityMode?
    /// The same of rollups.
    private var usesRollups = true
    /// How many tables that are queries are open around here.
    private var derivationDepth = 0
    private static let derivationDepthMax = 4

    struct Definition {
        let plan: Plan
        let scope: Scope
        /// Tables that reading it reads.
        let sourceCount: Int
    }

    init(
        catalog: any TableCatalog, parameters: [String: Value], now: Int64, limits: QueryLimits,
        words: Set<String>
    ) {
        self.catalog = catalog
        self.parameters = parameters
        self.now = now
        self.limits = limits
        self.words = words
        subqueries = SubqueryCollector(limits: limits)
    }

    func bindWhole(_ query: Query) throws(QueryError) -> BoundQuery {
        let plan = try bind(query).plan
        return BoundQuery(subqueries: subqueries.subqueries, plan: plan)
    }

    /// Binds a query at any depth.
    func bind(_ query: Query) throws(QueryError) -> (plan: Plan, scope: Scope) {
        var binder = self
        binder.windows = nil
        for definition in query.definitions { try binder.define(definition) }
        var (plan, scope) = try binder.bind(query.body)
        for step in query.steps { try binder.apply(step, to: &plan, &scope) }
        return (plan, scope)
    }

    private mutating func define(_ definition: Query.Definition) throws(QueryError) {
        let before = subqueries.sourceCount
        let (plan, _) = try bind(definition.query)
        definitions[definition.name.lowercased()] = Definition(
            plan: plan, scope: Scope(entries: plan.schema, qualifiers: [definition.name]),
            sourceCount: subqueries.sourceCount - before)
    }

    private func bind(_ body: Query.Body) throws(QueryError) -> (plan: Plan, scope: Scope) {
        switch body {
        case .from(let source): return try bind(source)
        case .select(let select): return try bind(select)
        case .nested(let query): return try bind(query)
        case .union(let terms, let range):
            var parts: [Plan] = []
            for term in terms { parts.append(try bind(term).plan) }
            let plan = try union(parts, range)
            return (plan, Scope(entries: plan.schema, qualifiers: []))
        }
    }

    func bind(_ source: Source) throws(QueryError) -> (plan: Plan, scope: Scope) {
        switch source {
        case .table(let reference): return try bind(reference)
        case .query(let query, let alias, _):
            let plan = try bind(query).plan
            return (plan, Scope(entries: plan.schema, qualifiers: alias.map { [$0] } ?? []))
        case .join(let left, let join):
            let (plan, scope) = try bind(left)
            return try bind(join, to: plan, scope)
        }
    }

    private func bind(_ reference: TableReference) throws(QueryError) -> (plan: Plan, scope: Scope)
    {
        if let definition = definitions[reference.name.lowercased()] {
            if let option = reference.options.first { throw Self.takesNone(reference, option) }
            try subqueries.countSources(definition.sourceCount, at: reference.range)
            var scope = definition.scope
            if let alias = reference.alias { scope.qualifiers = [alias] }
            return (definition.plan, scope)
        }
        if var table = try find(reference) {
            try subqueries.countSources(1, at: reference.range)
            let options = try options(of: reference)
            var mode = options.identity
            if let wanted = mode ?? identity, let told = table.identified(by: wanted) {
                table = told
                mode = wanted
            } else if let option = reference.options.first,
                mode != nil || table.identified(by: .resolved) == nil
            {
                throw Self.takesNone(reference, option)
            }
            let columns = table.columns
            let positions = columns.indices.filter {
                !columns[$0].isOnDemand || words.contains(columns[$0].name.lowercased())
            }
            let entries = positions.map {
                Scope.Entry(name: columns[$0].name, type: columns[$0].type)
            }
            var scan = ScanPlan(table: table, identity: mode, columns: positions)
            scan.usesRollups = options.usesRollups ?? usesRollups
            return (
                .scan(scan),
                Scope(entries: entries, qualifiers: [reference.alias ?? reference.name])
            )
        }
        if let (plan, entries) = try derived(reference) {
            return (plan, Scope(entries: entries, qualifiers: [reference.alias ?? reference.name]))
        }
        let known =
            catalog.tableNames + catalog.derivedTables.map(\.name) + definitions.keys.sorted()
        throw QueryError(
            .name, "unknown table `\(TextSafety.escaped(reference.name))`", at: reference.range,
            hint: EditDistance.nearest(to: reference.name, among: known).map {
                "did you mean `\($0)`?"
            } ?? "there are " + known.map { "`\($0)`" }.joined(separator: ", "))
    }

    /// A table that is a query: bound like a subquery, without what WITH defines around here.
    private func derived(
        _ reference: TableReference
    ) throws(QueryError) -> (plan: Plan, entries: [Scope.Entry])? {
        let name = reference.name.lowercased()
        guard let table = catalog.derivedTables.first(where: { $0.name.lowercased() == name })
        else {
            return nil
        }
        var binder = self
        binder.definitions = [:]
        let options = try options(of: reference)
        binder.identity = options.identity ?? identity
        binder.usesRollups = options.usesRollups ?? usesRollups
        binder.derivationDepth += 1
        do throws(QueryError) {
            guard derivationDepth < Self.derivationDepthMax else {
                throw QueryError(.limit, "tables are defined by each other too deep")
            }
            let plan = try binder.bind(try Parser.parse(table.text, limits: limits)).plan
            let entries = plan.schema
            guard entries.map(\.name) == table.columns.map(\.name),
                entries.map(\.type) == table.columns.map(\.type)
            else { throw QueryError(.type, "its columns are not those that are declared") }
            return (plan, entries)
        } catch {
            // Places inside its text would be looked for in the text of the query.
            throw QueryError(
                .storage, "the table `\(table.name)` cannot be read: \(error.message)",
                at: reference.range)
        }
    }

    private func find(_ reference: TableReference) throws(QueryError) -> (any Table)? {
        do {
            if let table = try catalog.table(named: reference.name) { return table }
            let lower = reference.name.lowercased()
            guard let name = catalog.tableNames.first(where: { $0.lowercased() == lower }) else {
                return nil
            }
            return try catalog.table(named: name)
        } catch {
            throw QueryError.storage(error).located(at: reference.range)
        }
    }

    private func apply(
        _ step: Step, to plan: inout Plan, _ scope: inout Scope
    ) throws(QueryError) {
        switch step {
        case .filter(let condition):
            plan = .filter(plan, [try bindCondition(condition, in: scope)])
        case .select(let items, let isDistinct):
            try project(items, keeping: false, &plan, &scope)
            if isDistinct { plan = Self.distinct(plan) }
        case .extend(let items):
            try project(items, keeping: true, &plan, &scope)
        case .set(let assignments):
            var outputs = plan.passedThrough
            let input = scope
            var assigned: Set<Int> = []
            for assignment in assignments {
                let position = try input.resolve(
                    assignment.column.parts, at: assignment.column.range)
                guard assigned.insert(position).inserted else {
                    throw QueryError(
                        .name, "`\(input.entries[position].name)` is set twice",
                        at: assignment.column.range, hint: "use a second |> SET")
                }
                let value = try bind(assignment.value, in: input)
                outputs[position].expression = value
                scope.entries[position].type = value.type ?? .string
            }
            plan = .project(plan, outputs)
        case .drop(let columns):
            var dropped: Set<Int> = []
            for column in columns {
                dropped.insert(try scope.resolve(column.parts, at: column.range))
            }
            let kept = scope.entries.indices.filter { !dropped.contains($0) }
            guard !kept.isEmpty else {
                throw QueryError(
                    .name, "DROP would leave no column", at: columns[0].range)
            }
            let outputs = plan.passedThrough
            plan = .project(plan, kept.map { outputs[$0] })
            scope.entries = kept.map { scope.entries[$0] }
        case .aggregate(let items, let keys, let sets, let fill):
            try aggregate(items, by: keys, sets, fill, &plan, &scope)
        case .orderBy(let keys):
            plan = .sort(plan, try bind(keys, in: scope), limit: nil)
        case .limit(let limit):
            plan = .limit(plan, limit)
        case .distinct(let keys, _):
            plan = try keys.isEmpty ? Self.distinct(plan) : distinct(plan, on: keys, scope)
        case .alias(let name):
            scope.qualifiers = [name]
            for position in scope.entries.indices { scope.entries[position].qualifier = nil }
        case .rename(let renamings):
            try rename(renamings, &plan, &scope)
        case .join(let join):
            (plan, scope) = try bind(join, to: plan, scope)
        case .union(let queries, let range):
            var parts = [plan]
            for query in queries { parts.append(try bind(query).plan) }
            plan = try union(parts, range)
            scope.entries = plan.schema
        }
    }

    /// `SELECT items` or, with `keeping`, `EXTEND items`.
    private func project(
        _ items: [SelectItem], keeping: Bool, _ plan: inout Plan, _ scope: inout Scope
    ) throws(QueryError) {
        var outputs = keeping ? plan.passedThrough : []
        let kept = keeping ? scope.entries : []
        var binder = self
        let windows = WindowCollector()
        binder.windows = windows
        for item in items {
            switch item.content {
            case .allColumns(let range):
                guard !keeping else {
                    throw QueryError(.syntax, "EXTEND * would double every column", at: range)
                }
                outputs += plan.passedThrough
            case .expression(let expression):
                let bound = try binder.bind(expression, in: scope)
                outputs.append(
                    NamedExpression(
                        name: item.alias ?? Self.defaultName(of: expression, bound, scope),
                        expression: bound))
            }
        }
        plan = windows.place(&outputs, over: plan)
        plan = .project(plan, outputs)
        scope.entries = plan.schema
        // What is passed through can still be called by where it comes from.
        for (position, entry) in kept.enumerated() {
            scope.entries[position].qualifier = entry.qualifier
        }
    }

    private func rename(
        _ renamings: [Renaming], _ plan: inout Plan, _ scope: inout Scope
    ) throws(QueryError) {
        var outputs = plan.passedThrough
        for renaming in renamings {
            let position = try scope.resolve(renaming.column.parts, at: renaming.column.range)
            outputs[position].name = renaming.name
        }
        plan = .project(plan, outputs)
        for (position, output) in outputs.enumerated() {
            scope.entries[position].name = output.name
        }
    }

    /// A column keeps its name as the table spells it; anything else is called by its text.
    static func defaultName(
        of expression: Expression, _ bound: BoundExpression, _ scope: Scope
    ) -> String {
        if case .column(let position, _, _) = bound, scope.entries.indices.contains(position) {
            return scope.entries[position].name
        }
        return Printer.text(of: expression)
    }

    static func distinct(_ plan: Plan) -> Plan {
        .aggregate(plan, AggregatePlan(keys: plan.passedThrough, aggregates: []))
    }

    func bindCondition(_ expression: Expression, in scope: Scope) throws(QueryError)
        -> BoundExpression
    {
        let bound = try bind(expression, in: scope)
        guard bound.type == nil || bound.type == .bool else {
            throw QueryError(
                .type, "a condition must be BOOLEAN; this is \(TypeName.text(of: bound))",
                at: expression.range)
        }
        return bound
    }

    func bind(_ keys: [Ordering], in scope: Scope) throws(QueryError) -> [SortKey] {
        var result: [SortKey] = []
        for key in keys {
            result.append(
                SortKey(
                    expression: try bindOrdinal(key.expression, in: scope), key))
        }
        return result
    }

    /// A bare integer in ORDER BY or GROUP BY is a column's number, counted from 1.
    private func bindOrdinal(
        _ expression: Expression, in scope: Scope
    ) throws(QueryError) -> BoundExpression {
        guard case .literal(.int64(let number)) = expression.kind else {
            return try bind(expression, in: scope)
        }
        guard number >= 1, number <= Int64(scope.entries.count) else {
            throw QueryError(
                .name, "there is no column number \(number)", at: expression.range,
                hint: "there are \(scope.entries.count) columns")
        }
        let position = Int(number) - 1
        return .column(position, scope.entries[position].type, expression.range)
    }
}

extension TypeName {
    static func text(of expression: BoundExpression) -> String {
        expression.type.map { text(of: $0) } ?? "NULL"
    }
}

extension QueryError {
    package static func storage(_ error: any Error) -> QueryError {
        if let error = error as? QueryError { return error }
        return QueryError(.storage, "cannot read: \(TextSafety.escaped(String(describing: error)))")
    }
}
