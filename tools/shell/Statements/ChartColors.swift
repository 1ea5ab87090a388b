/// Colours a chart for a terminal, by the characters it is drawn with. The text stays the same.
package enum ChartColors {
    private enum Ink: Equatable {
        case plain, bar, line, axis
        case shade(Int)

        var code: String {
            switch self {
            case .plain: "\u{1B}[0m"
            case .bar: "\u{1B}[36m"
            case .line: "\u{1B}[33m"
            case .axis: "\u{1B}[2m"
            // From dark to bright of the 256 colours.
            case .shade(let step): "\u{1B}[38;5;\([24, 31, 38, 45][min(max(step, 0), 3)])m"
            }
        }
    }

    package static func painted(_ text: String) -> String {
        var output = ""
        var last = Ink.plain
        for scalar in text.unicodeScalars {
            let ink = scalar == "\n" || scalar == " " ? .plain : ink(scalar)
            // A blank needs no colour, so runs are not cut at it; lines end without one.
            if ink != last, scalar != " " {
                output += (last == .plain ? "" : Ink.plain.code) + (ink == .plain ? "" : ink.code)
                last = ink
            }
            output.unicodeScalars.append(scalar)
        }
        return output
    }

    private static func ink(_ scalar: Unicode.Scalar) -> Ink {
        switch scalar {
        case "░": .shade(0)
        case "▒": .shade(1)
        case "▓": .shade(2)
        case "\u{2588}"..."\u{258F}": .bar
        case "\u{2801}"..."\u{28FF}": .line
        case "│", "─", "└", "┤", "·": .axis
        default: .plain
        }
    }
}
