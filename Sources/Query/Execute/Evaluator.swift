import Columns

/// Computes one bound expression for blocks. Belongs to one thread, since it remembers tables.
///
/// An expression over a single string column is computed once per dictionary entry and looked up per
/// row. Everything else runs kernels over columns, or row by row where there is no kernel.
final class Evaluator {
    let expression: BoundExpression
    let children: [Evaluator]
    /// The only column it looks at, if that is a string column and lookup is possible.
    let lookupColumn: Int?
    /// The expression's value for each entry of a dictionary, and for null at the end.
    private var tables: [(dictionary: StringDictionary, column: Column)] = []
    /// The same for conditions: for which entries they are true.
    var entryTruths: [(dictionary: StringDictionary, truth: EntryTruth)] = []
    private let union = DictionaryUnion()
    private let context: ExecutionContext
    /// Bytes of the texts made last, which count as used until others are made.
    private var textSize = 0

    init(_ expression: BoundExpression, _ context: ExecutionContext) {
        self.expression = expression
        self.context = context
        children = expression.children.map { Evaluator($0, context) }
        lookupColumn = Self.lookupColumn(expression)
    }

    deinit { context.freeMemory(textSize) }

    /// Entries that no row uses are computed too, so an expression that can fail must not be looked up.
    private static func lookupColumn(_ expression: BoundExpression) -> Int? {
        switch expression {
        case .column, .literal, .aggregate, .window, .queryValue: return nil
        case .call, .and, .or, .conditional, .member:
            let columns = expression.columns
            guard columns.count == 1, let only = columns.first, !expression.mayRefuse else {
                return nil
            }
            return only
        }
    }

    func column(of block: Block, type: ColumnType) throws(QueryError) -> Column {
        try evaluate(block).column(count: block.rowCount, type: type)
    }

    func evaluate(_ block: Block) throws(QueryError) -> Operand {
        if let lookupColumn,
            case .string(let codes, let dictionary) = block.columns[lookupColumn].values,
            let table = try table(dictionary, lookupColumn, rowCount: block.rowCount)
        {
            return .column(Self.look(up: codes, in: table))
        }
        return try evaluateRows(block)
    }

    func evaluateRows(_ block: Block) throws(QueryError) -> Operand {
        switch expression {
        case .column(let position, _, _):
            return .column(block.columns[position])
        case .literal(let value, _):
            return .constant(value)
        case .aggregate, .window:
            preconditionFailure("aggregates and windows are replaced when the query is bound")
        case .queryValue, .member(_, of: .query):
            preconditionFailure("subqueries are answered before the query around them")
        case .member(_, of: .values(let values)):
            let type = expression.children[0].type ?? values.type
            return .column(values.contains(try children[0].column(of: block, type: type)))
        case .and:
            return .column(try Logic.evaluate(children, block, whileAll: true))
        case .or:
            return .column(try Logic.evaluate(children, block, whileAll: false))
        case .conditional(_, _, let type):
            return .column(try conditional(block, type))
        case .call(let function, _, let type, let range):
            var operands: [Operand] = []
            for child in children { operands.append(try child.evaluate(block)) }
            do {
                return .column(try call(function, operands, block.rowCount, type))
            } catch {
                throw error.located(at: range)
            }
        }
    }

    private func call(
        _ function: ScalarFunction, _ operands: [Operand], _ count: Int, _ type: ColumnType
    ) throws(QueryError) -> Column {
        if function.nulls == .strict {
            for operand in operands {
                switch operand {
                case .constant(.null): return Column(nulls: count, type: type)
                case .column(let column):
                    if case .allNull = column.values { return Column(nulls: count, type: type) }
                case .constant: break
                }
            }
        }
        if let kernel = function.kernel, let column = try kernel(operands, count) { return column }
        if function.name == "coalesce", type == .string,
            let column = try union.coalesce(operands, count)
        {
            return column
        }
        context.freeMemory(textSize)
        textSize = 0
        var cells: [Value] = []
        cells.reserveCapacity(count)
        var arguments = [Value](repeating: .null, count: operands.count)
        for row in 0..<count {
            var hasNull = false
            for index in operands.indices {
                arguments[index] = operands[index][row]
                if arguments[index] == .null { hasNull = true }
            }
            let cell: Value =
                hasNull && function.nulls == .strict ? .null : try function.evaluate(arguments)
            if case .string(let text) = cell {
                // Counted as they come: a column of long texts may be too much before it is done.
                let size = text.utf8.count
                textSize += size
                try context.useMemory(size)
            }
            cells.append(cell)
        }
        return Column(type: type, cells)
    }

    // MARK: - Once per dictionary entry

    /// The table for `dictionary`; `nil` if making it would cost more than the rows themselves.
    func table(
        _ dictionary: StringDictionary, _ position: Int, rowCount: Int
    ) throws(QueryError) -> Column? {
        if let known = tables.first(where: { $0.dictionary === dictionary }) { return known.column }
        guard dictionary.count <= rowCount * 4 + 256 else { return nil }
        let codes = Array(0..<Int32(dictionary.count)) + [-1]
        let entries = Column(codes: codes, dictionary: dictionary)
        let placeholder = Column(nulls: codes.count, type: .string)
        let columns = (0...position).map { $0 == position ? entries : placeholder }
        let operand = try evaluateRows(Block(rowCount: codes.count, columns: columns))
        let table = operand.column(count: codes.count, type: expression.type ?? .string)
        if tables.count >= 4 { tables.removeFirst() }
        tables.append((dictionary, table))
        return table
    }

    private static func look(up codes: [Int32], in table: Column) -> Column {
        let nullRow = Int32(table.count - 1)
        let rows = [Int32](unsafeUninitializedCapacity: codes.count) { target, count in
            codes.withUnsafeBufferPointer { codes in
                for row in 0..<codes.count {
                    let code = codes[row]
                    (target.baseAddress! + row).initialize(to: code < 0 ? nullRow : code)
                }
            }
            count = codes.count
        }
        return table.gathered(rows)
    }

    // MARK: - CASE

    /// Computes each branch only for the rows that take it, so that a guarded division is never made.
    private func conditional(_ block: Block, _ type: ColumnType) throws(QueryError) -> Column {
        var rest = (0..<Int32(block.rowCount)).map { $0 }
        var parts: [Column] = []
        var order = [Int32](repeating: 0, count: block.rowCount)
        var placed: Int32 = 0
        func place(_ rows: [Int32], _ value: Column) {
            for row in rows {
                order[Int(row)] = placed
                placed += 1
            }
            parts.append(value)
        }
        for branch in stride(from: 0, to: children.count - 1, by: 2) where !rest.isEmpty {
            let current = rest.count == block.rowCount ? block : block.gathered(rest)
            let mask = Logic.mask(of: try children[branch].evaluate(current), current.rowCount)
            let taken = Gather.positions(mask)
            guard !taken.isEmpty else { continue }
            let rows = Gather.values(rest, taken)
            place(rows, try children[branch + 1].column(of: block.gathered(rows), type: type))
            rest = Gather.values(rest, Gather.positions(mask.map { $0 ^ 1 }))
        }
        if !rest.isEmpty {
            let value = try children[children.count - 1].column(
                of: block.gathered(rest), type: type)
            place(rest, value)
        }
        return Column.concatenated(parts, type: type).gathered(order)
    }
}

extension BoundExpression {
    /// Whether it could end in an error for a dictionary entry that no row has. LIKE cannot once its
    /// pattern is a literal, which was checked when it was bound.
    fileprivate var mayRefuse: Bool {
        if case .call(let function, let arguments, _, _) = self, function.canFail {
            let isSafe =
                function.name == "like" && arguments.dropFirst().allSatisfy { $0.literal != nil }
            if !isSafe { return true }
        }
        return children.contains { $0.mayRefuse }
    }
}
