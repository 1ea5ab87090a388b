import Columns

/// `histogram(x, n)`: n buckets of equal width from the smallest to the largest value, as JSON text.
///
/// A value is in the bucket that begins at or below it; the largest is in the last one. If all values
/// are equal there is one bucket. NaN and infinities do not count, since no width reaches them.
///
/// The bounds are known only when all values are, so it keeps them, in the same state as quantiles.
enum HistogramFunction {
    /// Buckets that one call may ask for.
    static let bucketCountMax: Int64 = 10_000

    static let function = AggregateFunction(
        name: "histogram", usage: "histogram(x, buckets)", family: "quantile",
        resolve: ScalarFunction.overloads([([.double], .string)]),
        makeState: { _ in QuantileState() },
        finish: { (state, groupCount, parameters) throws(QueryError) in
            guard let state = state as? QuantileState else { return Column(integers: []) }
            var texts = TextColumnBuilder()
            var order = state.takeOrder(groupCount)
            for group in 0..<groupCount {
                let values = order.values(of: group)
                try texts.append(text(values, bucketCount: Int(parameters.integer(at: 0))))
            }
            state.keep(order)
            return texts.column()
        },
        trailing: [.number(1...bucketCountMax)])

    /// - Parameter values: in ascending order.
    private static func text(_ values: ArraySlice<Double>, bucketCount: Int) -> [UInt8]? {
        let finite = values[
            partition(values) { $0 > -.infinity }..<partition(values) { !($0 < .infinity) }]
        guard let low = finite.first, let high = finite.last else { return nil }
        let count = low == high ? 1 : bucketCount
        func edge(_ number: Int) -> Double {
            if number == count { return high }
            // In this form even the widest range does not overflow.
            let part = Double(number) / Double(count)
            return low * (1 - part) + high * part
        }
        var text = Array("[".utf8)
        var start = finite.startIndex
        for number in 0..<count {
            let (lower, upper) = (edge(number), edge(number + 1))
            let end = number + 1 == count ? finite.endIndex : partition(finite) { $0 >= upper }
            text += (number > 0 ? "," : "").utf8
            text += "{\"lower\":\(lower),\"upper\":\(upper),\"count\":\(max(0, end - start))}".utf8
            start = max(start, end)
        }
        text.append(UInt8(ascii: "]"))
        return text
    }

    /// The first position at which `isAbove` holds, which it then does to the end.
    private static func partition(
        _ values: ArraySlice<Double>, _ isAbove: (Double) -> Bool
    ) -> Int {
        var (low, high) = (values.startIndex, values.endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if isAbove(values[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
