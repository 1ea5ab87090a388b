import Columns

/// `covar_samp(x, y)`, null for fewer than two pairs; `covar_pop(x, y)` and `corr(x, y)`, null for none.
///
/// Rows in which one of the two is null do not count. Without any variance there is no correlation:
/// `corr` is null.
enum CovarianceFunctions {
    static let sample = make("covar_samp") { state, group in
        let count = state.count(group)
        return count < 2 ? nil : state.covariance(group) / Double(count - 1)
    }
    static let population = make("covar_pop") { state, group in
        let count = state.count(group)
        return count < 1 ? nil : state.covariance(group) / Double(count)
    }
    static let correlation = make("corr") { $0.correlation($1) }

    private static func make(
        _ name: String, _ result: @escaping @Sendable (CovarianceState, Int) -> Double?
    ) -> AggregateFunction {
        AggregateFunction(
            name: name, usage: "\(name)(x, y)", family: "covariance",
            resolve: ScalarFunction.overloads([([.double, .double], .double)]),
            makeState: { _ in CovarianceState() },
            finish: { (state, groupCount, _) throws(QueryError) in
                guard let state = state as? CovarianceState else { return Column(doubles: []) }
                return Column(optionalDoubles: (0..<groupCount).map { result(state, $0) })
            }, portability: .everywhere)
    }
}

/// Sums of values and of products, with compensation as in `VarianceState`.
final class CovarianceState: AggregateState {
    private struct Moments {
        var count: Int64 = 0
        var x = CompensatedSum()
        var y = CompensatedSum()
        var xx = CompensatedSum()
        var yy = CompensatedSum()
        var xy = CompensatedSum()
    }
    private var moments: [Moments] = []

    var memorySize: Int { moments.capacity * MemoryLayout<Moments>.stride }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        moments.grow(to: rows.groupCount, with: Moments())
        guard case .double(let xs) = arguments[0].values,
            case .double(let ys) = arguments[1].values
        else { return }
        let masks = [arguments[0].validity, arguments[1].validity].compactMap { $0 }
        for row in 0..<xs.count {
            if masks.contains(where: { $0[row] == 0 }) { continue }
            let group = rows.groups.map { Int($0[row]) } ?? 0
            let (x, y) = (xs[row], ys[row])
            moments[group].count += 1
            moments[group].x.add(x)
            moments[group].y.add(y)
            moments[group].xx.addProduct(x, x)
            moments[group].yy.addProduct(y, y)
            moments[group].xy.addProduct(x, y)
        }
    }

    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? CovarianceState else { return }
        moments.grow(to: groupCount, with: Moments())
        for (source, more) in other.moments.enumerated() {
            let group = Int(groups[source])
            moments[group].count += more.count
            moments[group].x.add(more.x)
            moments[group].y.add(more.y)
            moments[group].xx.add(more.xx)
            moments[group].yy.add(more.yy)
            moments[group].xy.add(more.xy)
        }
    }

    func count(_ group: Int) -> Int64 { group < moments.count ? moments[group].count : 0 }

    /// The sum of products of distances from the means.
    func covariance(_ group: Int) -> Double {
        let own = moments[group]
        return CompensatedSum.centered(own.xy, own.x, own.y, count: own.count)
    }

    func correlation(_ group: Int) -> Double? {
        guard count(group) > 0 else { return nil }
        let own = moments[group]
        let xx = CompensatedSum.centered(own.xx, own.x, own.x, count: own.count)
        let yy = CompensatedSum.centered(own.yy, own.y, own.y, count: own.count)
        // Of equal values rounding may leave a trace; it is not variance.
        func varies(_ squares: Double, _ sum: CompensatedSum) -> Bool {
            let mean = sum.value / Double(own.count)
            return squares.isNaN || squares > 1e-24 * mean * mean * Double(own.count)
        }
        guard varies(xx, own.x), varies(yy, own.y) else { return nil }
        // One root is more exact, unless the product leaves the range of doubles.
        let product = xx * yy
        let deviations =
            product.isNormal ? product.squareRoot() : xx.squareRoot() * yy.squareRoot()
        let result = covariance(group) / deviations
        return result.isNaN ? result : min(1, max(-1, result))
    }
}
