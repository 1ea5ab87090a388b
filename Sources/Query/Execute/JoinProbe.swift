import Columns

/// The side of a join that is held in memory, and how rows find it. Shared by threads.
final class JoinSide: Sendable {
    let plan: JoinPlan
    let rows: Block
    /// The values of the keys for each row.
    let keys: [Column]
    let keyTypes: [ColumnType]

    init(_ plan: JoinPlan, _ rows: Block, _ context: ExecutionContext) throws(QueryError) {
        guard rows.rowCount < Int(Int32.max) else {
            throw QueryError(.limit, "more than 2³¹ rows cannot be joined")
        }
        self.plan = plan
        self.rows = rows
        var keys: [Column] = []
        for key in plan.rightKeys {
            keys.append(
                try Evaluator(key, context).column(of: rows, type: key.type ?? .string))
        }
        self.keys = keys
        keyTypes = plan.rightKeys.map { $0.type ?? .string }
    }
}

/// One thread's table of the held side, in which it looks up the rows of the other.
final class JoinProbe {
    private let side: JoinSide
    private let context: ExecutionContext
    private let keyEvaluators: [Evaluator]
    private let residual: BlockFilter?
    private var table: Table?
    /// Bytes of the table that count as used. It grows with what is looked up in it.
    private var tableSize = 0

    /// Rows that one block of the result has at most, unless a single row has more partners.
    private static let blockRowCountMax = 4 * Executor.blockRowCountMax

    init(_ side: JoinSide, _ context: ExecutionContext) {
        self.side = side
        self.context = context
        keyEvaluators = side.plan.leftKeys.map { Evaluator($0, context) }
        residual = side.plan.residual.isEmpty ? nil : BlockFilter(side.plan.residual, context)
    }

    /// The rows of the held side by group of equal keys.
    private struct Table {
        let groups: GroupKeys
        /// Group g has `rows[starts[g] ..< starts[g + 1]]`.
        let starts: [Int32]
        let rows: [Int32]

        func range(of group: Int32) -> Range<Int> {
            guard Int(group) + 1 < starts.count else { return 0..<0 }
            return Int(starts[Int(group)])..<Int(starts[Int(group) + 1])
        }
    }

    private func makeTable() throws(QueryError) -> Table {
        let groups = GroupKeys(types: side.keyTypes)
        // A null equals nothing, so rows with one are in no group.
        let present = Gather.positions(
            side.keys.map { Operand.column($0) }.commonPresence
                ?? [UInt8](repeating: 1, count: side.rows.rowCount))
        let numbers = groups.groups(
            of: side.keys.map { $0.gathered(present) }, rowCount: present.count)
        var starts = [Int32](repeating: 0, count: groups.groupCount + 1)
        for group in numbers { starts[Int(group) + 1] += 1 }
        for group in 1..<starts.count { starts[group] += starts[group - 1] }
        var next = starts
        var rows = [Int32](repeating: 0, count: present.count)
        for (position, group) in numbers.enumerated() {
            rows[Int(next[Int(group)])] = present[position]
            next[Int(group)] += 1
        }
        return Table(groups: groups, starts: starts, rows: rows)
    }

    /// Hands over the joined rows: those of `block` in their order, the partners of each in theirs.
    ///
    /// The partners of one row are never divided, so a block of them is at most as large as what is
    /// held anyway.
    func run(_ block: Block, _ consume: PipelineRunner.Consumer) throws(QueryError) {
        let partners = try partners(of: block)
        var pairs = Pairs()
        for row in 0..<block.rowCount {
            let own = partners.range(row)
            if pairs.count > 0, pairs.count + own.count > Self.blockRowCountMax {
                try emit(pairs, block, consume)
                pairs = Pairs()
            }
            if own.isEmpty, side.plan.kind == .left { pairs.append(row, -1) }
            for place in own { pairs.append(row, partners.rows?[place] ?? Int32(place)) }
        }
        try emit(pairs, block, consume)
    }

    /// For each row of a block the places of its partners.
    private struct Partners {
        let range: (Int) -> Range<Int>
        /// What is at a place; `nil`: the row of that number.
        let rows: [Int32]?
    }

    private func partners(of block: Block) throws(QueryError) -> Partners {
        guard !keyEvaluators.isEmpty else {
            let all = 0..<side.rows.rowCount
            return Partners(range: { _ in all }, rows: nil)
        }
        if self.table == nil { self.table = try makeTable() }
        guard let table else { return Partners(range: { _ in 0..<0 }, rows: nil) }
        var keys: [Column] = []
        for (evaluator, type) in zip(keyEvaluators, side.keyTypes) {
            keys.append(try evaluator.column(of: block, type: type))
        }
        let groups = table.groups.groups(of: keys, rowCount: block.rowCount)
        let size = table.groups.memorySize + 4 * (table.starts.count + table.rows.count)
        try context.useMemory(size - tableSize)
        tableSize = size
        let presence = keys.map { Operand.column($0) }.commonPresence
        return Partners(
            range: { row in presence?[row] == 0 ? 0..<0 : table.range(of: groups[row]) },
            rows: table.rows)
    }

    /// Rows of the block and of the held side that belong together; -1: of no row.
    private struct Pairs {
        var left: [Int32] = []
        var right: [Int32] = []

        var count: Int { left.count }

        mutating func append(_ row: Int, _ partner: Int32) {
            left.append(Int32(row))
            right.append(partner)
        }
    }

    private func emit(
        _ pairs: Pairs, _ block: Block, _ consume: PipelineRunner.Consumer
    ) throws(QueryError) {
        guard pairs.count > 0 else { return }
        try context.check()
        let size = pairs.count * 8 * (1 + block.columns.count + side.rows.columns.count)
        try context.useMemory(size)
        defer { context.freeMemory(size) }
        let joined = joined(block, pairs)
        guard let residual, let kept = try residual.rows(of: joined, selected: nil) else {
            return try consume(joined)
        }
        guard side.plan.kind == .left else { return try consume(joined.gathered(kept)) }
        try consume(self.joined(block, Self.withOrphans(pairs, kept)))
    }

    /// The pairs that are kept; a row of a left join of which none is stays, with nulls beside it.
    private static func withOrphans(_ pairs: Pairs, _ kept: [Int32]) -> Pairs {
        var result = Pairs()
        var next = 0
        var position = 0
        while position < pairs.count {
            let row = pairs.left[position]
            let before = result.count
            while position < pairs.count, pairs.left[position] == row {
                if next < kept.count, kept[next] == Int32(position) {
                    result.append(Int(row), pairs.right[position])
                    next += 1
                }
                position += 1
            }
            if result.count == before { result.append(Int(row), -1) }
        }
        return result
    }

    private func joined(_ block: Block, _ pairs: Pairs) -> Block {
        let own = block.columns.map { $0.gathered(pairs.left) }
        let hasOrphans = pairs.right.contains(-1)
        let others = side.rows.columns.map { column in
            hasOrphans ? column.gatheredOrNull(pairs.right) : column.gathered(pairs.right)
        }
        return Block(rowCount: pairs.count, columns: own + others)
    }
}

extension Column {
    /// As `gathered`, with null where the row is -1.
    func gatheredOrNull(_ rows: [Int32]) -> Column {
        let null = Int32(count)
        let places = rows.map { $0 < 0 ? null : $0 }
        return Column.concatenated([self, Column(nulls: 1, type: type)], type: type)
            .gathered(places)
    }
}
