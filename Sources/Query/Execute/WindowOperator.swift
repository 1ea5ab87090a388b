import Columns

/// OVER (…): computes window functions over rows that have all been gathered.
///
/// ```
/// rows → sorted by partition, then order ─→ function ─→ put back at each row's own place
/// ```
/// Calls with the same window share the sorting. Rows that tie keep the order of the input, so the
/// same rows always give the same answer.
struct WindowOperator {
    private let calls: [WindowCall]
    private let context: ExecutionContext

    init(_ calls: [WindowCall], _ context: ExecutionContext) {
        self.calls = calls
        self.context = context
    }

    func run(_ blocks: [Block], _ types: [ColumnType]) throws(QueryError) -> [Block] {
        let whole = Gather.concatenated(blocks, types: types)
        guard whole.rowCount > 0 else { return [] }
        guard whole.rowCount < Int(Int32.max) else {
            throw QueryError(.limit, "more than 2³¹ rows cannot be put into windows")
        }
        var results = [Column?](repeating: nil, count: calls.count)
        for first in calls.indices where results[first] == nil {
            let sorted = try sort(whole, calls[first])
            for index in calls.indices[first...]
            where calls[index].hasSameWindow(as: calls[first]) {
                try context.check()
                try context.useMemory(whole.rowCount * 8)
                do {
                    let column = try compute(calls[index], sorted)
                    results[index] = column.gathered(sorted.places)
                } catch {
                    throw error.located(at: calls[index].range)
                }
            }
        }
        return [
            Block(
                rowCount: whole.rowCount, columns: whole.columns + results.compactMap { $0 })
        ]
    }

    /// Rows in a window's order.
    private struct SortedRows {
        let block: Block
        let layout: WindowLayout
        /// Where each row of the input now is.
        let places: [Int32]
    }

    private func sort(_ block: Block, _ call: WindowCall) throws(QueryError) -> SortedRows {
        let count = block.rowCount
        var keys: [SortOrder.Key] = []
        let partitions = try groups(call.partitionBy, block)
        if let partitions {
            keys.append(
                SortOrder.Key(
                    column: Column(integers: partitions.map { Int64($0) }), isDescending: false,
                    nullsFirst: false))
        }
        for key in call.orderBy {
            let column = try Evaluator(key.expression, context).column(
                of: block, type: key.expression.type ?? .string)
            keys.append(
                SortOrder.Key(
                    column: column, isDescending: key.isDescending, nullsFirst: key.nullsFirst))
        }
        let peers = try groups(call.orderBy.map(\.expression), block)
        let order =
            keys.isEmpty ? Array(0..<Int32(count)) : SortOrder(keys).rows(limit: nil)
        var places = [Int32](repeating: 0, count: count)
        for (place, row) in order.enumerated() { places[Int(row)] = Int32(place) }
        try context.useMemory(count * (16 + 8 * block.columns.count))
        return SortedRows(
            block: block.gathered(order),
            layout: WindowLayout(
                rowCount: count, partitions: partitions.map { Gather.values($0, order) },
                peers: peers.map { Gather.values($0, order) }),
            places: places)
    }

    /// A number for each row that is the same where all `keys` are; `nil` if there are none.
    private func groups(
        _ keys: [BoundExpression], _ block: Block
    ) throws(QueryError) -> [Int32]? {
        guard !keys.isEmpty else { return nil }
        let table = GroupKeys(types: keys.map { $0.type ?? .string })
        var columns: [Column] = []
        for key in keys {
            columns.append(
                try Evaluator(key, context).column(of: block, type: key.type ?? .string))
        }
        return table.groups(of: columns, rowCount: block.rowCount)
    }

    private func compute(
        _ call: WindowCall, _ sorted: SortedRows
    ) throws(QueryError) -> Column {
        var arguments: [Column] = []
        for argument in call.arguments {
            arguments.append(
                try Evaluator(argument, context).column(
                    of: sorted.block, type: argument.type ?? .string))
        }
        switch call.kind {
        case .ranking(let function):
            return try function.compute(arguments, sorted.layout, call.frame)
        case .aggregate(let aggregate):
            let block = Block(rowCount: sorted.block.rowCount, columns: arguments)
            guard call.frame == .wholePartition else {
                return try FrameAggregate(aggregate, context).compute(
                    block, sorted.layout, call.frame)
            }
            return try wholePartitions(aggregate, block, sorted.layout)
        }
    }

    /// An aggregate of each partition, beside each of its rows.
    private func wholePartitions(
        _ call: AggregateCall, _ block: Block, _ layout: WindowLayout
    ) throws(QueryError) -> Column {
        var numbers = [Int32](repeating: 0, count: layout.rowCount)
        for (number, partition) in layout.partitions.enumerated() {
            for row in partition { numbers[row] = Int32(number) }
        }
        let keyed = Block(
            rowCount: block.rowCount,
            columns: block.columns + [Column(integers: numbers.map { Int64($0) })])
        let key = NamedExpression(
            name: "$partition", expression: .column(block.columns.count, .int64, .nowhere))
        let plan = AggregatePlan(keys: [key], aggregates: [NamedAggregate(name: "$", call: call)])
        let pipeline = Pipeline(source: .blocks(Executor.pieces(keyed)))
        // Groups come out in the order of their keys, which are the partitions' numbers.
        let groups = try AggregateOperator(plan, context).run(pipeline)
        return groups[0].columns[1].gathered(numbers)
    }
}

extension WindowLayout {
    /// - Parameters:
    ///   - partitions: equal numbers for the rows of one partition, which are neighbours; `nil`: one.
    ///   - peers: equal numbers for rows that tie, within a partition; `nil`: all tie.
    init(rowCount: Int, partitions: [Int32]?, peers: [Int32]?) {
        var ranges: [Range<Int>] = []
        var start = 0
        for row in 1..<max(1, rowCount) {
            if let partitions, partitions[row] != partitions[row - 1] {
                ranges.append(start..<row)
                start = row
            }
        }
        if rowCount > 0 { ranges.append(start..<rowCount) }
        var peerStart = [Int32](repeating: 0, count: rowCount)
        var peerEnd = [Int32](repeating: 0, count: rowCount)
        for range in ranges {
            var first = range.lowerBound
            for row in range {
                let isLast =
                    row + 1 == range.upperBound || (peers.map { $0[row] != $0[row + 1] } ?? false)
                guard isLast else { continue }
                for peer in first...row {
                    peerStart[peer] = Int32(first)
                    peerEnd[peer] = Int32(row + 1)
                }
                first = row + 1
            }
        }
        self.init(
            rowCount: rowCount, partitions: ranges, peerStart: peerStart, peerEnd: peerEnd)
    }
}
