import Columns

/// `var_samp(x)` and `stddev_samp(x)`; null for fewer than two values.
enum VarianceFunctions {
    static let variance = make("var_samp") { $0 }
    static let deviation = make("stddev_samp") { $0.squareRoot() }

    private static func make(
        _ name: String, _ change: @escaping @Sendable (Double) -> Double
    ) -> AggregateFunction {
        AggregateFunction(
            name: name, usage: "\(name)(x)", family: "variance",
            resolve: ScalarFunction.overloads([([.double], .double)]),
            makeState: { _ in VarianceState() },
            finish: { (state, groupCount, _) throws(QueryError) in
                guard let state = state as? VarianceState else { return Column(doubles: []) }
                let cells = (0..<groupCount).map { state.variance($0).map(change) }
                let validity = cells.map { $0 == nil ? UInt8(0) : 1 }
                return Column(
                    doubles: cells.map { $0 ?? 0 },
                    validity: validity.contains(0) ? validity : nil)
            })
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
            // The square and what its rounding lost, exactly.
            let square = value * value
            moments[group].squares.add(square)
            moments[group].squares.add((-square).addingProduct(value, value))
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

    func variance(_ group: Int) -> Double? {
        guard group < moments.count, moments[group].count > 1 else { return nil }
        let count = Double(moments[group].count)
        let mean = moments[group].sum.value / count
        // Σx² − n·mean², with the rounding errors of each product added back.
        var rest = moments[group].squares
        let meanSquare = mean * mean
        let product = -count * meanSquare
        rest.add(product)
        rest.add((-product).addingProduct(-count, meanSquare))
        rest.add(-count * (-meanSquare).addingProduct(mean, mean))
        var residue = moments[group].sum
        residue.add(-count * mean)
        residue.add((count * mean).addingProduct(-count, mean))
        rest.add(-2 * mean * residue.value)
        return Swift.max(0, rest.value / (count - 1))
    }
}
