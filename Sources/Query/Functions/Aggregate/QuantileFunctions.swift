import Columns

/// `percentile_cont(p) WITHIN GROUP (ORDER BY x)`, `approx_percentile(x, p)`, `median(x)`: with n values
/// in order, the one at position p·(n−1), between two of them in proportion. `percentile_disc(p)`: the
/// first value at or above which at least the part p of them lies.
///
/// All are exact, and as in DuckDB and PostgreSQL.
enum QuantileFunctions {
    static let percentile = make(
        "percentile_cont", "percentile_cont(p) WITHIN GROUP (ORDER BY x)", .continuous,
        isOrderRequired: true, .spark)
    static let discrete = make(
        "percentile_disc", "percentile_disc(p) WITHIN GROUP (ORDER BY x)", .discrete,
        isOrderRequired: false, .spark)
    // Spark's answers with one of the values, ClickHouse has it as `quantile(p)(x)`.
    static let approximate = make(
        "approx_percentile", "approx_percentile(x, p)", .continuous, isOrderRequired: false, .local)

    static let median: AggregateFunction = {
        var function = make(
            "median", "median(x)", .continuous, isOrderRequired: false, .everywhere)
        function.trailing = []
        function.withinGroup = .none
        function.fixedParameters = [.double(0.5)]
        return function
    }()

    /// What lies between two values.
    enum Kind: Sendable { case continuous, discrete }

    private static func make(
        _ name: String, _ usage: String, _ kind: Kind, isOrderRequired: Bool,
        _ portability: Portability
    ) -> AggregateFunction {
        AggregateFunction(
            name: name, usage: usage, family: "quantile",
            resolve: ScalarFunction.overloads([([.double], .double)]),
            makeState: { _ in QuantileState() },
            finish: { (state, groupCount, parameters) throws(QueryError) in
                guard let state = state as? QuantileState else { return Column(doubles: []) }
                let fraction = parameters.double(at: 0)
                let isDescending = parameters.isTrue(at: 1)
                let cells = (0..<groupCount).map { group -> Double? in
                    let values = state.values(of: group, groupCount)
                    return switch kind {
                    case .continuous:
                        continuous(values, isDescending ? 1 - fraction : fraction)
                    case .discrete: discrete(values, fraction, isDescending)
                    }
                }
                return Column(optionalDoubles: cells)
            },
            trailing: [.fraction], withinGroup: .values(isRequired: isOrderRequired),
            portability: portability)
    }

    /// - Parameter values: in ascending order.
    private static func continuous(_ values: ArraySlice<Double>, _ fraction: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let position = fraction * Double(values.count - 1)
        let below = Int(position)
        let above = min(below + 1, values.count - 1)
        let (a, b) = (values[values.startIndex + below], values[values.startIndex + above])
        let weight = position - Double(below)
        return weight == 0 || a == b ? a : a + (b - a) * weight
    }

    private static func discrete(
        _ values: ArraySlice<Double>, _ fraction: Double, _ isDescending: Bool
    ) -> Double? {
        guard !values.isEmpty else { return nil }
        let rank = max(1, Int((fraction * Double(values.count)).rounded(.up)))
        return isDescending ? values[values.endIndex - rank] : values[values.startIndex + rank - 1]
    }
}

/// Every value with its group; put in order by group once, when the first quantile is asked for.
final class QuantileState: AggregateState {
    private var groups: [Int32] = []
    private var values: [Double] = []
    /// The values of group g are `ordered[starts[g]..<starts[g + 1]]`, ascending.
    private var ordered: [Double] = []
    private var starts: [Int] = []

    var memorySize: Int { groups.capacity * 4 + values.capacity * 8 + ordered.capacity * 8 }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        guard case .double(let new) = arguments[0].values else { return }
        if let mask = arguments[0].validity {
            let present = Gather.positions(mask)
            values += Gather.values(new, present)
            groups +=
                rows.groups.map { Gather.values($0, present) }
                ?? [Int32](repeating: 0, count: present.count)
        } else {
            values += new
            groups += rows.groups ?? [Int32](repeating: 0, count: new.count)
        }
    }

    func merge(
        _ other: any AggregateState, groups mapping: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? QuantileState else { return }
        values += other.values
        groups += other.groups.map { mapping[Int($0)] }
    }

    /// The values of a group in ascending order.
    func values(of group: Int, _ groupCount: Int) -> ArraySlice<Double> {
        if starts.isEmpty { order(groupCount) }
        return ordered[starts[group]..<starts[group + 1]]
    }

    /// Counting sort by group, then each group by value.
    private func order(_ groupCount: Int) {
        var starts = [Int](repeating: 0, count: groupCount + 1)
        var ordered = [Double](repeating: 0, count: values.count)
        groups.withUnsafeBufferPointer { groups in
            for group in groups { starts[Int(group) + 1] += 1 }
            for group in 0..<groupCount { starts[group + 1] += starts[group] }
            var next = starts
            next.withUnsafeMutableBufferPointer { next in
                ordered.withUnsafeMutableBufferPointer { ordered in
                    values.withUnsafeBufferPointer { values in
                        // Every group is below `groupCount`, so every place below the row count.
                        for row in 0..<groups.count {
                            let group = Int(groups[row])
                            ordered[next[group]] = values[row]
                            next[group] &+= 1
                        }
                    }
                }
            }
        }
        for group in 0..<groupCount {
            RadixSort.sort(&ordered, starts[group]..<starts[group + 1])
        }
        self.starts = starts
        self.ordered = ordered
        groups = []
        values = []
    }
}

/// Sorting doubles by their order keys.
enum RadixSort {
    /// Short ranges by comparison; long ones by four passes over 16 bits of the key each, skipping
    /// passes in which all keys agree (measured data has few digits).
    static func sort(_ values: inout [Double], _ range: Range<Int>) {
        guard range.count > 4_096, range.count < Int(Int32.max) else {
            values[range].sort { ValueOrder.isLess($0, $1) }
            return
        }
        var keys = values[range].map { ValueOrder.key($0) }
        var other = [UInt64](repeating: 0, count: keys.count)
        var differing: UInt64 = 0
        for key in keys { differing |= key ^ keys[0] }
        for shift in stride(from: UInt64(0), to: 64, by: 16) {
            if (differing >> shift) & 0xFFFF == 0 { continue }
            var positions = [Int32](repeating: 0, count: 65_536)
            positions.withUnsafeMutableBufferPointer { positions in
                for key in keys {
                    positions[Int(truncatingIfNeeded: (key &>> shift) & 0xFFFF)] &+= 1
                }
                var sum: Int32 = 0
                for digit in 0..<65_536 {
                    let count = positions[digit]
                    positions[digit] = sum
                    sum &+= count
                }
                other.withUnsafeMutableBufferPointer { other in
                    for key in keys {
                        let digit = Int(truncatingIfNeeded: (key &>> shift) & 0xFFFF)
                        other[Int(positions[digit])] = key
                        positions[digit] &+= 1
                    }
                }
            }
            swap(&keys, &other)
        }
        for (offset, key) in keys.enumerated() {
            values[range.lowerBound + offset] = ValueOrder.double(ofKey: key)
        }
    }
}
