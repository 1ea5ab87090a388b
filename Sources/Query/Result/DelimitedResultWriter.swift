import Columns

/// CSV and TSV. Null is nothing; the empty string is `""` in CSV.
///
/// Text that begins like a formula is disarmed (`FormulaText`), so that opening the file in a
/// spreadsheet runs nothing. Numbers are left alone, because their type is numeric.
enum DelimitedResultWriter {
    static func csv(_ result: QueryResult) -> [UInt8] {
        write(result, separator: ",", lineEnd: "\r\n") { text in
            let needsQuotes =
                text.isEmpty
                || text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
                || text.first == " " || text.last == " "
            guard needsQuotes else { return text }
            return "\""
                + text.split(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\"\"") + "\""
        }
    }

    static func tsv(_ result: QueryResult) -> [UInt8] {
        write(result, separator: "\t", lineEnd: "\n") { text in
            var escaped = String.UnicodeScalarView()
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\t": escaped.append(contentsOf: "\\t".unicodeScalars)
                case "\n": escaped.append(contentsOf: "\\n".unicodeScalars)
                case "\r": escaped.append(contentsOf: "\\r".unicodeScalars)
                case "\\": escaped.append(contentsOf: "\\\\".unicodeScalars)
                default: escaped.append(scalar)
                }
            }
            return String(escaped)
        }
    }

    private static func write(
        _ result: QueryResult, separator: String, lineEnd: String, _ quoted: (String) -> String
    ) -> [UInt8] {
        var output: [UInt8] = []
        let names = result.columns.map { quoted(FormulaText.disarmed($0.name)) }
        output += (names.joined(separator: separator) + lineEnd).utf8
        result.forEachRow { cells in
            for (index, cell) in cells.enumerated() {
                if index > 0 { output += separator.utf8 }
                switch cell {
                case .null: break
                case .string(let text): output += quoted(FormulaText.disarmed(text)).utf8
                case .bool, .int64, .double, .timestamp:
                    output += CellText.text(of: cell, null: "").utf8
                }
            }
            output += lineEnd.utf8
        }
        return output
    }
}
