import Columns

/// `var_samp(x)` and `stddev_samp(x)`, null for fewer than two values; `var_pop(x)` and
/// `stddev_pop(x)`, null for none.
enum VarianceFunctions {
    static let sample = make("var_samp", least: 2) { $0 }
    static let sampleDeviation = make("stddev_samp", least: 2) { $0.squareRoot() }
    static let population = make("var_pop", least: 1) { $0 }
    static let populationDeviation = make("stddev_pop", least: 1) { $0.squareRoot() }

    /// - Parameter least: values that are needed; the sum of squares is divided by n − least + 1.
    private static func make(
        _ name: String, least: Int64, _ change: @escaping @Sendable (Double) -> Double
    ) -> AggregateFunction {
        AggregateFunction(
            name: name, usage: "\(name)(x)", family: "variance",
            resolve: ScalarFunction.overloads([([.double], .double)]),
            makeState: { _ in VarianceState() },
            finish: { (state, groupCount, _) throws(QueryError) in
                guard let state = state as? VarianceState else { return Column(doubles: []) }
                let cells = (0..<groupCount).map { group in
                    let count = state.count(group)
                    return count < least
                        ? nil : change(state.squares(group) / Double(count - least + 1))
                }
                return Column(optionalDoubles: cells)
            }, portability: .everywhere)
    }
}

/// Sums of values and of squares, both with compensation: little is lost to cancelling, and the order
/// of rows does not show. Of equal values what remains is about 10⁻¹² of them, not always zero.
final class VarianceState: AggregateState {
    private struct Moments {
        var count: Int64 = 0
        var sum = CompensatedSum()
        var squares = CompensatedSum()
    }
    private var moments: [Moments] = []

    var memorySize: Int { moments.capacity * MemoryLayout<Moments>.stride }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        moments.grow(to: rows.groupCount, with: Moments())
        guard case .double(let values) = arguments[0].values else { return }
        let mask = arguments[0].validity
        for row in 0..<values.count {
            if let mask, mask[row] == 0 { continue }
            let group = rows.groups.map { Int($0[row]) } ?? 0
            let value = values[row]
            moments[group].count += 1
            moments[group].sum.add(value)
            moments[group].squares.addProduct(value, value)
        }
    }

    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? VarianceState else { return }
        moments.grow(to: groupCount, with: Moments())
        for (group, more) in other.moments.enumerated() {
            moments[Int(groups[group])].count += more.count
            moments[Int(groups[group])].sum.add(more.sum)
            moments[Int(groups[group])].squares.add(more.squares)
        }
    }

    func count(_ group: Int) -> Int64 { group < moments.count ? moments[group].count : 0 }

    /// The sum of squared distances from the mean.
    func squares(_ group: Int) -> Double {
        let own = moments[group]
        return Swift.max(
            0, CompensatedSum.centered(own.squares, own.sum, own.sum, count: own.count))
    }
}
