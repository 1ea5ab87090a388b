import Columns

/// FILL: adds a row for each bucket of time without one, and sorts all by their keys.
///
/// ```
/// groups ─┬─ combinations of the other keys ─┐
///         └─ first and last bucket ─→ buckets ┴→ those without a row ─→ made rows
/// ```
/// Rows that are there stay as they are, also outside of FROM and TO and without a time.
struct FillOperator {
    private let fill: FillPlan
    private let context: ExecutionContext

    init(_ fill: FillPlan, _ context: ExecutionContext) {
        self.fill = fill
        self.context = context
    }

    func run(_ blocks: [Block], _ types: [ColumnType]) throws(QueryError) -> [Block] {
        let whole = Gather.concatenated(blocks, types: types)
        let (groups, examples) = combinations(whole)
        let times = (0..<whole.rowCount).map { row -> Int64? in
            if case .timestamp(let time) = whole.columns[fill.bucket][row] { time } else { nil }
        }
        let made = try missing(groups, examples, times)
        try context.useMemory((whole.rowCount + made.times.count) * (8 + 8 * types.count))
        let added = types.indices.map { position in
            if position == fill.bucket { return Column(timestamps: made.times) }
            return fill.keys.contains(position)
                ? whole.columns[position].gathered(made.examples)
                : Column(
                    repeating: fill.values[position], count: made.times.count,
                    type: types[position])
        }
        let all = Gather.concatenated(
            [whole, Block(rowCount: made.times.count, columns: added)], types: types)
        let order = fill.keys.map {
            SortOrder.Key(column: all.columns[$0], isDescending: false, nullsFirst: false)
        }
        return [all.gathered(SortOrder(order).rows(limit: nil))]
    }

    /// Numbers the combinations of the other keys that occur.
    /// - Returns: the number of each row, and a row of each number. Without other keys there is one
    ///   combination, with or without rows.
    private func combinations(_ whole: Block) -> (groups: [Int32], examples: [Int32]) {
        let others = fill.keys.filter { $0 != fill.bucket }.map { whole.columns[$0] }
        guard !others.isEmpty else {
            return ([Int32](repeating: 0, count: whole.rowCount), [0])
        }
        let table = GroupKeys(types: others.map(\.type))
        var groups = table.groups(of: others, rowCount: whole.rowCount)
        // The table may keep a number for a null that has not come.
        var numbers = [Int32](repeating: -1, count: table.groupCount)
        var examples: [Int32] = []
        for row in groups.indices {
            let group = Int(groups[row])
            if numbers[group] < 0 {
                numbers[group] = Int32(examples.count)
                examples.append(Int32(row))
            }
            groups[row] = numbers[group]
        }
        return (groups, examples)
    }

    /// The rows to make: a row whose other keys each has, and its bucket.
    private func missing(
        _ groups: [Int32], _ examples: [Int32], _ times: [Int64?]
    ) throws(QueryError) -> (examples: [Int32], times: [Int64]) {
        guard !examples.isEmpty else { return ([], []) }
        let starts = try starts(times)
        let numbers = Dictionary(uniqueKeysWithValues: starts.enumerated().map { ($1, $0) })
        let known = times.map { time in time.flatMap { numbers[$0] } }
        let count = examples.count * starts.count - known.count { $0 != nil }
        try checkRows(count)
        try context.useMemory(count * 12 + examples.count * starts.count)
        var isThere = [Bool](repeating: false, count: examples.count * starts.count)
        for (group, number) in zip(groups, known) {
            if let number { isThere[Int(group) * starts.count + number] = true }
        }
        var made: (examples: [Int32], times: [Int64]) = ([], [])
        for (group, example) in examples.enumerated() {
            try context.check()
            for (number, start) in starts.enumerated()
            where !isThere[group * starts.count + number] {
                made.examples.append(example)
                made.times.append(start)
            }
        }
        return made
    }

    /// The begins of all buckets that are to be there, ascending.
    private func starts(_ times: [Int64?]) throws(QueryError) -> [Int64] {
        let present = times.compactMap { $0 }
        var next: Int64?
        let last: Int64
        if let asked = fill.times {
            guard !asked.isEmpty else { return [] }
            next = fill.steps.start(of: asked.lowerBound)
            last = asked.upperBound - 1
        } else {
            guard let highest = present.max() else { return [] }
            next = present.min()
            last = highest
        }
        var starts: [Int64] = []
        while let start = next, start <= last {
            starts.append(start)
            // As many may be there already; the exact number is known when all buckets are.
            try checkRows(starts.count - present.count)
            if starts.count % 4_096 == 0 { try context.check() }
            next = fill.steps.next(after: start)
        }
        return starts
    }

    private func checkRows(_ count: Int) throws(QueryError) {
        let most = context.limits.fillRowCountMax
        guard count <= most else {
            throw QueryError.limit(
                "FILL would make more rows", name: "fillRowCountMax", value: "\(most)"
            ).located(at: fill.range)
        }
    }
}
