import Columns

/// ORDER BY … LIMIT straight above a scan: first only the columns that filter and order are read, then
/// the others, for the few units that have rows in the result.
struct LateSort {
    private let scan: ScanPlan
    private let units: [any ScanUnit]
    private let keys: [SortKey]
    private let limit: Int
    private let types: [ColumnType]
    private let context: ExecutionContext
    /// Positions in `scan.columns` that the order looks at.
    private let ordering: Set<Int>

    /// Rows of a result up to which fetching them one unit at a time pays.
    private static let limitMax = 10_000

    /// `nil` if there is nothing to gain.
    init?(
        _ pipeline: Pipeline, _ keys: [SortKey], _ limit: Int?, _ types: [ColumnType],
        _ context: ExecutionContext
    ) {
        guard let limit, limit <= Self.limitMax, pipeline.operations.isEmpty,
            case .scan(let scan, let units) = pipeline.source
        else { return nil }
        let filtered = scan.filters.reduce(into: Set<Int>()) { $0.formUnion($1.columns) }
        ordering = keys.reduce(into: Set<Int>()) { $0.formUnion($1.expression.columns) }
        guard ordering.union(filtered).count < scan.columns.count else { return nil }
        self.scan = scan
        self.units = units
        self.keys = keys
        self.limit = limit
        self.types = types
        self.context = context
    }

    /// - Returns: `nil` if one of the rows turned out to be damaged, so that another should take its
    ///   place, which only sorting whole rows can find.
    func run() throws(QueryError) -> [Block]? {
        let places = try places()
        guard !places.isEmpty else { return [] }
        let byUnit = Dictionary(grouping: places.indices) { places[$0].unit }
        let numbers = byUnit.keys.sorted()
        let states = try Workers.run(
            taskCount: numbers.count, context: context,
            makeState: { (reader: UnitReader(scan, context), parts: [(Int, Block?)]()) },
            task: { (state, task) throws(QueryError) in
                let ranks = byUnit[numbers[task]] ?? []
                let wanted = ranks.map { Int32(places[$0].row) }
                state.parts.append((task, try state.reader.rows(wanted, of: units[numbers[task]])))
            })
        var parts: [Block] = []
        for (_, part) in states.flatMap(\.parts).sorted(by: { $0.0 < $1.0 }) {
            guard let part else { return nil }
            parts.append(part)
        }
        // The parts hold ranks unit by unit; each row goes back to its rank.
        var order = [Int32](repeating: 0, count: places.count)
        for (position, rank) in numbers.flatMap({ byUnit[$0] ?? [] }).enumerated() {
            order[rank] = Int32(position)
        }
        return [Gather.concatenated(parts, types: types).gathered(order)]
    }

    /// Where the rows of the result are, in order.
    private func places() throws(QueryError) -> [(unit: Int, row: Int)] {
        let states = try Workers.run(
            taskCount: units.count, context: context,
            makeState: {
                (
                    reader: UnitReader(scan, wanted: ordering, context),
                    sorter: BlockSorter(keys, context), blocks: [(Int, Block)]()
                )
            },
            task: { (state, number) throws(QueryError) in
                let (block, rows) = try state.reader.select(units[number])
                let rowNumbers = rows ?? Array(0..<Int32(block.rowCount))
                guard !rowNumbers.isEmpty else { return }
                let place = rowNumbers.map { Int64(number) << 32 | Int64($0) }
                let kept = rows.map { block.gathered($0) } ?? block
                let placed = Block(
                    rowCount: kept.rowCount, columns: kept.columns + [Column(integers: place)])
                let first = try state.sorter.sorted(placed, limit: limit)
                try context.useMemory(first.rowCount * 8 * (ordering.count + 2))
                state.blocks.append((number, first))
            })
        let blocks = states.flatMap(\.blocks).sorted { $0.0 < $1.0 }.map(\.1)
        guard !blocks.isEmpty else { return [] }
        let whole = Gather.concatenated(blocks, types: types + [.int64])
        let sorted = try BlockSorter(keys, context).sorted(whole, limit: limit)
        guard case .int64(let places) = sorted.columns[types.count].values else { return [] }
        return places.map { (Int($0 >> 32), Int($0 & 0xFFFF_FFFF)) }
    }
}
