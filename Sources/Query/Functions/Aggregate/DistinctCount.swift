import Columns

/// `count(DISTINCT x[, y …])` and `approx_count_distinct(x)`, which is exact here.
///
/// Rows in which one of the values is null do not count.
enum DistinctCount {
    static let function = make("count distinct", "count(DISTINCT x)", .everywhere)
    static let approximate = make(
        "approx_count_distinct", "approx_count_distinct(x)", .spark)

    private static func make(
        _ name: String, _ usage: String, _ portability: Portability
    ) -> AggregateFunction {
        AggregateFunction(
            name: name, usage: usage, family: "distinct",
            resolve: { arguments in
                arguments.isEmpty
                    ? .mismatch : .signature(arguments.map { $0.type ?? .string }, .int64)
            },
            makeState: { DistinctCountState(types: $0) },
            finish: { (state, groupCount, _) throws(QueryError) in
                guard let state = state as? DistinctCountState else { return Column(integers: []) }
                return Column(integers: state.members.counts(groupCount))
            }, ignoresDuplicates: true, portability: portability)
    }
}

final class DistinctCountState: AggregateState {
    private let keys: GroupKeys
    let members = GroupedIdSet()

    init(types: [ColumnType]) { keys = GroupKeys(types: types) }

    var memorySize: Int { keys.memorySize + members.memorySize }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        var mask: [UInt8]?
        for argument in arguments where arguments.count > 1 {
            guard let presence = argument.presence else { continue }
            mask =
                mask.map { Lane.map(.rows($0), .rows(presence), count: $0.count) { $0 & $1 } }
                ?? presence
        }
        if let mask {
            let present = Gather.positions(mask)
            let columns = arguments.map { $0.gathered(present) }
            insert(rows.gathered(present), keys.groups(of: columns, rowCount: present.count))
        } else {
            insert(rows, keys.groups(of: arguments, rowCount: rows.rowCount))
        }
    }

    private func insert(_ rows: GroupedRows, _ ids: [Int32]) {
        // Of a single value id 0 is null, and the set leaves it out.
        members.insert(
            rows, ids, idCount: keys.groupCount, skipsZero: keys.hasSingleKey)
    }

    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? DistinctCountState else { return }
        let ids = keys.merge(other.keys)
        members.merge(
            other.members, groups: groups, ids: ids, groupCount: groupCount,
            idCount: keys.groupCount)
    }
}

/// Any other aggregate with DISTINCT: collects the distinct values of each group and hands them on.
final class DistinctState: AggregateState {
    private let inner: any AggregateState
    private let ids: KeyIds
    private let members = GroupedIdSet()
    private var isFed = false

    init(type: ColumnType, inner: any AggregateState) {
        self.inner = inner
        ids = KeyIds(type: type)
    }

    var memorySize: Int { ids.memorySize + members.memorySize + inner.memorySize }

    func update(_ rows: GroupedRows, _ arguments: [Column]) throws(QueryError) {
        members.insert(rows, ids.ids(of: arguments[0]), idCount: ids.count, skipsZero: true)
    }

    func merge(
        _ other: any AggregateState, groups: [Int32], groupCount: Int
    ) throws(QueryError) {
        guard let other = other as? DistinctState else { return }
        let numbers = ids.merge(other.ids)
        members.merge(
            other.members, groups: groups, ids: numbers, groupCount: groupCount,
            idCount: ids.count)
    }

    /// The inner state, fed with each distinct value once.
    func finished(_ groupCount: Int) throws(QueryError) -> any AggregateState {
        guard !isFed else { return inner }
        isFed = true
        let pairs = members.pairs()
        let rows = GroupedRows(
            groups: pairs.map(\.group), rowCount: pairs.count, groupCount: groupCount)
        try inner.update(rows, [ids.column(pairs.map(\.id))])
        return inner
    }
}
