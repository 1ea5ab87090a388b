import ArgumentParser
import EventLog
import Query

/// `eventlog catalog log`: what each commit did.
struct CatalogLogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Shows the history of a table: what each commit that is still there did.",
        discussion: """
            The newest first. Commits go once two checkpoints stand for them, so the history of an old store \
            begins with a checkpoint, whose commit may have gone.

            EXAMPLES
              eventlog catalog log /var/lib/eventlog --limit 10
              eventlog catalog log /backup/store --table identity --json

            EXIT STATUS
              0 shown · 1 failed · 2 wrong usage · 3 shown without what is damaged
            """)

    @OptionGroup var options: CatalogOptions
    @Option(help: ArgumentHelp("At most so many, the newest.", valueName: "count"))
    var limit = Int.max

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit is not negative.") }
    }

    func run() throws {
        let table = try options.open()
        let history = try options.reading { try CommitHistory(of: table) }
        for entry in history.entries.reversed().prefix(limit) {
            let line = CommitLine(entry)
            try Terminal.print(options.json ? JSONLine.text(line) : line.line)
        }
        try options.report(history.damage).finish()
    }
}

/// What `catalog log` says of a commit; the names are those of the JSON.
private struct CommitLine: Codable {
    var version: Int64
    /// RFC 3339.
    var time: String?
    var operation: String?
    var addedFiles: Int
    var addedRows: Int
    var removedFiles: Int
    /// Not there if a file went whose rows nobody knows any more.
    var removedRows: Int?
    /// All events up to this number are in segments.
    var journalPosition: Int64?
    /// Columns from here on, where that changes.
    var columns: Int?
    var checkpoint: Bool
    /// commit, gone (only its checkpoint is there) or unreadable.
    var state: String

    init(_ entry: CommitHistory.Entry) {
        version = entry.version
        time = entry.time.map {
            TimestampText.text(of: $0.multipliedReportingOverflow(by: 1000).partialValue)
        }
        operation = entry.operation
        addedFiles = entry.added.count
        addedRows = entry.addedRows
        removedFiles = entry.removed.count
        removedRows = entry.removedRows
        journalPosition = entry.journalPosition
        columns = entry.columnCount
        checkpoint = entry.hasCheckpoint
        state = entry.isGone ? "gone" : entry.isUnreadable ? "unreadable" : "commit"
    }

    var line: String {
        var parts = ["\(version)", time ?? "?", harmless(operation ?? "(\(state))")]
        if addedFiles > 0 {
            parts.append("+\(addedFiles) files \(Quantities.grouped(addedRows)) rows")
        }
        if removedFiles > 0 {
            let rows = removedRows.map { Quantities.grouped($0) } ?? "?"
            parts.append("−\(removedFiles) files \(rows) rows")
        }
        if let journalPosition { parts.append("journal up to \(journalPosition)") }
        if let columns { parts.append("\(columns) columns") }
        if checkpoint { parts.append("[checkpoint]") }
        return parts.joined(separator: "  ")
    }
}
