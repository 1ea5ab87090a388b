import Columns

/// count, sum, avg, min and max over frames that move with the row.
///
/// A tree over the rows holds the result of each aligned stretch of 1, 2, 4 … rows, so that a frame of
/// any length costs a logarithm of it, and nothing has to be taken out of a sum again, which rounding
/// would not forgive.
struct FrameAggregate {
    private let call: AggregateCall
    private let context: ExecutionContext

    static func isPossible(_ call: AggregateCall) -> Bool {
        ["count", "sum", "avg", "min", "max"].contains(call.function.name) && !call.isDistinct
    }

    init(_ call: AggregateCall, _ context: ExecutionContext) {
        self.call = call
        self.context = context
    }

    /// - Parameter block: the arguments' own arguments, in the window's order.
    func compute(
        _ block: Block, _ layout: WindowLayout, _ frame: WindowFrame
    ) throws(QueryError) -> Column {
        var presence: [UInt8]?
        var argument: Column?
        for expression in call.arguments {
            let column = try Evaluator(expression, context).column(
                of: block, type: expression.type ?? .string)
            argument = column
            presence = Self.both(presence, column.presence)
        }
        if let filter = call.filter {
            let mask = Logic.mask(
                of: try Evaluator(filter, context).evaluate(block), block.rowCount)
            presence = Self.both(presence, mask)
        }
        try context.useMemory(block.rowCount * 32)
        defer { context.freeMemory(block.rowCount * 32) }
        let counts = try counts(presence, layout, frame)
        switch call.function.name {
        case "sum", "avg":
            guard let argument else { return Column(integers: counts) }
            return try sums(argument, presence, counts, layout, frame)
        case "min", "max":
            guard let argument else { return Column(integers: counts) }
            return try extremes(argument, presence, counts, layout, frame)
        default: return Column(integers: counts)
        }
    }

    private static func both(_ a: [UInt8]?, _ b: [UInt8]?) -> [UInt8]? {
        guard let a, let b else { return a ?? b }
        return zip(a, b).map { $0 & $1 }
    }

    /// Values in each row's frame: the difference of two running counts.
    private func counts(
        _ presence: [UInt8]?, _ layout: WindowLayout, _ frame: WindowFrame
    ) throws(QueryError) -> [Int64] {
        var running: [Int64] = [0]
        running.reserveCapacity(layout.rowCount + 1)
        for row in 0..<layout.rowCount {
            running.append(running[row] + (presence.map { Int64($0[row]) } ?? 1))
        }
        var counts = [Int64](repeating: 0, count: layout.rowCount)
        try layout.forEachFrame(frame) { (row, rows) throws(QueryError) in
            counts[row] = running[rows.upperBound] - running[rows.lowerBound]
        }
        return counts
    }

    private func sums(
        _ argument: Column, _ presence: [UInt8]?, _ counts: [Int64], _ layout: WindowLayout,
        _ frame: WindowFrame
    ) throws(QueryError) -> Column {
        let isAverage = call.function.name == "avg"
        let validity = counts.map { $0 > 0 ? UInt8(1) : 0 }
        let mask = validity.contains(0) ? validity : nil
        switch argument.values {
        case .int64(let values):
            let tree = FrameTree(
                values.indices.map { presence?[$0] == 0 ? 0 : Int128(values[$0]) }, none: Int128(0),
                +)
            var totals = [Int128](repeating: 0, count: layout.rowCount)
            try layout.forEachFrame(frame) { (row, rows) throws(QueryError) in
                totals[row] = tree.total(rows)
            }
            if isAverage {
                return Column(
                    doubles: totals.indices.map { Double(totals[$0]) / Double(max(1, counts[$0])) },
                    validity: mask)
            }
            var sums: [Int64] = []
            for total in totals {
                guard let sum = Int64(exactly: total) else {
                    throw QueryError(
                        .value, "the sum does not fit a 64-bit integer",
                        hint: "sum doubles: sum(CAST(x AS DOUBLE))")
                }
                sums.append(sum)
            }
            return Column(integers: sums, validity: mask)
        case .double(let values):
            let terms = values.indices.map { row -> CompensatedSum in
                var sum = CompensatedSum()
                if presence?[row] != 0 { sum.add(values[row]) }
                return sum
            }
            let tree = FrameTree(terms, none: CompensatedSum()) { a, b in
                var sum = a
                sum.add(b)
                return sum
            }
            var totals = [Double](repeating: 0, count: layout.rowCount)
            try layout.forEachFrame(frame) { (row, rows) throws(QueryError) in
                let total = tree.total(rows).value
                totals[row] = isAverage ? total / Double(max(1, counts[row])) : total
            }
            return Column(doubles: totals, validity: mask)
        case .allNull, .bool, .string:
            return Column(nulls: layout.rowCount, type: call.type)
        }
    }

    /// Each value's rank stands for it, so one tree serves all types.
    private func extremes(
        _ argument: Column, _ presence: [UInt8]?, _ counts: [Int64], _ layout: WindowLayout,
        _ frame: WindowFrame
    ) throws(QueryError) -> Column {
        let takesLess = call.function.name == "min"
        let order = SortOrder([
            SortOrder.Key(column: argument, isDescending: !takesLess, nullsFirst: false)
        ]).rows(limit: nil)
        let none = Int32(layout.rowCount)
        var ranks = [Int32](repeating: none, count: layout.rowCount)
        for (rank, row) in order.enumerated() where presence?[Int(row)] != 0 {
            ranks[Int(row)] = Int32(rank)
        }
        let tree = FrameTree(ranks, none: none) { min($0, $1) }
        var best = [Int32](repeating: -1, count: layout.rowCount)
        try layout.forEachFrame(frame) { (row, rows) throws(QueryError) in
            let rank = tree.total(rows)
            best[row] = rank == none ? -1 : order[Int(rank)]
        }
        return argument.gatheredOrNull(best)
    }
}

/// Totals of stretches of a list, for an operation of which the order of terms does not matter.
struct FrameTree<Term> {
    /// Node i has nodes 2i and 2i + 1 below it; the terms are the last half.
    private var nodes: [Term]
    private let count: Int
    private let none: Term
    private let combine: (Term, Term) -> Term

    init(_ terms: [Term], none: Term, _ combine: @escaping (Term, Term) -> Term) {
        count = terms.count
        self.none = none
        self.combine = combine
        nodes = [Term](repeating: none, count: count) + terms
        for node in stride(from: count - 1, to: 0, by: -1) {
            nodes[node] = combine(nodes[2 * node], nodes[2 * node + 1])
        }
    }

    func total(_ range: Range<Int>) -> Term {
        var result = none
        var low = range.lowerBound + count
        var high = range.upperBound + count
        while low < high {
            if low & 1 == 1 {
                result = combine(result, nodes[low])
                low += 1
            }
            if high & 1 == 1 {
                high -= 1
                result = combine(result, nodes[high])
            }
            low >>= 1
            high >>= 1
        }
        return result
    }
}
