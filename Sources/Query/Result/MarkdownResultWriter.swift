import Columns

/// A Markdown table; numbers are aligned to the right.
enum MarkdownResultWriter {
    static func bytes(_ result: QueryResult) -> [UInt8] {
        var output: [UInt8] = []
        func appendLine(_ cells: [String]) {
            output += ("| " + cells.joined(separator: " | ") + " |\n").utf8
        }
        appendLine(result.columns.map { escaped($0.name) })
        appendLine(result.columns.map { TableResultWriter.isNumeric($0.type) ? "---:" : "---" })
        result.forEachRow { cells in
            appendLine(cells.map { escaped(CellText.shown($0, null: "")) })
        }
        return output
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in TextSafety.escaped(text).unicodeScalars {
            if "|\\`*_<>[]".unicodeScalars.contains(scalar) { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}
