import Columns

/// `string_agg(x, separator) [WITHIN GROUP (ORDER BY key [DESC])]`: all values in one text.
///
/// Without an order by key, and where keys are equal, values come in their own order, so that the text
/// is always the same. A null key is last. Null values are left out; of no values the text is null.
enum StringAggFunction {
    static let function = AggregateFunction(
        name: "string_agg", usage: "string_agg(x, 'separator') [WITHIN GROUP (ORDER BY key)]",
        family: "string_agg",
        resolve: { arguments in
            guard (1...2).contains(arguments.count), Coercion.isSame(arguments[0], .string) else {
                return .mismatch
            }
            return .signature([.string] + arguments.dropFirst().map { $0.type ?? .string }, .string)
        },
        makeState: { StringAggState(keyType: $0.count > 1 ? $0[1] : nil) },
        finish: { (state, groupCount, parameters) throws(QueryError) in
            guard let state = state as? StringAggState else { return Column(integers: []) }
            return try state.column(
                groupCount, separator: Array(parameters.text(at: 0).utf8),
                isDescending: parameters.isTrue(at: 1))
        },
        trailing: [.text { _ in nil }], withinGroup: .key, portability: .spark)
}

/// Every value with its group and key, as numbers of distinct ones.
final class StringAggState: AggregateState {
    private struct Entry {
        let group: Int32
        let value: Int32
        /// 0 without a key.
        let key: Int32
    }
    private let values = KeyIds(type: .string)
    private let keys: KeyIds?
    private var entries: [Entry] = []

    init(keyType: ColumnType?) { keys = keyType.map { KeyIds(type: $0) } }

    var memorySize: Int {
        entries.capacity * MemoryLayout<Entry>.stride + values.memorySize + (keys?.memorySize ?? 0)
    }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        let valueIds = values.ids(of: arguments[0])
        let keyIds = keys?.ids(of: arguments[1])
        for row in 0..<valueIds.count where valueIds[row] != 0 {
            entries.append(
                Entry(
                    group: rows.groups.map { $0[row] } ?? 0, value: valueIds[row],
                    key: keyIds.map { $0[row] } ?? 0))
        }
    }

    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? StringAggState else { return }
        let valueIds = values.merge(other.values)
        let keyIds = other.keys.flatMap { keys?.merge($0) }
        for entry in other.entries {
            entries.append(
                Entry(
                    group: groups[Int(entry.group)], value: valueIds[Int(entry.value)],
                    key: keyIds.map { $0[Int(entry.key)] } ?? 0))
        }
    }

    func column(
        _ groupCount: Int, separator: [UInt8], isDescending: Bool
    ) throws(QueryError) -> Column {
        let valueRanks = Self.ranks(values)
        var keyRanks = keys.map(Self.ranks) ?? [0]
        if isDescending { for id in 1..<keyRanks.count { keyRanks[id] = -keyRanks[id] } }
        let ordered = entries.sorted { a, b in
            (a.group, keyRanks[Int(a.key)], valueRanks[Int(a.value)])
                < (b.group, keyRanks[Int(b.key)], valueRanks[Int(b.value)])
        }
        let strings = values.column((0..<Int32(values.count)).map { $0 })
        guard case .string(let codes, let dictionary) = strings.values else { return strings }
        var texts = TextColumnBuilder()
        var next = 0
        for group in 0..<Int32(groupCount) {
            let start = next
            var text: [UInt8] = []
            while next < ordered.count, ordered[next].group == group {
                if next > start { text += separator }
                text +=
                    dictionary.bytes[
                        dictionary.range(at: Int(codes[Int(ordered[next].value)]))]
                next += 1
                try MadeText.check(text.count)
            }
            try texts.append(next > start ? text : nil)
        }
        return texts.column()
    }

    /// The place of each number in the order of the values behind them; null is last.
    private static func ranks(_ ids: KeyIds) -> [Int] {
        var ranks = [Int](repeating: .max, count: ids.count)
        let order = (1..<Int32(max(1, ids.count))).sorted { ids.compare($0, $1) < 0 }
        for (rank, id) in order.enumerated() { ranks[Int(id)] = rank }
        return ranks
    }
}
