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
            "median", "median(x)", .continuous, isOrderRequired: false, .spark)
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
                var order = state.takeOrder(groupCount)
                let cells = (0..<groupCount).map { group -> Double? in
                    let count = order.count(of: group)
                    guard count > 0 else { return nil }
                    return switch kind {
                    case .continuous:
                        continuous(isDescending ? 1 - fraction : fraction, count) {
                            order.value(at: $0, of: group)
                        }
                    case .discrete:
                        order.value(at: discrete(fraction, count, isDescending), of: group)
                    }
                }
                state.keep(order)
                return Column(optionalDoubles: cells)
            },
            trailing: [.fraction], withinGroup: .values(isRequired: isOrderRequired),
            portability: portability)
    }

    /// - Parameter value: the value at a place, in ascending order, below `count`.
    private static func continuous(
        _ fraction: Double, _ count: Int, _ value: (Int) -> Double
    ) -> Double {
        let position = fraction * Double(count - 1)
        let below = Int(position)
        let weight = position - Double(below)
        let a = value(below)
        guard weight != 0 else { return a }
        let b = value(min(below + 1, count - 1))
        return a == b ? a : a + (b - a) * weight
    }

    /// The place, in ascending order.
    private static func discrete(_ fraction: Double, _ count: Int, _ isDescending: Bool) -> Int {
        let rank = max(1, Int((fraction * Double(count)).rounded(.up)))
        return isDescending ? count - rank : rank - 1
    }
}

/// Every value with its group; put in order by group when the first quantile is asked for.
final class QuantileState: AggregateState {
    private var parts: [GroupedOrder.Part] = []
    private var rowCount = 0
    private var order: GroupedOrder?
    /// Blocks of fewer rows are put together.
    private static let partSizeMin = 4_096

    var memorySize: Int { rowCount * 12 + (order?.memorySize ?? 0) }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        guard case .double(let new) = arguments[0].values else { return }
        var part = GroupedOrder.Part(
            groups: rows.groups ?? [Int32](repeating: 0, count: new.count), values: new)
        if let mask = arguments[0].validity {
            let present = Gather.positions(mask)
            part.values = Gather.values(new, present)
            part.groups = Gather.values(part.groups, present)
        }
        rowCount += part.values.count
        if let last = parts.indices.last, parts[last].values.count < Self.partSizeMin,
            part.values.count < Self.partSizeMin
        {
            parts[last].values += part.values
            parts[last].groups += part.groups
        } else {
            parts.append(part)
        }
    }

    func merge(
        _ other: any AggregateState, groups mapping: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? QuantileState else { return }
        rowCount += other.rowCount
        for var part in other.parts {
            part.groups = part.groups.map { mapping[Int($0)] }
            parts.append(part)
        }
    }

    /// The values, to be given back with `keep`; in between nobody else has them, so that looking at
    /// them copies nothing.
    func takeOrder(_ groupCount: Int) -> GroupedOrder {
        defer { order = nil }
        if let order { return order }
        defer {
            parts = []
            rowCount = 0
        }
        return GroupedOrder(parts, groupCount: groupCount)
    }

    func keep(_ order: GroupedOrder) { self.order = order }
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
