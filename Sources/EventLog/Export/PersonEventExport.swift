package import Columns

/// Writes all events of one person as JSON objects, in bounded memory.
package struct PersonEventExport {
    /// Bytes that are handed over at a time.
    private static let pieceSize = 256 << 10

    private let scan: ExportScan
    private let rows: ExportJSONRows
    private let observer: ScanObserver

    /// - Parameters:
    ///   - id: as the column `personId` has it.
    ///   - observer: is told what could not be read, and is left out.
    package init(_ tables: StoreTables, person id: String, observer: ScanObserver) throws {
        let table = tables.persons.readingOnce()
        let layout = ExportLayout(table.columns)
        guard let column = layout.further.first(where: { $0.name == "personId" })?.column else {
            preconditionFailure("the table of events has persons")
        }
        rows = ExportJSONRows(layout)
        scan = try ExportScan(
            table, ExportSelection(person: id, column: column), columns: rows.columns,
            observer: observer)
        self.observer = observer
    }

    /// - Parameters:
    ///   - opening: how each object begins: `{`, or with members and a comma behind it.
    ///   - separator: between two objects.
    /// - Returns: what was written.
    package func run(
        opening: String, separator: String, _ output: RangeExport.Output,
        _ progress: RangeExport.Progress
    ) throws -> ExportJob.Counts {
        let (opening, separator) = (Array(opening.utf8), Array(separator.utf8))
        var counts = ExportJob.Counts()
        counts.estimatedRowCount = scan.rowCount
        var text: [UInt8] = []
        func looked(_ count: Int) throws {
            counts.processedRows += count
            try progress(counts)
        }
        try scan.forEach(columns: { rows.columns }, looked: looked) { block in
            let rows = rows.of(block)
            for row in 0..<block.rowCount {
                let size = text.count
                if counts.rowCount > 0 { text += separator }
                do {
                    try rows.append(row, opening: opening, to: &text)
                    counts.rowCount += 1
                } catch let error as JSONError {
                    text.removeLast(text.count - size)
                    observer.report(
                        Damage(file: "events", rowCount: 1, message: "extra: \(error.message)"))
                }
                guard text.count >= Self.pieceSize else { continue }
                try output(text)
                text.removeAll(keepingCapacity: true)
            }
        }
        if !text.isEmpty { try output(text) }
        return counts
    }
}
