import Columns

/// A bar per label.
///
/// ```
/// plays
/// cnt_a  42 ██████████████████
/// cnt_b  21 █████████
///           0               42
/// ```
struct BarChart {
    let title: String
    let labels: [String]
    let values: [Value]
    let width: Int
    let marks: ChartMarks

    /// Cells of the bars however long labels and numbers are.
    private static let plotWidthMin = 6

    func lines() -> [String] {
        let texts = values.map(ChartNumber.text(of:))
        let textWidth = texts.map { DisplayWidth.of($0) }.max() ?? 0
        let labelRoom = max(4, min(width / 2, width - textWidth - 2 - Self.plotWidthMin))
        let labelWidth = min(labels.map { DisplayWidth.of($0) }.max() ?? 0, labelRoom)
        let plotWidth = max(Self.plotWidthMin, width - labelWidth - textWidth - 3)
        let scale = ChartScale(values.map(ChartNumber.double))
        var lines = [title]
        for (position, label) in labels.enumerated() {
            let name = DisplayWidth.padded(
                DisplayWidth.cut(label, to: labelWidth, mark: marks.cut), to: labelWidth)
            let text = DisplayWidth.rightAligned(texts[position], to: textWidth)
            let bar = ChartNumber.double(values[position]).map { self.bar($0, scale, plotWidth) }
            lines.append(ChartText.trimmed("\(name)  \(text) \(bar ?? "")"))
        }
        let margin = String(repeating: " ", count: labelWidth + textWidth + 3)
        return lines + [margin + axis(scale, plotWidth)]
    }

    private func bar(_ value: Double, _ scale: ChartScale, _ plotWidth: Int) -> String {
        let zero = Int((scale.share(0) * Double(plotWidth)).rounded())
        if value < 0 {
            // Blocks grow from the left, so a bar to the left of zero has whole cells.
            let length = Int(((scale.share(0) - scale.share(value)) * Double(plotWidth)).rounded())
            let cells = min(max(length, 1), zero)
            return String(repeating: " ", count: zero - cells)
                + String(repeating: marks.bar.last ?? "#", count: cells)
        }
        let steps = marks.bar.count
        let exact = (scale.share(value) - scale.share(0)) * Double(plotWidth * steps)
        // A number that is not zero can be seen.
        var length = value > 0 ? max(Int(exact.rounded()), 1) : 0
        length = min(length, (plotWidth - zero) * steps)
        let full = String(repeating: marks.bar.last ?? "#", count: length / steps)
        let rest = length % steps == 0 ? "" : String(marks.bar[length % steps - 1])
        return String(repeating: " ", count: zero) + full + rest
    }

    private func axis(_ scale: ChartScale, _ plotWidth: Int) -> String {
        let left = ChartNumber.text(of: scale.lower)
        let right = scale.upper > scale.lower ? ChartNumber.text(of: scale.upper) : ""
        let blank = max(1, plotWidth - left.count - right.count)
        return ChartText.trimmed(left + String(repeating: " ", count: blank) + right)
    }
}
