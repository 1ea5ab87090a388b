import Columns

/// `sum(x)` and `avg(x)`; null for no values.
///
/// Sums of integers are exact and an error if the total does not fit; sums of doubles carry what
/// rounding loses (Neumaier), so that the order of rows does not show.
enum SumFunctions {
    static let sum = AggregateFunction(
        name: "sum", usage: "sum(x)", family: "sum",
        resolve: ScalarFunction.overloads([([.int64], .int64), ([.double], .double)]),
        makeState: makeState,
        finish: { (state, groupCount, _) throws(QueryError) in
            if let state = state as? IntegerSumState {
                state.grow(to: groupCount)
                var results: [Int64] = []
                results.reserveCapacity(groupCount)
                for group in 0..<groupCount {
                    guard let total = Int64(exactly: state.sums[group]) else {
                        throw QueryError(
                            .value, "the sum does not fit a 64-bit integer",
                            hint: "sum doubles: sum(CAST(x AS DOUBLE))")
                    }
                    results.append(total)
                }
                return Column(
                    integers: results, validity: validity(state.counts, groupCount))
            }
            guard let state = state as? DoubleSumState else { return Column(doubles: []) }
            state.grow(to: groupCount)
            return Column(
                doubles: (0..<groupCount).map { state.total($0) },
                validity: validity(state.counts, groupCount))
        }, portability: .everywhere)

    static let average = AggregateFunction(
        name: "avg", usage: "avg(x)", family: "sum",
        resolve: ScalarFunction.overloads([([.int64], .double), ([.double], .double)]),
        makeState: makeState,
        finish: { (state, groupCount, _) throws(QueryError) in
            let results: [Double]
            let counts: [Int64]
            if let state = state as? IntegerSumState {
                state.grow(to: groupCount)
                results = (0..<groupCount).map {
                    Double(state.sums[$0]) / Double(Swift.max(1, state.counts[$0]))
                }
                counts = state.counts
            } else if let state = state as? DoubleSumState {
                state.grow(to: groupCount)
                results = (0..<groupCount).map {
                    state.total($0) / Double(Swift.max(1, state.counts[$0]))
                }
                counts = state.counts
            } else {
                return Column(doubles: [])
            }
            return Column(doubles: results, validity: validity(counts, groupCount))
        }, portability: .everywhere)

    private static let makeState: @Sendable ([ColumnType]) -> any AggregateState = { types in
        types.first == .double ? DoubleSumState() : IntegerSumState()
    }

    /// A group without values is null.
    static func validity(_ counts: [Int64], _ groupCount: Int) -> [UInt8]? {
        let mask = counts.prefix(groupCount).map { UInt8($0 > 0) }
        return mask.contains(0) ? mask : nil
    }
}

final class IntegerSumState: AggregateState {
    private(set) var sums: [Int128] = []
    private(set) var counts: [Int64] = []

    var memorySize: Int { sums.capacity * 16 + counts.capacity * 8 }

    func grow(to groupCount: Int) {
        sums.grow(to: groupCount, with: 0)
        counts.grow(to: groupCount, with: 0)
    }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        grow(to: rows.groupCount)
        guard case .int64(let values) = arguments[0].values else { return }
        let mask = arguments[0].validity
        sums.withUnsafeMutableBufferPointer { sums in
            counts.withUnsafeMutableBufferPointer { counts in
                for row in 0..<values.count where mask == nil || mask?[row] == 1 {
                    let group = rows.groups.map { Int($0[row]) } ?? 0
                    sums[group] &+= Int128(values[row])
                    counts[group] &+= 1
                }
            }
        }
    }

    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? IntegerSumState else { return }
        grow(to: groupCount)
        for group in other.sums.indices {
            sums[Int(groups[group])] &+= other.sums[group]
            counts[Int(groups[group])] &+= other.counts[group]
        }
    }
}

final class DoubleSumState: AggregateState {
    private(set) var sums: [CompensatedSum] = []
    private(set) var counts: [Int64] = []

    var memorySize: Int { sums.capacity * 16 + counts.capacity * 8 }

    func total(_ group: Int) -> Double { sums[group].value }

    func grow(to groupCount: Int) {
        sums.grow(to: groupCount, with: CompensatedSum())
        counts.grow(to: groupCount, with: 0)
    }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        grow(to: rows.groupCount)
        guard case .double(let values) = arguments[0].values else { return }
        let presence = arguments[0].validity
        sums.withUnsafeMutableBufferPointer { sums in
            counts.withUnsafeMutableBufferPointer { counts in
                values.withUnsafeBufferPointer { values in
                    if presence == nil, let groups = rows.groups {
                        groups.withUnsafeBufferPointer { groups in
                            for row in 0..<values.count {
                                let group = Int(groups[row])
                                sums[group].add(values[row])
                                counts[group] &+= 1
                            }
                        }
                        return
                    }
                    for row in 0..<values.count {
                        if let presence, presence[row] == 0 { continue }
                        let group = rows.groups.map { Int($0[row]) } ?? 0
                        sums[group].add(values[row])
                        counts[group] &+= 1
                    }
                }
            }
        }
    }

    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? DoubleSumState else { return }
        grow(to: groupCount)
        for group in other.sums.indices {
            sums[Int(groups[group])].add(other.sums[group])
            counts[Int(groups[group])] &+= other.counts[group]
        }
    }
}
