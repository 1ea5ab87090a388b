import ArgumentParser
import EventLog

/// `eventlog catalog files`: the log held against the directory.
struct CatalogFilesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "Holds a table's live files against those that are there.",
        discussion: """
            Prints what is not as the log says: files that are missing or have another size, files that it does \
            not name, and why as far as known, and damaged copies of commits. With --all the live files \
            that are in order too. Sizes alone are compared: segment verify reads the files.

            EXAMPLES
              eventlog catalog files /var/lib/eventlog
              eventlog catalog files /backup/store --all --json

            EXIT STATUS
              0 in order, or only files that are not needed · 1 failed · 2 wrong usage · 3 something is \
            missing or damaged
            """)

    @OptionGroup var options: CatalogOptions
    @Flag(help: "Also the files that are in order.") var all = false

    func run() throws {
        let table = try options.open()
        let found = try options.reading { try CatalogFiles(of: table) }
        var damaged = 0
        var notes = 0
        for file in found.files {
            if file.isDamage { damaged += 1 } else if file.finding != nil { notes += 1 }
            guard all || file.finding != nil else { continue }
            let line = FileLine(file, in: options.path)
            try Terminal.print(options.json ? JSONLine.text(line) : line.line)
        }
        if !options.json {
            let live = found.files.count { $0.rows != nil }
            try Terminal.print(
                "version \(found.version): \(Quantities.grouped(live)) live files, "
                    + "\(Quantities.grouped(damaged)) missing or damaged, "
                    + "\(Quantities.grouped(notes)) not needed")
        }
        try options.report(found.damage).finish()
        if damaged > 0 { throw ToolFailure("", .damage) }
    }
}

/// What `catalog files` says of a file; the names are those of the JSON.
private struct FileLine: Codable {
    var path: String
    /// Bytes.
    var size: Int?
    var rows: Int?
    /// ok, missing, size, replaced, unnamed, temporary, damaged or kept.
    var state: String
    /// The size that is there, where the log says another.
    var found: Int?
    /// The version that left it out.
    var replacedBy: Int64?
    var message: String?

    init(_ file: CatalogFiles.File, in store: String) {
        path = "\(store)/\(file.path)"
        size = file.size
        rows = file.rows
        switch file.finding {
        case nil: state = "ok"
        case .missing:
            state = "missing"
            message = "the table needs it: take it from a snapshot"
        case .otherSize(_, let found):
            state = "size"
            self.found = found
            message = "\(found) bytes are there: see eventlog segment verify"
        case .replaced(let version):
            state = "replaced"
            replacedBy = version
            message =
                "not referenced: replaced by "
                + (version.map { "version \($0)" } ?? "a version that has gone")
                + ", and kept a while for who reads it"
        case .unnamed:
            state = "unnamed"
            message = "not referenced: left by a crash in a seal or a compaction, or being written"
        case .temporary:
            state = "temporary"
            message = "not referenced: being written, or left by a crash"
        case .damaged(let text):
            state = "damaged"
            message = text
        case .keptDamaged:
            state = "kept"
            message = "was found damaged and is kept; nothing needs it"
        }
    }

    var line: String {
        let size = self.size.map { " \(Quantities.bytes($0))" } ?? ""
        let rows = self.rows.map { " \(Quantities.grouped($0)) rows" } ?? ""
        return "\(harmless(path))\(size)\(rows) \(state)"
            + (message.map { ": \(harmless($0))" } ?? "")
    }
}
