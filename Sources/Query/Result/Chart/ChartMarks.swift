/// What charts are drawn with: blocks and Braille, or plain ASCII where a terminal has no more.
struct ChartMarks {
    let charset: ResultLayout.Charset
    /// Bars that end within a cell, from the shortest; the last fills it.
    let bar: [Character]
    /// Of a heat map: zero, then from faint to strong.
    let shades: [Character]
    let vertical, horizontal, corner, tick: String
    let cut, joint, dash: String

    init(_ charset: ResultLayout.Charset) {
        self.charset = charset
        switch charset {
        case .unicode:
            bar = ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
            shades = ["·", "░", "▒", "▓", "█"]
            (vertical, horizontal, corner, tick) = ("│", "─", "└", "┤")
            (cut, joint, dash) = ("…", " · ", "—")
        case .ascii:
            bar = [".", "#"]
            shades = [".", ":", "+", "*", "#"]
            (vertical, horizontal, corner, tick) = ("|", "-", "+", "+")
            (cut, joint, dash) = ("~", " / ", "-")
        }
    }
}
