import Columns

/// A table for a terminal.
///
/// ```
/// ┌───────────┬───────┐
/// │ event     │ plays │
/// ├───────────┼───────┤
/// │ playStart │    42 │
/// └───────────┴───────┘
/// 1 row
/// ```
/// Control characters come out escaped. Columns share the width that there is: the widest are cut
/// first, with `…`.
struct TableResultWriter {
    private let names: [String]
    private let isRight: [Bool]
    private var rows: [[String]] = []
    private var widths: [Int]
    /// Whether there are columns that it would take a wider page to show whole.
    private(set) var isTooWide = false
    /// Cells longer than this are cut even on a wide terminal.
    private static let cellWidthMax = 200
    private static let cellWidthMin = 3

    init(_ result: QueryResult, width: Int?) {
        names = result.columns.map { TextSafety.escaped($0.name) }
        isRight = result.columns.map { Self.isNumeric($0.type) }
        var rows: [[String]] = []
        result.forEachRow { cells in
            rows.append(cells.map { TextSafety.escaped(CellText.shown($0, null: "NULL")) })
        }
        self.rows = rows
        widths = names.map { DisplayWidth.of($0) }
        for row in rows {
            for (index, cell) in row.enumerated() {
                widths[index] = max(widths[index], DisplayWidth.of(cell))
            }
        }
        fit(into: width)
    }

    static func isNumeric(_ type: ColumnType) -> Bool { type == .int64 || type == .double }

    private mutating func fit(into width: Int?) {
        for index in widths.indices { widths[index] = min(widths[index], Self.cellWidthMax) }
        guard let width else { return }
        let room = width - 3 * widths.count - 1
        // One column alone is no easier to read as records.
        isTooWide = widths.count > 1 && widths.reduce(0, +) > room
        while widths.reduce(0, +) > room,
            let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
            widths[widest] > Self.cellWidthMin
        {
            widths[widest] -= 1
        }
    }

    func bytes() -> [UInt8] {
        var output: [UInt8] = []
        if !names.isEmpty {
            output += rule("┌", "┬", "┐").utf8
            output += line(names).utf8
            output += rule("├", "┼", "┤").utf8
            for row in rows { output += line(row).utf8 }
            output += rule("└", "┴", "┘").utf8
        }
        output += (rows.count == 1 ? "1 row\n" : "\(rows.count) rows\n").utf8
        return output
    }

    private func rule(_ left: String, _ middle: String, _ right: String) -> String {
        left + widths.map { String(repeating: "─", count: $0 + 2) }.joined(separator: middle)
            + right + "\n"
    }

    private func line(_ cells: [String]) -> String {
        var text = "│"
        for (index, cell) in cells.enumerated() {
            let cut = DisplayWidth.cut(cell, to: widths[index])
            let blank = String(repeating: " ", count: widths[index] - DisplayWidth.of(cut))
            text += isRight[index] ? " \(blank)\(cut) │" : " \(cut)\(blank) │"
        }
        return text + "\n"
    }
}
