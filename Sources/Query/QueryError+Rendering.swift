extension QueryError: CustomStringConvertible {
    /// One line, without the query's text.
    package var description: String {
        let place = line > 0 ? "\(line):\(column): " : ""
        return "\(place)\(code.rawValue) error: \(message)" + (hint.map { " (\($0))" } ?? "")
    }

    /// For people: the message, the line of `text` it is about, a caret under the place, the hint.
    ///
    /// ```
    /// 2:10: name error: unknown column `contentid2`
    ///   |> WHERE contentid2 = 'c1'
    ///            ^^^^^^^^^^
    /// hint: did you mean `contentId`?
    /// ```
    /// Control characters of `text` come out escaped, so that a terminal never obeys them.
    package func rendered(in text: String) -> String {
        var lines = ["\(line > 0 ? "\(line):\(column): " : "")\(code.rawValue) error: \(message)"]
        let sourceLines = text.unicodeScalars.split(
            separator: "\n", omittingEmptySubsequences: false)
        if line > 0, line <= sourceLines.count {
            let source = Array(sourceLines[line - 1])
            let start = min(column - 1, source.count)
            let before = Self.escaped(source[..<start])
            let marked = Self.escaped(source[start..<min(start + length, source.count)])
            let after = Self.escaped(source[min(start + length, source.count)...])
            lines.append("  \(before)\(marked)\(after)")
            let blank = String(repeating: " ", count: before.unicodeScalars.count)
            lines.append(
                "  \(blank)\(String(repeating: "^", count: max(1, marked.unicodeScalars.count)))")
        }
        if let hint { lines.append("hint: \(hint)") }
        return lines.joined(separator: "\n")
    }

    private static func escaped(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        TextSafety.escaped(String(String.UnicodeScalarView(scalars)))
    }
}
