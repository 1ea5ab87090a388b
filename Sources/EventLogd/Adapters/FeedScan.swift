import Columns
import EventLog
import Query

/// Finds the rows of a range of numbers that satisfy a condition, unit by unit.
struct FeedScan {
    struct Row {
        var seq: Int64
        /// Within the unit.
        var row: Int
    }

    private static let seq = Int(EventColumn.seq.rawValue)

    private let events: EventsTable
    private let filter: RowFilter?
    private let range: ClosedRange<Int64>
    private let observer: ScanObserver

    init(
        _ events: EventsTable, _ filter: RowFilter?, _ range: ClosedRange<Int64>,
        _ observer: ScanObserver
    ) {
        self.events = events
        self.filter = filter
        self.range = range
        self.observer = observer
    }

    /// - Parameter body: is given units with at least one such row; `false` ends it.
    func forEachUnit(
        _ body: (any ScanUnit, [Row]) throws(QueryFailure) -> Bool
    ) throws(QueryFailure) {
        let reader = filter?.makeReader()
        for unit in try units() {
            var rows = try rows(of: unit)
            guard !rows.isEmpty else { continue }
            if let reader {
                do throws(QueryError) {
                    if let kept = try reader.rows(of: unit) { rows = rows.common(with: kept) }
                } catch {
                    throw QueryFailure(kind: .invalid, message: error.message)
                }
            }
            if rows.isEmpty { continue }
            guard try body(unit, rows) else { return }
        }
    }

    private func units() throws(QueryFailure) -> [any ScanUnit] {
        let bound = ColumnBound(
            column: Self.seq,
            .range(lower: .int64(range.lowerBound), upper: .int64(range.upperBound)))
        let table: any Table = filter?.table ?? events
        let own = Array(events.columns.indices)
        let others = (filter?.columns ?? []).filter { $0 >= own.count }
        do {
            return try table.scan(
                ScanRequest(
                    columns: own + others, bounds: [bound] + (filter?.bounds ?? []),
                    observer: observer)
            ).units
        } catch {
            throw QueryFailure(kind: .io, message: "The events cannot be read: \(error)")
        }
    }

    private func rows(of unit: any ScanUnit) throws(QueryFailure) -> [Row] {
        let block: Block
        do {
            block = try unit.read([Self.seq])
        } catch {
            throw QueryFailure(kind: .io, message: "The events cannot be read: \(error)")
        }
        guard case .int64(let numbers) = block.columns[0].values else { return [] }
        let isWhole = block.unreadable.isEmpty
        return numbers.indices.compactMap { row in
            guard range.contains(numbers[row]),
                isWhole || !block.unreadable.contains(where: { $0.contains(row) })
            else { return nil }
            return Row(seq: numbers[row], row: row)
        }
    }
}

extension [FeedScan.Row] {
    /// Those that are among the rows of an ascending list.
    fileprivate func common(with kept: [Int32]) -> [FeedScan.Row] {
        var place = 0
        return filter { row in
            while place < kept.count, Int(kept[place]) < row.row { place += 1 }
            return place < kept.count && Int(kept[place]) == row.row
        }
    }
}
