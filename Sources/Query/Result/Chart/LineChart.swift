/// A line over time: one panel. Points stand where their time is, so a gap in time is a gap.
///
/// ```
/// plays
/// 42 ┤  ⢀⠔⠒⢄
///    │⡠⠊    ⠑
///  0 ┤
/// ```
struct LineChart {
    struct Point {
        let time: Int64
        /// `nil` breaks the line.
        let value: Double?
    }

    let title: String
    let points: [Point]
    let from: Int64
    let to: Int64
    let scale: ChartScale
    let width: Int
    let marks: ChartMarks

    private var upperText: String { ChartNumber.text(of: scale.upper) }
    private var lowerText: String { ChartNumber.text(of: scale.lower) }

    /// Cells that the numbers of its axis take.
    var labelWidth: Int { max(upperText.count, lowerText.count) }

    /// - Parameter margin: cells left of the axis, for all panels of a chart the same.
    func lines(margin: Int, height: Int) -> [String] {
        let canvas = drawn(
            on: DotCanvas(
                columns: max(4, width - margin - 2), rows: height, charset: marks.charset))
        return [title]
            + canvas.lines.enumerated().map { position, line in
                let isEdge = position == 0 || position == height - 1
                let text = position == 0 ? upperText : isEdge ? lowerText : ""
                let axis = isEdge ? marks.tick : marks.vertical
                return DisplayWidth.rightAligned(text, to: margin) + " \(axis)\(line)"
            }
    }

    private func drawn(on canvas: DotCanvas) -> DotCanvas {
        var canvas = canvas
        var last: (x: Int, y: Int)?
        for point in points.sorted(by: { $0.time < $1.time }) {
            guard let value = point.value else {
                last = nil
                continue
            }
            let span = Double(to) - Double(from)
            let share = span > 0 ? (Double(point.time) - Double(from)) / span : 0
            let here = (
                x: Int((share * Double(canvas.width - 1)).rounded()),
                y: Int(((1 - scale.share(value)) * Double(canvas.height - 1)).rounded())
            )
            canvas.line(from: last ?? here, to: here)
            last = here
        }
        return canvas
    }
}

/// Where the times of a chart begin and end.
struct TimeAxis {
    let from: Int64
    let to: Int64

    func lines(margin: Int, width: Int, marks: ChartMarks) -> [String] {
        let plotWidth = max(4, width - margin - 2)
        let blank = String(repeating: " ", count: margin + 1)
        let rule = blank + marks.corner + String(repeating: marks.horizontal, count: plotWidth)
        let (left, right) = (Self.text(from, to), Self.text(to, from))
        if from == to { return [rule, blank + " " + left] }
        let room = plotWidth - left.count - right.count
        if room >= 1 {
            return [rule, blank + " " + left + String(repeating: " ", count: room) + right]
        }
        return [rule, left, DisplayWidth.rightAligned(right, to: width)]
    }

    /// Without the parts that are zero in both times.
    private static func text(_ time: Int64, _ other: Int64) -> String {
        let second: Int64 = 1_000_000
        let text = TimestampText.text(of: time)
        if [time, other].allSatisfy({ Calendar.floorMod($0, 86_400 * second) == 0 }) {
            return String(text.prefix { $0 != "T" })
        }
        if [time, other].allSatisfy({ Calendar.floorMod($0, 60 * second) == 0 }) {
            return String(text.dropLast(4)) + "Z"
        }
        return text
    }
}
