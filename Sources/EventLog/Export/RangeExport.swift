package import Columns

/// Writes the events of a range of days, in bounded memory, however many there are.
package struct RangeExport {
    package typealias Output = ([UInt8]) throws -> Void
    /// Is told after each unit how far it is; may throw to end the export.
    package typealias Progress = (ExportJob.Counts) throws -> Void

    /// Bytes of lines that are handed over at a time.
    private static let pieceSize = 256 << 10

    private let table: PersonTable
    private let layout: ExportLayout
    private let request: ExportRequest
    private let selection: ExportSelection
    private let observer: ScanObserver
    private let extraColumnCountMax: Int

    /// - Parameters:
    ///   - observer: is told what could not be read, and is left out.
    ///   - extraColumnCountMax: in tests other than `Limits.exportExtraColumnCountMax`.
    package init(
        _ tables: StoreTables, _ range: ExportRequest.Range, _ request: ExportRequest,
        observer: ScanObserver, extraColumnCountMax: Int = Limits.exportExtraColumnCountMax
    ) {
        table = tables.persons.readingOnce()
        layout = ExportLayout(table.columns)
        self.request = request
        selection = ExportSelection(range)
        self.observer = observer
        self.extraColumnCountMax = extraColumnCountMax
    }

    /// - Parameter output: takes the bytes of the file in order.
    /// - Returns: what was written.
    package func run(_ output: @escaping Output, _ progress: Progress) throws -> ExportJob.Counts {
        guard request.compression == .gzip else { return try write(output, progress) }
        let gzip = try Gzip(output)
        let counts = try write(gzip.write, progress)
        try gzip.finish()
        return counts
    }

    private func write(
        _ output: @escaping Output, _ progress: Progress
    ) throws -> ExportJob.Counts {
        let columns = (layout.envelope + layout.data).map(\.column) + [layout.extra]
        let scan = try ExportScan(table, selection, columns: columns, observer: observer)
        var counts = ExportJob.Counts()
        // What needs to know its columns first goes through the events twice.
        let passes = request.format == .csv || request.format == .parquet ? 2 : 1
        counts.estimatedRowCount = scan.rowCount * passes
        func looked(_ count: Int) throws {
            counts.processedRows += count
            try progress(counts)
        }
        func wrote(_ count: Int) { counts.rowCount += count }
        func use(namesExtra: Bool) throws -> ExportUse {
            try ExportUse(
                scan, layout, namesExtra: namesExtra, nameCountMax: extraColumnCountMax,
                looked: looked)
        }
        switch request.format {
        case .json, .jsonl:
            let rows = ExportJSONRows(layout)
            try lines(scan, rows.columns, output, looked, wrote) { block in
                let rows = rows.of(block)
                return { row, text in
                    try rows.append(row, to: &text)
                    text.append(0x0A)
                }
            }
        case .csv:
            let rows = ExportCSVRows(layout, try use(namesExtra: true))
            var header: [UInt8] = []
            rows.appendHeader(to: &header)
            try output(header)
            try lines(scan, rows.columns, output, looked, wrote) { block in
                { row, text in try rows.append(row, of: block, to: &text) }
            }
        case .parquet:
            var rows = ExportParquetRows(layout, try use(namesExtra: false), output)
            try scan.forEach(columns: { rows.columns }, looked: looked) { block in
                wrote(block.rowCount)
                try rows.append(block)
            }
            try rows.finish()
        }
        return counts
    }

    private func lines(
        _ scan: ExportScan, _ columns: [Int], _ output: Output, _ looked: (Int) throws -> Void,
        _ wrote: (Int) -> Void, _ rows: (Block) -> (Int, inout [UInt8]) throws -> Void
    ) throws {
        var text: [UInt8] = []
        try scan.forEach(columns: { columns }, looked: looked) { block in
            let append = rows(block)
            for row in 0..<block.rowCount {
                do {
                    try append(row, &text)
                    wrote(1)
                } catch let error as JSONError {
                    observer.report(
                        Damage(file: table.name, rowCount: 1, message: "extra: \(error.message)"))
                }
                guard text.count >= Self.pieceSize else { continue }
                try output(text)
                text.removeAll(keepingCapacity: true)
            }
        }
        if !text.isEmpty { try output(text) }
    }
}

extension PersonTable {
    /// The same table with decoded parts in memory of its own: what is read once must not push out
    /// what questions need again.
    func readingOnce() -> PersonTable {
        PersonTable(
            events: events.reading(through: ColumnCache(budget: Limits.exportCacheSize)),
            identity: identity)
    }
}
