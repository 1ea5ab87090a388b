import ArgumentParser
import Columns
import EventLog
import Query

/// `eventlog catalog show`: what the table was at a version.
struct CatalogShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a table as of a version: schema, properties, positions, live files.",
        discussion: """
            EXAMPLES
              eventlog catalog show /var/lib/eventlog
              eventlog catalog show /backup/store 117 --json

            EXIT STATUS
              0 shown · 1 failed, or the version is not there any more · 2 wrong usage · 3 damaged
            """)

    @OptionGroup var options: CatalogOptions
    @Argument(help: ArgumentHelp("A version's number, or latest.", valueName: "version"))
    var version = "latest"

    func validate() throws {
        guard version == "latest" || (Int64(version) ?? -1) >= 0 else {
            throw ValidationError("VERSION is a number, or latest.")
        }
    }

    func run() throws {
        let table = try options.open()
        let state = try options.reading { () throws -> CatalogState? in
            do {
                return try table.state(at: Int64(version))
            } catch let error as CatalogError {
                if case .missing = error, version != "latest" { return nil }
                throw error
            }
        }
        guard let state else {
            throw ToolFailure(
                "there is no version \(version), or what it was made of has gone: see eventlog catalog log"
            )
        }
        let shown = CatalogStateReport(state)
        if options.json {
            try Terminal.print(JSONLine.text(shown))
        } else {
            for line in shown.lines { try Terminal.print(line) }
        }
        try options.report(state.damage).finish()
    }
}

/// What `catalog show` says; the names are those of the JSON.
private struct CatalogStateReport: Codable {
    struct Column: Codable {
        var name: String
        var type: String
        var nullable: Bool
    }

    struct Segment: Codable {
        var path: String
        /// Bytes.
        var size: Int
        var rows: Int
        var firstSeq: Int64?
        var lastSeq: Int64?
        /// RFC 3339.
        var from: String?
        var to: String?
    }

    var version: Int64
    var id: String
    /// As of Delta's protocol; a table that asks for more is not opened.
    var minReaderVersion: Int
    var minWriterVersion: Int
    var journalPosition: Int64
    var movesPosition: Int64
    var properties: [String: String]
    var rows: Int
    var size: Int
    var columns: [Column]
    var segments: [Segment]
    /// Left out of the table not long ago.
    var removed: Int

    init(_ state: CatalogState) {
        version = state.version
        id = state.tableID
        minReaderVersion = 1
        minWriterVersion = 2
        journalPosition = state.journalPosition
        movesPosition = state.movesPosition
        properties = state.properties
        rows = state.segments.reduce(0) { $0 + $1.rowCount }
        size = state.segments.reduce(0) { $0 + $1.size }
        columns = state.leaves.map {
            Column(
                name: $0.path.joined(separator: "."), type: $0.type.rawValue,
                nullable: $0.isNullable)
        }
        segments = state.segments.map { entry in
            func known(_ value: Int64) -> Int64? {
                value == .min || value == .max ? nil : value
            }
            return Segment(
                path: entry.path, size: entry.size, rows: entry.rowCount,
                firstSeq: known(entry.seqMin), lastSeq: known(entry.seqMax),
                from: known(entry.timestampMin).map { TimestampText.text(of: $0) },
                to: known(entry.timestampMax).map { TimestampText.text(of: $0) })
        }
        removed = state.removed.count
    }

    var lines: [String] {
        var lines = [
            "version \(version) of table \(harmless(id)), Delta reader \(minReaderVersion), "
                + "writer \(minWriterVersion)",
            "all events up to \(journalPosition) are in segments"
                + (movesPosition > 0 ? "; the ledger's moves up to \(movesPosition) count" : ""),
        ]
        for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
            lines.append("\(harmless(name)) = \(harmless(value))")
        }
        lines.append("\(columns.count) columns:")
        for column in columns {
            lines.append(
                "  \(harmless(column.name)) \(column.type)\(column.nullable ? "" : ", required")")
        }
        lines.append(
            "\(Quantities.grouped(segments.count)) live files, \(Quantities.grouped(rows)) rows, "
                + "\(Quantities.bytes(size))"
                + (removed > 0 ? "; \(removed) left out not long ago" : "") + ":")
        for segment in segments {
            let numbers = segment.firstSeq.map { " seq \($0)–\(segment.lastSeq ?? $0)" } ?? ""
            let times = segment.from.map { " \($0) … \(segment.to ?? "?")" } ?? ""
            lines.append(
                "  \(harmless(segment.path)) \(Quantities.grouped(segment.rows)) rows "
                    + "\(Quantities.bytes(segment.size))\(numbers)\(times)")
        }
        return lines
    }
}
