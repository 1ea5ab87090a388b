import Columns
package import Parquet

/// Makes a sound segment of what is intact in a damaged one, and says exactly what is not.
package struct SegmentSalvage {
    package struct LostColumn: Sendable, Hashable {
        package var name: String
        /// Events without a readable value of it.
        package var rowCount: Int
        /// Where the damage is, as far as known.
        package var byteRanges: [Range<Int>]
    }

    package struct Report: Sendable {
        package var hasFooter = true
        package var keptRows = 0
        /// Of the row groups that were found.
        package var lostRows = 0
        /// Kept events that have null where a value may have been.
        package var incompleteRows = 0
        package var columns: [LostColumn] = []
        /// Without a footer: bytes that are neither pages nor Bloom filters. Row groups in them are not counted.
        package var unknownBytes: [Range<Int>] = []
    }

    private let file: ParquetFile
    private let recovered: RecoveredFile?
    private let model: ParquetFile?
    private let keepsIncomplete: Bool
    private let positions: [Int]
    private var lost: [LostColumn?]
    private var report = Report()

    /// - Parameters:
    ///   - model: a sound segment with the same columns, for a file without a footer.
    ///   - keepsIncomplete: also keeps events of which columns cannot be read that need not have a value.
    /// - Throws: `ParquetError` if there is no telling what the pages are; what the source throws.
    package init(
        _ source: any ParquetSource, like model: ParquetFile?, keepsIncomplete: Bool
    ) throws {
        self.model = model
        self.keepsIncomplete = keepsIncomplete
        do {
            file = try ParquetFile(source: source)
            recovered = nil
        } catch let error as ParquetError {
            guard let model else { throw error }
            let found = try RecoveredFile(source, like: model)
            recovered = found
            file = found.file
            report.hasFooter = false
            report.unknownBytes = found.gaps
        }
        // A cache with conditions and no part of the table.
        let leaves = file.leaves
        positions = leaves.indices.filter { leaves[$0].name != PersonSquash.columnName }
        lost = [LostColumn?](repeating: nil, count: file.leaves.count)
    }

    /// - Parameter output: takes the bytes of the new segment in order; nothing if there is no event.
    package mutating func run(_ output: @escaping ParquetWriter.Output) throws -> Report {
        let leaves = positions.map { position -> ParquetLeaf in
            var leaf = file.leaves[position]
            leaf.hasBloomFilter = EventColumn.allCases.contains {
                $0.definition.name == leaf.name && $0.hasBloomFilter
            }
            return leaf
        }
        func position(_ column: EventColumn) -> Int? {
            leaves.firstIndex { $0.name == column.definition.name && $0.type == column.type }
        }
        let sorting = SegmentWriter.sorting.compactMap(position)
        guard let seq = position(.seq), sorting.count == SegmentWriter.sorting.count else {
            throw ParquetError("this is no segment of events")
        }
        var writer = ParquetWriter(
            leaves: leaves, options: SegmentWriter.options,
            sortingColumns: sorting.map { ParquetSortingColumn(leaf: $0, areNullsFirst: false) },
            output: output)
        var numbers: ClosedRange<Int64>?
        for group in file.rowGroups.indices {
            let columns = try intact(group)
            guard columns[0].count > 0 else { continue }
            let order = ClusterOrder.positions(
                event: columns[sorting[0]], contentId: columns[sorting[1]],
                timestamp: columns[sorting[2]])
            if case .int64(let values) = columns[seq].values, let low = values.min(),
                let high = values.max()
            {
                numbers =
                    min(low, numbers?.lowerBound ?? low)...max(high, numbers?.upperBound ?? high)
            }
            try writer.append(columns.map { $0.gather(order) })
            report.keptRows += order.count
        }
        if report.keptRows > 0, let numbers {
            let known = ["eventlog.format", "eventlog.store"]
            let keyValues = (recovered == nil ? file : model ?? file).keyValues
                .filter { known.contains($0.key) }.map { ($0.key, $0.value) }
            _ = try writer.finish(
                keyValues: keyValues + [
                    ("eventlog.seq.first", "\(numbers.lowerBound)"),
                    ("eventlog.seq.last", "\(numbers.upperBound)"),
                ])
        }
        report.columns = lost.compactMap(\.self)
        return report
    }

    /// The rows of a row group that are kept.
    private mutating func intact(_ group: Int) throws -> [Column] {
        let rowCount = file.rowGroups[group].rowCount
        var isLost = [Bool](repeating: false, count: rowCount)
        var isIncomplete = isLost
        var columns: [Column] = []
        for leaf in positions {
            let read = try read(group, leaf, rowCount)
            columns.append(read.column)
            let isOptional = keepsIncomplete && !file.leaves[leaf].isRequired
            for range in read.unreadable {
                for row in range {
                    if isOptional { isIncomplete[row] = true } else { isLost[row] = true }
                }
            }
        }
        let kept = isLost.indices.filter { !isLost[$0] }
        report.lostRows += rowCount - kept.count
        report.incompleteRows += kept.count { isIncomplete[$0] }
        let order = kept.map(UInt32.init)
        return columns.map { $0.gather(order) }
    }

    private mutating func read(
        _ group: Int, _ leaf: Int, _ rowCount: Int
    ) throws -> (column: Column, unreadable: [Range<Int>]) {
        var column = Column(nulls: rowCount, type: file.leaves[leaf].type)
        var unreadable = [0..<rowCount]
        var damaged: [Range<Int>] = []
        do {
            let index = recovered?.indexes[group][leaf]
            if recovered == nil || index != nil {
                let read = try file.readColumn(rowGroup: group, leaf: leaf, index: index)
                (column, unreadable) = (read.column, read.unreadable)
                damaged = read.damage.map { $0.byteRange }
            }
        } catch is ParquetError {
            damaged = [file.rowGroups[group].columns[leaf].byteRange]
        }
        let count = unreadable.reduce(0) { $0 + $1.count }
        guard count > 0 || !damaged.isEmpty else { return (column, unreadable) }
        var entry =
            lost[leaf] ?? LostColumn(name: file.leaves[leaf].name, rowCount: 0, byteRanges: [])
        entry.rowCount += count
        entry.byteRanges += damaged.filter { !$0.isEmpty }
        lost[leaf] = entry
        return (column, unreadable)
    }
}
