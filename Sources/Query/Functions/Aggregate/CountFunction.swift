import Columns

/// `count(*)`, `count(x)` (not null) and `count_if(condition)`.
enum CountFunction {
    static let function = AggregateFunction(
        name: "count", usage: "count(*) or count(x)", family: "count",
        resolve: { arguments in
            .signature(arguments.map { $0.type ?? .string }, .int64)
        },
        makeState: { _ in CountState() },
        finish: { (state, groupCount, _) throws(QueryError) in
            guard let state = state as? CountState else { return Column(integers: []) }
            state.counts.grow(to: groupCount, with: 0)
            return Column(integers: Array(state.counts.prefix(groupCount)))
        }, portability: .everywhere)

    /// The binder turns it into `count(*) FILTER (WHERE condition)`.
    static let conditional = AggregateFunction(
        name: "count_if", usage: "count_if(condition)", family: "count",
        resolve: ScalarFunction.overloads([([.bool], .int64)]),
        makeState: function.makeState, finish: function.finish, portability: .spark)
}

final class CountState: AggregateState {
    var counts: [Int64] = []

    var memorySize: Int { counts.capacity * 8 }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        counts.grow(to: rows.groupCount, with: 0)
        var mask: [UInt8]?
        for argument in arguments {
            guard let presence = argument.presence else { continue }
            mask =
                mask.map { Lane.map(.rows($0), .rows(presence), count: $0.count) { $0 & $1 } }
                ?? presence
        }
        guard let groups = rows.groups else {
            counts[0] &+= mask.map { Self.ones(in: $0) } ?? Int64(rows.rowCount)
            return
        }
        counts.withUnsafeMutableBufferPointer { counts in
            groups.withUnsafeBufferPointer { groups in
                if let mask {
                    mask.withUnsafeBufferPointer { mask in
                        for row in 0..<groups.count {
                            counts[Int(groups[row])] &+= Int64(mask[row])
                        }
                    }
                } else {
                    for row in 0..<groups.count { counts[Int(groups[row])] &+= 1 }
                }
            }
        }
    }

    static func ones(in mask: [UInt8]) -> Int64 {
        var sum: Int64 = 0
        mask.withUnsafeBufferPointer { mask in
            for byte in mask { sum &+= Int64(byte) }
        }
        return sum
    }

    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? CountState else { return }
        counts.grow(to: groupCount, with: 0)
        for (group, count) in other.counts.enumerated() { counts[Int(groups[group])] &+= count }
    }
}
