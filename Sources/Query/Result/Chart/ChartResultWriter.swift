import Columns

/// A chart of characters, chosen by what the columns are (`ChartShape`).
///
/// The text is the same everywhere for the same result and layout; whoever shows it may colour it.
/// Axes begin at zero, so that twice the ink is twice the number.
struct ChartResultWriter {
    private let result: QueryResult
    private let rows: [[Value]]
    private let width: Int
    private let marks: ChartMarks

    /// Bars beyond these are counted, not drawn.
    static let barCountMax = 200
    /// Series of one measure beyond these are counted, not drawn.
    static let seriesCountMax = 8
    private static let defaultWidth = 80
    /// Narrower than this nothing can be read; lines are then longer than the width.
    private static let widthMin = 20

    init(_ result: QueryResult, _ layout: ResultLayout) {
        self.result = result
        rows = result.rows
        width = max(layout.width ?? Self.defaultWidth, Self.widthMin)
        marks = ChartMarks(layout.charset)
    }

    func bytes() -> [UInt8] {
        let lines: [String] =
            switch ChartShape(result.columns, rows) {
            case .empty: ["0 rows"]
            case .noNumber: ["no chart: none of the columns is a number; see it with format table"]
            case .facts(let numbers): facts(numbers)
            case .bars(let labels, let numbers): bars(labels, numbers)
            case .lines(let time, let key, let numbers): series(time, key, numbers)
            case .heatMap(let x, let y, let number): heatMap(x, y, number)
            }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private func name(_ column: Int) -> String {
        DisplayWidth.cut(
            TextSafety.escaped(result.columns[column].name), to: width, mark: marks.cut)
    }

    private func label(_ row: [Value], _ columns: [Int]) -> String {
        columns.map { TextSafety.escaped(CellText.text(of: row[$0], null: "NULL")) }
            .joined(separator: marks.joint)
    }

    /// One row without a label: its numbers have different units and share no axis.
    private func facts(_ numbers: [Int]) -> [String] {
        let width = numbers.map { DisplayWidth.of(name($0)) }.max() ?? 0
        return numbers.map { column in
            DisplayWidth.padded(name(column), to: width) + "  "
                + ChartNumber.text(of: rows[0][column])
        }
    }

    private func bars(_ labels: [Int], _ numbers: [Int]) -> [String] {
        let shown = rows.prefix(Self.barCountMax)
        let names =
            labels.isEmpty
            ? (1...max(1, shown.count)).map(String.init) : shown.map { label($0, labels) }
        var lines: [String] = []
        for column in numbers {
            if !lines.isEmpty { lines.append("") }
            let chart = BarChart(
                title: name(column), labels: names, values: shown.map { $0[column] },
                width: width, marks: marks)
            lines += chart.lines()
        }
        if rows.count > shown.count { lines.append("and \(rows.count - shown.count) more rows") }
        return lines
    }

    private func series(_ time: Int, _ key: Int?, _ numbers: [Int]) -> [String] {
        let measured = rows.filter { $0[time] != .null }
        let times = measured.compactMap { $0[time].timestampMicroseconds }
        guard let from = times.min(), let to = times.max() else { return ["no row has a time"] }
        var charts: [LineChart] = []
        var omitted = 0
        for column in numbers {
            var groups: [(title: String, rows: [[Value]])] = [(name(column), measured)]
            if let key {
                groups = ChartShape.grouped(measured, by: key).map {
                    ("\(name(column)) \(marks.dash) \(label($0[0], [key]))", $0)
                }
                omitted = max(0, groups.count - Self.seriesCountMax)
                groups = Array(groups.prefix(Self.seriesCountMax))
            }
            // Series of one measure can be compared only on one scale.
            let scale = ChartScale(groups.flatMap(\.rows).map { ChartNumber.double($0[column]) })
            charts += groups.map { group in
                LineChart(
                    title: DisplayWidth.cut(group.title, to: width, mark: marks.cut),
                    points: group.rows.compactMap { row in
                        row[time].timestampMicroseconds.map {
                            LineChart.Point(time: $0, value: ChartNumber.double(row[column]))
                        }
                    }, from: from, to: to, scale: scale, width: width, marks: marks)
            }
        }
        let margin = charts.map(\.labelWidth).max() ?? 0
        let height = charts.count == 1 ? 10 : 4
        var lines = charts.flatMap { $0.lines(margin: margin, height: height) }
        lines += TimeAxis(from: from, to: to).lines(margin: margin, width: width, marks: marks)
        if omitted > 0 { lines.append("and \(omitted) more series") }
        return lines
    }

    private func heatMap(_ x: Int, _ y: Int, _ number: Int) -> [String] {
        HeatMap(
            rows: rows.map { (x: $0[x], y: $0[y], value: ChartNumber.double($0[number])) },
            names: (name(x), name(y), name(number)), width: width, marks: marks
        ).lines()
    }
}

extension Value {
    var timestampMicroseconds: Int64? {
        if case .timestamp(let time) = self { time } else { nil }
    }
}
