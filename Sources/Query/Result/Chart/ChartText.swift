enum ChartText {
    /// Without blanks at the end, which nobody sees and every comparison does.
    static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
