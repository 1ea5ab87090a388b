import Columns

/// `min(x)` and `max(x)` of any type; null for no values.
enum ExtremeFunctions {
    static let min = make("min", takesLess: true)
    static let max = make("max", takesLess: false)

    private static func make(_ name: String, takesLess: Bool) -> AggregateFunction {
        AggregateFunction(
            name: name, usage: "\(name)(x)", family: name, resolve: resolve,
            makeState: { types in
                if types.first == .string { return StringExtremeState(takesLess: takesLess) }
                return ExtremeState(type: types.first ?? .int64, takesLess: takesLess)
            },
            finish: finish, ignoresDuplicates: true, portability: .everywhere)
    }

    static let resolve: @Sendable ([ScalarFunction.Argument]) -> ScalarFunction.Resolution = {
        arguments in
        guard arguments.count == 1 else { return .mismatch }
        let type = arguments[0].type ?? .string
        return .signature([type], type)
    }

    static let finish: AggregateFunction.Finish = { (state, groupCount, _) throws(QueryError) in
        if let state = state as? StringExtremeState { return state.column(groupCount) }
        return (state as? ExtremeState)?.column(groupCount) ?? Column(integers: [])
    }
}

/// `any_value(x)`: some value that is not null. It is the smallest, so that it is always the same one.
enum AnyValueFunction {
    static let function = AggregateFunction(
        name: "any_value", usage: "any_value(x)", family: "min",
        resolve: ExtremeFunctions.resolve, makeState: ExtremeFunctions.min.makeState,
        finish: ExtremeFunctions.finish, ignoresDuplicates: true, portability: .everywhere)
}

/// The smallest or largest of each group, as order keys (`ValueOrder.key`).
final class ExtremeState: AggregateState {
    private let type: ColumnType
    private let takesLess: Bool
    private var keys: [UInt64] = []
    private var seen: [UInt8] = []

    init(type: ColumnType, takesLess: Bool) {
        self.type = type
        self.takesLess = takesLess
    }

    var memorySize: Int { keys.capacity * 9 }

    private func grow(to groupCount: Int) {
        keys.grow(to: groupCount, with: takesLess ? .max : .min)
        seen.grow(to: groupCount, with: 0)
    }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        grow(to: rows.groupCount)
        let mask = arguments[0].validity
        let groups = rows.groups
        func take<Element>(_ values: [Element], _ key: (Element) -> UInt64) {
            keys.withUnsafeMutableBufferPointer { keys in
                for row in 0..<values.count {
                    if let mask, mask[row] == 0 { continue }
                    let group = groups.map { Int($0[row]) } ?? 0
                    let key = key(values[row])
                    keys[group] =
                        takesLess ? Swift.min(keys[group], key) : Swift.max(keys[group], key)
                    seen[group] = 1
                }
            }
        }
        switch arguments[0].values {
        case .int64(let values): take(values) { ValueOrder.key($0) }
        case .double(let values): take(values) { ValueOrder.key($0) }
        case .bool(let values): take(values) { UInt64($0) }
        case .allNull, .string: break
        }
    }

    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? ExtremeState else { return }
        grow(to: groupCount)
        for group in other.keys.indices where other.seen[group] == 1 {
            let target = Int(groups[group])
            keys[target] =
                takesLess
                ? Swift.min(keys[target], other.keys[group])
                : Swift.max(keys[target], other.keys[group])
            seen[target] = 1
        }
    }

    func column(_ groupCount: Int) -> Column {
        grow(to: groupCount)
        let mask = Array(seen.prefix(groupCount))
        let validity = mask.contains(0) ? mask : nil
        let valid = (0..<groupCount).map { mask[$0] == 1 ? keys[$0] : ValueOrder.key(Int64(0)) }
        switch type {
        case .bool:
            return Column(bools: valid.map { UInt8($0 & 1) }, validity: validity)
        case .double:
            return Column(doubles: valid.map { ValueOrder.double(ofKey: $0) }, validity: validity)
        case .timestamp:
            return Column(timestamps: valid.map { ValueOrder.int64(ofKey: $0) }, validity: validity)
        case .int64, .string:
            return Column(integers: valid.map { ValueOrder.int64(ofKey: $0) }, validity: validity)
        }
    }
}

/// The smallest or largest string of each group, as numbers of distinct strings.
final class StringExtremeState: AggregateState {
    private let takesLess: Bool
    private let ids = KeyIds(type: .string)
    /// 0 while the group has none.
    private var best: [Int32] = []

    init(takesLess: Bool) { self.takesLess = takesLess }

    var memorySize: Int { best.capacity * 4 + ids.memorySize }

    private func offer(_ id: Int32, _ group: Int) {
        guard id != 0, id != best[group] else { return }
        if best[group] == 0 {
            best[group] = id
        } else {
            let order = ids.compare(id, best[group])
            if takesLess ? order < 0 : order > 0 { best[group] = id }
        }
    }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        best.grow(to: rows.groupCount, with: 0)
        let numbers = ids.ids(of: arguments[0])
        for row in 0..<numbers.count {
            offer(numbers[row], rows.groups.map { Int($0[row]) } ?? 0)
        }
    }

    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? StringExtremeState else { return }
        best.grow(to: groupCount, with: 0)
        let numbers = ids.merge(other.ids)
        for group in other.best.indices {
            offer(numbers[Int(other.best[group])], Int(groups[group]))
        }
    }

    func column(_ groupCount: Int) -> Column {
        best.grow(to: groupCount, with: 0)
        return ids.column(Array(best.prefix(groupCount)))
    }
}
