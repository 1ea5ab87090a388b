package import Columns

/// Writes events that are known by number as objects in snake case, as the later pages of the reference
/// show them (specification, section 2.4).
package struct ExploredEvents {
    private static let seq = Int(EventColumn.seq.rawValue)

    private let table: PersonTable
    private let observer: ScanObserver

    /// - Parameter observer: is told what could not be read, and is left out.
    package init(_ table: PersonTable, observer: ScanObserver) {
        self.table = table
        self.observer = observer
    }

    /// - Parameters:
    ///   - seqs: numbers of events.
    ///   - times: between which their time stamps lie, µs since 1970 UTC.
    /// - Returns: the objects of those that are there, by number.
    package func objects(
        of seqs: Set<Int64>, times: ClosedRange<Int64>
    ) throws -> [Int64: [UInt8]] {
        let rows = ExportJSONRows(ExportLayout(exploring: table.columns))
        let bounds = [
            ColumnBound(column: Self.seq, .oneOf(seqs.sorted().map { .int64($0) })),
            ColumnBound(
                column: Int(EventColumn.timestamp.rawValue),
                .range(lower: .timestamp(times.lowerBound), upper: .timestamp(times.upperBound))),
        ]
        let scan = try table.scan(
            ScanRequest(
                columns: rows.columns + [Self.seq], bounds: bounds, observer: observer))
        var found: [Int64: [UInt8]] = [:]
        for unit in scan.units where found.count < seqs.count {
            guard case .int64(let numbers) = try unit.read([Self.seq]).columns[0].values else {
                continue
            }
            let wanted = numbers.indices.filter { seqs.contains(numbers[$0]) }
            guard !wanted.isEmpty else { continue }
            let block = try unit.read(rows.columns)
            let writer = rows.of(block)
            for row in wanted where !block.unreadable.contains(where: { $0.contains(row) }) {
                var text: [UInt8] = []
                try writer.append(row, to: &text)
                found[numbers[row]] = text
            }
        }
        return found
    }
}
