import Columns
import Parquet

/// Whether rows are in the order that a file declares.
struct RowOrder {
    private let keys: [(order: ParquetSortingColumn, column: Column)]

    /// - Precondition: the columns have equally many rows.
    init(_ keys: [(ParquetSortingColumn, Column)]) { self.keys = keys }

    /// The first row that belongs before the one that it stands behind.
    ///
    /// Goes through the columns one after another: each decides for rows that are alike in those before it.
    var firstMisplacedRow: Int? {
        let count = keys.first?.column.count ?? 0
        guard count > 1 else { return nil }
        var isOpen = [Bool](repeating: true, count: count)
        var first: Int?
        for (order, column) in keys {
            let end = first ?? count
            guard let found = Self.decide(column, order, before: end, &isOpen) else { continue }
            first = found
        }
        return first
    }

    /// - Parameter isOpen: by row, whether no column yet has said on which side of the row before it belongs.
    /// - Returns: the first row that belongs before the one that it stands behind.
    private static func decide(
        _ column: Column, _ order: ParquetSortingColumn, before end: Int, _ isOpen: inout [Bool]
    ) -> Int? {
        switch column.values {
        case .string(let codes, let dictionary):
            return decide(before: end, &isOpen) { row in
                let (own, other) = (codes[row], codes[row - 1])
                if own == other { return nil }
                if own < 0 || other < 0 {
                    return own < 0 ? order.areNullsFirst : !order.areNullsFirst
                }
                let (a, b) = (
                    dictionary.bytes[dictionary.range(at: Int(own))],
                    dictionary.bytes[dictionary.range(at: Int(other))]
                )
                if a.lexicographicallyPrecedes(b) { return !order.isDescending }
                return b.lexicographicallyPrecedes(a) ? order.isDescending : nil
            }
        case .int64(let values) where column.validity == nil:
            return decide(before: end, &isOpen) { row in
                if values[row] == values[row - 1] { return nil }
                return values[row] < values[row - 1] ? !order.isDescending : order.isDescending
            }
        case .allNull, .bool, .int64, .double:
            return decide(before: end, &isOpen) { precedes(column, $0, $0 - 1, order) }
        }
    }

    /// - Parameter precedes: whether a row belongs before the one that it stands behind; `nil` if it does not matter.
    private static func decide(
        before end: Int, _ isOpen: inout [Bool], _ precedes: (Int) -> Bool?
    ) -> Int? {
        for row in 1..<max(1, end) where isOpen[row] {
            guard let isBefore = precedes(row) else { continue }
            if isBefore { return row }
            isOpen[row] = false
        }
        return nil
    }

    /// Whether row `a` belongs before row `b` by this column; `nil` if it does not matter.
    private static func precedes(
        _ column: Column, _ a: Int, _ b: Int, _ order: ParquetSortingColumn
    ) -> Bool? {
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
