import Columns

/// What a chart of a result looks like, decided by the types of its columns and, where two readings
/// are possible, by the rows.
enum ChartShape: Equatable {
    case empty
    case noNumber
    /// One row of numbers.
    case facts([Int])
    /// A bar per row; a panel for each number.
    case bars(labels: [Int], numbers: [Int])
    /// The first column is a time; `series` tells lines of one measure apart.
    case lines(time: Int, series: Int?, numbers: [Int])
    /// Three columns, of which the first two are a grid.
    case heatMap(x: Int, y: Int, number: Int)

    init(_ columns: [ResultColumn], _ rows: [[Value]]) {
        let all = Array(columns.indices)
        let numeric = all.filter { TableResultWriter.isNumeric(columns[$0].type) }
        let others = all.filter { !numeric.contains($0) }
        if rows.isEmpty {
            self = .empty
        } else if numeric.isEmpty {
            self = .noNumber
        } else if columns.first?.type == .timestamp, others.count <= 2 {
            self = .lines(
                time: 0, series: others.count == 2 ? others[1] : nil, numbers: numeric)
        } else if columns.count == 3, numeric.last == 2, Self.isGrid(rows) {
            self = .heatMap(x: 0, y: 1, number: 2)
        } else if others.isEmpty {
            self = Self.ofNumbers(numeric, rows)
        } else {
            self = .bars(labels: others, numbers: numeric)
        }
    }

    /// Of numbers alone the first is the label: it is what the rows were grouped by.
    private static func ofNumbers(_ numeric: [Int], _ rows: [[Value]]) -> ChartShape {
        if rows.count == 1 { return .facts(numeric) }
        if numeric.count == 1 { return .bars(labels: [], numbers: numeric) }
        return .bars(labels: [0], numbers: Array(numeric.dropFirst()))
    }

    /// Whether the first two columns repeat, each, and no pair of them comes twice.
    private static func isGrid(_ rows: [[Value]]) -> Bool {
        let pairs = Set(rows.map { Array($0.prefix(2)) })
        return pairs.count == rows.count && Set(rows.map { $0[0] }).count < rows.count
            && Set(rows.map { $0[1] }).count < rows.count
    }

    /// Rows of equal values in `column`, in the order in which these first come.
    static func grouped(_ rows: [[Value]], by column: Int) -> [[[Value]]] {
        var groups: [[[Value]]] = []
        var positions: [Value: Int] = [:]
        for row in rows {
            if let position = positions[row[column]] {
                groups[position].append(row)
            } else {
                positions[row[column]] = groups.count
                groups.append([row])
            }
        }
        return groups
    }
}
