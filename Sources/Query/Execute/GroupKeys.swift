import Columns

/// Numbers the distinct tuples of some columns: the groups of a GROUP BY.
///
/// ```
/// key 0 → id ─┐
/// key 1 → id ─┴→ (id, id) → number ─┐
/// key 2 → id ───────────────────────┴→ (number, id) → number = group
/// ```
/// With one key its ids are the groups, and group 0 (null) may be empty.
final class GroupKeys {
    private let keys: [KeyIds]
    /// One for each key after the first: pairs of the number so far and the key's id.
    private var pairs: [PairTable]
    /// Whether a row with a null has come; only of interest with a single key.
    private var hasNull = false

    init(types: [ColumnType]) {
        keys = types.map { KeyIds(type: $0) }
        pairs = Array(repeating: PairTable(), count: max(0, types.count - 1))
    }

    var hasSingleKey: Bool { keys.count == 1 }

    /// Numbers given out. Without keys there is one group, with or without rows.
    var groupCount: Int { pairs.last?.count ?? keys.first?.count ?? 1 }

    var memorySize: Int {
        keys.reduce(0) { $0 + $1.memorySize } + pairs.reduce(0) { $0 + $1.memorySize }
    }

    /// The group of each row.
    /// - Precondition: there is a key.
    func groups(of columns: [Column], rowCount: Int) -> [Int32] {
        var groups = keys[0].ids(of: columns[0])
        if keys.count == 1, !hasNull { hasNull = Self.hasZero(groups) }
        for index in 1..<max(1, keys.count) {
            let before = index == 1 ? keys[0].count : pairs[index - 2].count
            let ids = keys[index].ids(of: columns[index])
            pairs[index - 1].combine(
                &groups, ids, firstCount: before, secondCount: keys[index].count)
        }
        return groups
    }

    /// Looks at all of them, several at a time: mostly there is none.
    private static func hasZero(_ numbers: [Int32]) -> Bool {
        var found: UInt8 = 0
        for number in numbers { found |= UInt8(number == 0) }
        return found != 0
    }

    /// Takes in the groups of `other`: its group i is `result[i]` here.
    func merge(_ other: GroupKeys) -> [Int32] {
        guard !keys.isEmpty else { return [0] }
        let numbers = zip(keys, other.keys).map { $0.merge($1) }
        hasNull = hasNull || other.hasNull
        guard keys.count > 1 else { return numbers[0] }
        var mapping = numbers[0]
        for index in 1..<keys.count {
            mapping = other.pairs[index - 1].pairs.map { pair in
                let first = mapping[Int(truncatingIfNeeded: pair >> 32)]
                let second = numbers[index][Int(truncatingIfNeeded: pair & 0xFFFF_FFFF)]
                return pairs[index - 1].number(of: first, second)
            }
        }
        return mapping
    }

    /// How many groups have rows.
    var usedCount: Int { groupCount - (keys.count == 1 && !hasNull ? 1 : 0) }

    /// Groups that have rows, ascending.
    var present: [Int32] {
        let all = 0..<Int32(groupCount)
        return keys.count == 1 && !hasNull ? Array(all.dropFirst()) : Array(all)
    }

    /// The value of each key in each of `groups`.
    func columns(_ groups: [Int32]) -> [Column] {
        var result: [Column] = []
        var numbers = groups
        for index in keys.indices.reversed() {
            if index == 0 {
                result.append(keys[0].column(numbers))
            } else {
                let table = pairs[index - 1].pairs
                let own = numbers.map { table[Int($0)] }
                result.append(
                    keys[index].column(own.map { Int32(truncatingIfNeeded: $0 & 0xFFFF_FFFF) }))
                numbers = own.map { Int32(truncatingIfNeeded: $0 >> 32) }
            }
        }
        return result.reversed()
    }
}
