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
    /// A line per cell, for rows that are wider than a terminal.
    case vertical
    /// Bars, lines or a heat map of characters.
    case chart
}

/// What the page can show on which a result is laid out. It matters to `.table` and `.chart` only.
package struct ResultLayout: Sendable, Hashable {
    /// When `.table` is written as `.vertical`: never, always, or where it is wider than the page.
    package enum Expansion: String, Sendable, CaseIterable { case off, on, auto }

    package enum Charset: String, Sendable, CaseIterable { case unicode, ascii }

    /// Cells of a line; `nil`: a table may be as wide as it likes, a chart has 80.
    package var width: Int?
    /// What charts are drawn with.
    package var charset: Charset
    package var expanded: Expansion

    package init(
        width: Int? = nil, charset: Charset = .unicode, expanded: Expansion = .off
    ) {
        self.width = width
        self.charset = charset
        self.expanded = expanded
    }
}

extension QueryResult {
    /// The result as UTF-8.
    package func bytes(
        as format: ResultFormat, layout: ResultLayout = ResultLayout()
    ) -> [UInt8] {
        switch format {
        case .json: JSONResultWriter.array(self)
        case .ndjson: JSONResultWriter.lines(self)
        case .csv: DelimitedResultWriter.csv(self)
        case .tsv: DelimitedResultWriter.tsv(self)
        case .markdown: MarkdownResultWriter.bytes(self)
        case .table: tableBytes(layout)
        case .vertical: VerticalResultWriter.bytes(self)
        case .chart: ChartResultWriter(self, layout).bytes()
        }
    }

    private func tableBytes(_ layout: ResultLayout) -> [UInt8] {
        guard layout.expanded != .on else { return VerticalResultWriter.bytes(self) }
        let table = TableResultWriter(self, width: layout.width)
        return layout.expanded == .auto && table.isTooWide
            ? VerticalResultWriter.bytes(self) : table.bytes()
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
