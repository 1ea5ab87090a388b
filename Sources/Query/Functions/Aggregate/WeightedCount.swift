import Columns

/// What `count` becomes over rows that stand for several: the last argument says for how many, null for one.
///
/// Only the optimizer calls it; it is in no table of functions.
enum WeightedCount {
    static let function = AggregateFunction(
        name: "count of", usage: "count of rows that stand for several", family: "count of",
        resolve: { arguments in
            .signature(arguments.map { $0.type ?? .string }, .int64)
        },
        makeState: { _ in WeightedCountState() },
        finish: { (state, groupCount, parameters) throws(QueryError) in
            guard let state = state as? WeightedCountState else { return Column(integers: []) }
            return try CountFunction.function.finish(state.counts, groupCount, parameters)
        })
}

final class WeightedCountState: AggregateState {
    let counts = CountState()

    var memorySize: Int { counts.memorySize }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        let counted = Array(arguments.dropLast())
        guard let last = arguments.last, case .int64(var weights) = last.values else {
            return try counts.update(rows, counted)
        }
        counts.counts.grow(to: rows.groupCount, with: 0)
        var masks = counted.compactMap(\.presence)
        if let own = last.validity {
            for row in own.indices where own[row] == 0 { weights[row] = 1 }
        }
        guard !masks.isEmpty else { return add(weights, rows.groups) }
        let first = masks.removeFirst()
        for row in 0..<rows.rowCount
        where first[row] == 0 || masks.contains(where: { $0[row] == 0 }) {
            weights[row] = 0
        }
        add(weights, rows.groups)
    }

    private func add(_ weights: [Int64], _ groups: [Int32]?) {
        guard let groups else {
            counts.counts[0] &+= weights.reduce(0, &+)
            return
        }
        // Groups are less than the count that there is room for (`GroupedRows`).
        counts.counts.withUnsafeMutableBufferPointer { counts in
            for row in 0..<groups.count { counts[Int(groups[row])] &+= weights[row] }
        }
    }

    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? WeightedCountState else { return }
        try counts.merge(other.counts, groups: groups, groupCount: groupCount)
    }
}
