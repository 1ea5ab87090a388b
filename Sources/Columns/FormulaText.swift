/// Text that a spreadsheet would run as a formula, made harmless, for every file that one may open.
///
/// Text that begins like a formula (`= + - @`, also full-width, also after blanks or quotes; or a tab or
/// line end) gets a `'` in front. A text that is a number as a whole (`-1004`, `-2.5e3`) runs nothing and
/// stays. Columns of numbers never come here.
package enum FormulaText {
    package static func disarmed(_ text: String) -> String {
        if let first = text.unicodeScalars.first, ["\t", "\r", "\n"].contains(first) {
            return "'" + text
        }
        let start = text.unicodeScalars.first {
            ![" ", "\"", "'", "\u{A0}", "\u{3000}"].contains($0)
        }
        switch start {
        case "=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}", "\t", "\r", "\n":
            return isNumber(text.utf8) ? text : "'" + text
        default:
            return text
        }
    }

    /// `-1004`, `-0.5`, `-2e+9`: an optional minus, digits, a fraction, an exponent.
    private static func isNumber(_ text: String.UTF8View) -> Bool {
        var rest = text[...]
        func digits() -> Bool {
            let count = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }.count
            rest = rest.dropFirst(count)
            return count > 0
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        guard digits() else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard digits() else { return false }
        }
        if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
                rest = rest.dropFirst()
            }
            guard digits() else { return false }
        }
        return rest.isEmpty
    }
}
