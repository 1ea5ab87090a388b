import Columns

/// A grid of shades: `x` from left to right, `y` downwards.
///
/// ```
/// plays: hour → by weekday ↓
///   0  4  8
/// 1 ·░░▒▒▓█
/// 2 ░░░▒▓██
/// · 0  ░ to 10  ▒ to 20  ▓ to 30  █ to 40
/// ```
struct HeatMap {
    let rows: [(x: Value, y: Value, value: Double?)]
    let names: (x: String, y: String, number: String)
    let width: Int
    let marks: ChartMarks

    private static let cellWidthMax = 3

    func lines() -> [String] {
        let allColumns = Self.distinct(rows.map(\.x))
        let lines = Self.distinct(rows.map(\.y))
        let labels = lines.map(text)
        let margin = min(labels.map { DisplayWidth.of($0) }.max() ?? 0, width / 3)
        let room = max(4, width - margin - 1)
        let columns = Array(allColumns.prefix(room))
        let cellWidth = max(1, min(Self.cellWidthMax, room / max(1, columns.count)))
        let scale = ChartScale(rows.map(\.value))

        var cells: [Value: [Value: Double]] = [:]
        for row in rows { if let value = row.value { cells[row.y, default: [:]][row.x] = value } }

        var output = [
            DisplayWidth.cut(
                "\(names.number): \(names.x) across, \(names.y) down", to: width, mark: marks.cut),
            String(repeating: " ", count: margin + 1) + header(columns, cellWidth, room),
        ]
        for (line, label) in zip(lines, labels) {
            let name = DisplayWidth.cut(label, to: margin, mark: marks.cut)
            let shades = columns.map { column in
                let shade = cells[line]?[column].map { self.shade($0, scale) } ?? " "
                return String(repeating: shade, count: cellWidth)
            }
            output.append(
                ChartText.trimmed(
                    DisplayWidth.rightAligned(name, to: margin) + " " + shades.joined()))
        }
        output += legend(scale)
        if allColumns.count > columns.count {
            output.append("\(allColumns.count - columns.count) more columns do not fit")
        }
        return output
    }

    /// A label above each column that has room for it.
    private func header(_ columns: [Value], _ cellWidth: Int, _ room: Int) -> String {
        var header = ""
        var used = 0
        for (position, column) in columns.enumerated() where position * cellWidth >= used {
            let label = text(column)
            let size = DisplayWidth.of(label)
            guard position * cellWidth + size <= room else { break }
            header = DisplayWidth.padded(header, to: position * cellWidth) + label
            used = position * cellWidth + size + 1
        }
        return header
    }

    private func shade(_ value: Double, _ scale: ChartScale) -> Character {
        let steps = marks.shades.count - 1
        if value == scale.lower { return marks.shades[0] }
        let step = Int((scale.share(value) * Double(steps)).rounded(.up))
        return marks.shades[min(max(step, 1), steps)]
    }

    /// What the shades mean; on a narrow page a line each.
    private func legend(_ scale: ChartScale) -> [String] {
        guard scale.upper > scale.lower else {
            return ["\(marks.shades[0]) \(ChartNumber.text(of: scale.lower))"]
        }
        let steps = marks.shades.count - 1
        let parts = marks.shades.enumerated().map { step, shade in
            let share = Double(step) / Double(steps)
            let bound = scale.lower * (1 - share) + scale.upper * share
            return "\(shade) \(step == 0 ? "" : "to ")\(ChartNumber.text(of: bound))"
        }
        let line = parts.joined(separator: "  ")
        return DisplayWidth.of(line) <= width ? [line] : parts
    }

    private func text(_ value: Value) -> String {
        TextSafety.escaped(CellText.text(of: value, null: "NULL"))
    }

    /// Numbers and times in their order, others in the order in which they first come.
    private static func distinct(_ values: [Value]) -> [Value] {
        var seen: Set<Value> = []
        let distinct = values.filter { seen.insert($0).inserted }
        let isOrdered = distinct.allSatisfy { order($0) != nil }
        guard isOrdered else { return distinct }
        return distinct.sorted { (order($0) ?? 0) < (order($1) ?? 0) }
    }

    private static func order(_ value: Value) -> Double? {
        value.timestampMicroseconds.map(Double.init) ?? ChartNumber.double(value)
    }
}
