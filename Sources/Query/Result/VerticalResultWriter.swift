import Columns

/// A line per cell: `name: value`, and a heading per row. Control characters come out escaped.
enum VerticalResultWriter {
    static func bytes(_ result: QueryResult) -> [UInt8] {
        let names = result.columns.map { TextSafety.escaped($0.name) }
        let width = names.map { DisplayWidth.of($0) }.max() ?? 0
        let labels = names.map { DisplayWidth.rightAligned($0, to: width) }
        var output: [UInt8] = []
        var number = 0
        result.forEachRow { cells in
            number += 1
            output += "── row \(number) ──\n".utf8
            for (label, cell) in zip(labels, cells) {
                let text = TextSafety.escaped(CellText.shown(cell, null: "NULL"))
                output += "\(label): \(text)\n".utf8
            }
        }
        output += (number == 1 ? "1 row\n" : "\(number) rows\n").utf8
        return output
    }
}
