import Columns

/// The forms in which a result can be written.
package enum ResultFormat: String, Sendable, CaseIterable {
    /// One array of one object per row.
    case json
    /// One object per line.
    case ndjson
    /// RFC 4180, with a header; text that a spreadsheet would take for a formula is disarmed.
    case csv
    /// The same with tabs, in which `\t`, `\n`, `\r` and `\\` stand for themselves.
    case tsv
    case markdown
    /// Boxes for a terminal.
    case table
}

extension QueryResult {
    /// The result as UTF-8.
    /// - Parameter width: characters that a line of `.table` may have; `nil` for any number.
    package func bytes(as format: ResultFormat, width: Int? = nil) -> [UInt8] {
        switch format {
        case .json: JSONResultWriter.array(self)
        case .ndjson: JSONResultWriter.lines(self)
        case .csv: DelimitedResultWriter.csv(self)
        case .tsv: DelimitedResultWriter.tsv(self)
        case .markdown: MarkdownResultWriter.bytes(self)
        case .table: TableResultWriter(self, width: width).bytes()
        }
    }

    /// Calls `body` for each row.
    func forEachRow(_ body: ([Value]) -> Void) {
        var cells: [Value] = []
        for block in blocks {
            for row in 0..<block.rowCount {
                cells.removeAll(keepingCapacity: true)
                for column in block.columns { cells.append(column[row]) }
                body(cells)
            }
        }
    }
}
