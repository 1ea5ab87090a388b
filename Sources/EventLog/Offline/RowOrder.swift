import Columns
import Parquet

/// Whether rows are in the order that a file declares.
struct RowOrder {
    private let keys: [(order: ParquetSortingColumn, column: Column)]

    /// - Precondition: the columns have equally many rows.
    init(_ keys: [(ParquetSortingColumn, Column)]) { self.keys = keys }

    /// The first row that belongs before the one that it stands behind.
    var firstMisplacedRow: Int? {
        let count = keys.first?.column.count ?? 0
        guard count > 1 else { return nil }
        return (1..<count).first { isMisplaced($0) }
    }

    private func isMisplaced(_ row: Int) -> Bool {
        for (order, column) in keys {
            guard let isBefore = Self.precedes(column, row, row - 1, order) else { continue }
            return isBefore
        }
        return false
    }

    /// Whether row `a` belongs before row `b` by this column; `nil` if it does not matter.
    private static func precedes(
        _ column: Column, _ a: Int, _ b: Int, _ order: ParquetSortingColumn
    ) -> Bool? {
        if case .string(let codes, _) = column.values, codes[a] == codes[b] { return nil }
        let (first, second) = (column[a], column[b])
        switch (first, second) {
        case (.null, .null): return nil
        case (.null, _): return order.areNullsFirst
        case (_, .null): return !order.areNullsFirst
        default: break
        }
        if first.isBelow(second) ?? false { return !order.isDescending }
        if second.isBelow(first) ?? false { return order.isDescending }
        return nil
    }
}
