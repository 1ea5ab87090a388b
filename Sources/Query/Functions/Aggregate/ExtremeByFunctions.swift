import Columns

/// `min_by(value, key)` and `max_by(value, key)`: the value beside the smallest or largest key.
/// `first(value)` and `last(value)` are the same by `timestamp`.
///
/// Rows whose key is null do not count, those whose value is null do (as on Spark, not on ClickHouse);
/// of equal keys the smallest value is taken, null last.
enum ExtremeByFunctions {
    static let minBy = make("min_by", family: "min_by", takesLess: true)
    static let maxBy = make("max_by", family: "max_by", takesLess: false)
    static let first = byTime("first", family: "min_by", takesLess: true)
    static let last = byTime("last", family: "max_by", takesLess: false)

    private static func byTime(
        _ name: String, family: String, takesLess: Bool
    ) -> AggregateFunction {
        var function = make(name, family: family, takesLess: takesLess)
        function.implicitColumn = "timestamp"
        // Spark's take whatever row comes first.
        function.portability = .local
        return function
    }

    private static func make(
        _ name: String, family: String, takesLess: Bool
    ) -> AggregateFunction {
        AggregateFunction(
            name: name,
            usage: name == family ? "\(name)(value, key)" : "\(name)(value[, time])",
            family: family,
            resolve: { arguments in
                guard arguments.count == 2 else { return .mismatch }
                let type = arguments[0].type ?? .string
                return .signature([type, arguments[1].type ?? .string], type)
            },
            makeState: { types in
                ExtremeByState(value: types[0], key: types[1], takesLess: takesLess)
            },
            finish: { (state, groupCount, _) throws(QueryError) in
                (state as? ExtremeByState)?.column(groupCount) ?? Column(integers: [])
            }, ignoresDuplicates: true, portability: .spark)
    }
}

final class ExtremeByState: AggregateState {
    private let takesLess: Bool
    private let keys: KeyIds
    private let values: KeyIds
    private var bestKey: [Int32] = []
    private var bestValue: [Int32] = []

    init(value: ColumnType, key: ColumnType, takesLess: Bool) {
        self.takesLess = takesLess
        keys = KeyIds(type: key)
        values = KeyIds(type: value)
    }

    var memorySize: Int { bestKey.capacity * 8 + keys.memorySize + values.memorySize }

    private func grow(to groupCount: Int) {
        bestKey.grow(to: groupCount, with: 0)
        bestValue.grow(to: groupCount, with: 0)
    }

    private func offer(_ key: Int32, _ value: Int32, _ group: Int) {
        guard key != 0 else { return }
        let known = bestKey[group]
        let isBetter: Bool
        if known == 0 {
            isBetter = true
        } else if known == key {
            let current = bestValue[group]
            isBetter =
                value != current && value != 0
                && (current == 0 || values.compare(value, current) < 0)
        } else {
            let order = keys.compare(key, known)
            isBetter = takesLess ? order < 0 : order > 0
        }
        if isBetter {
            bestKey[group] = key
            bestValue[group] = value
        }
    }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        grow(to: rows.groupCount)
        let valueIds = values.ids(of: arguments[0])
        let keyIds = keys.ids(of: arguments[1])
        for row in 0..<keyIds.count {
            offer(keyIds[row], valueIds[row], rows.groups.map { Int($0[row]) } ?? 0)
        }
    }

    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? ExtremeByState else { return }
        grow(to: groupCount)
        let keyIds = keys.merge(other.keys)
        let valueIds = values.merge(other.values)
        for group in other.bestKey.indices {
            offer(
                keyIds[Int(other.bestKey[group])], valueIds[Int(other.bestValue[group])],
                Int(groups[group]))
        }
    }

    func column(_ groupCount: Int) -> Column {
        grow(to: groupCount)
        return values.column(Array(bestValue.prefix(groupCount)))
    }
}
