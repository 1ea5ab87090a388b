import Columns

/// `approx_top_k(x, k)`: the k most frequent values with their counts, as JSON text; exact here.
///
/// Of equally frequent values the smaller one comes first. Nulls do not count.
enum TopFunction {
    /// Values that one call may ask for.
    static let countMax: Int64 = 10_000

    static let function = AggregateFunction(
        name: "approx_top_k", usage: "approx_top_k(x, k)", family: "value counts",
        resolve: { arguments in
            guard arguments.count == 1 else { return .mismatch }
            return .signature([arguments[0].type ?? .string], .string)
        },
        makeState: { ValueCountState(type: $0[0]) },
        finish: { (state, groupCount, parameters) throws(QueryError) in
            guard let state = state as? ValueCountState else { return Column(integers: []) }
            return try state.top(Int(parameters.integer(at: 0)), groupCount)
        },
        trailing: [.number(1...countMax)])
}

/// How often each value came in each group.
final class ValueCountState: AggregateState {
    private let ids: KeyIds
    /// Numbers the pairs of group and value.
    private var pairs = IntegerTable()
    private var counts: [Int64] = []

    init(type: ColumnType) { ids = KeyIds(type: type) }

    var memorySize: Int { ids.memorySize + pairs.memorySize + counts.capacity * 8 }

    private func add(_ count: Int64, _ group: Int32, _ id: Int32) {
        guard id != 0 else { return }
        let key = UInt64(UInt32(bitPattern: group)) << 32 | UInt64(UInt32(bitPattern: id))
        let number = Int(pairs.number(of: key))
        if number == counts.count { counts.append(0) }
        counts[number] &+= count
    }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        let values = ids.ids(of: arguments[0])
        for row in 0..<values.count { add(1, rows.groups.map { $0[row] } ?? 0, values[row]) }
    }

    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? ValueCountState else { return }
        let values = ids.merge(other.ids)
        for (number, key) in other.pairs.keys.enumerated() {
            let group = groups[Int(truncatingIfNeeded: key >> 32)]
            add(other.counts[number], group, values[Int(truncatingIfNeeded: key & 0xFFFF_FFFF)])
        }
    }

    /// `[{"value":…,"count":…},…]` for each group; null where there are no values.
    func top(_ limit: Int, _ groupCount: Int) throws(QueryError) -> Column {
        var members = [[(id: Int32, count: Int64)]](repeating: [], count: groupCount)
        for (number, key) in pairs.keys.enumerated() {
            members[Int(truncatingIfNeeded: key >> 32)].append(
                (Int32(truncatingIfNeeded: key & 0xFFFF_FFFF), counts[number]))
        }
        var texts = TextColumnBuilder()
        for var group in members {
            guard !group.isEmpty else {
                try texts.append(nil)
                continue
            }
            group.sort {
                $0.count != $1.count ? $0.count > $1.count : ids.compare($0.id, $1.id) < 0
            }
            let best = group.prefix(limit)
            let values = ids.column(best.map(\.id))
            var text = Array("[".utf8)
            for (row, entry) in best.enumerated() {
                text += (row > 0 ? ",{\"value\":" : "{\"value\":").utf8
                JSONResultWriter.append(values[row], to: &text)
                text += ",\"count\":\(entry.count)}".utf8
            }
            text.append(UInt8(ascii: "]"))
            try texts.append(text)
        }
        return texts.column()
    }
}
