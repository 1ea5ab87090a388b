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
    /// Cells longer than this are cut even on a wide terminal.
    private static let cellWidthMax = 200
    private static let cellWidthMin = 3

    init(_ result: QueryResult, width: Int?) {
        names = result.columns.map { TextSafety.escaped($0.name) }
        isRight = result.columns.map { Self.isNumeric($0.type) }
        var rows: [[String]] = []
        result.forEachRow { cells in
            rows.append(cells.map { TextSafety.escaped(CellText.text(of: $0, null: "NULL")) })
        }
        self.rows = rows
        widths = names.map { Self.width(of: $0) }
        for row in rows {
            for (index, cell) in row.enumerated() {
                widths[index] = max(widths[index], Self.width(of: cell))
            }
        }
        fit(into: width)
    }

    static func isNumeric(_ type: ColumnType) -> Bool { type == .int64 || type == .double }

    private mutating func fit(into width: Int?) {
        for index in widths.indices { widths[index] = min(widths[index], Self.cellWidthMax) }
        guard let width else { return }
        let room = width - 3 * widths.count - 1
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
            let cut = Self.cut(cell, to: widths[index])
            let blank = String(repeating: " ", count: widths[index] - Self.width(of: cut))
            text += isRight[index] ? " \(blank)\(cut) │" : " \(cut)\(blank) │"
        }
        return text + "\n"
    }

    private static func cut(_ text: String, to width: Int) -> String {
        guard self.width(of: text) > width else { return text }
        var result = String.UnicodeScalarView()
        var used = 0
        for scalar in text.unicodeScalars {
            let next = self.width(of: scalar)
            if used + next > width - 1 { break }
            result.append(scalar)
            used += next
        }
        return String(result) + "…"
    }

    private static func width(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
    }

    /// Cells of a terminal: 0 for combining marks, 2 for East Asian wide characters and emoji.
    private static func width(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x300...0x36F, 0x483...0x489, 0x591...0x5BD, 0x610...0x61A, 0x64B...0x65F,
            0x1AB0...0x1AFF,
            0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE00...0xFE0F, 0xFE20...0xFE2F:
            0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
            0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
