import ArgumentParser
import Columns
import EventLog

/// `eventlog journal verify`: every header, checksum, payload and number.
struct JournalVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks every record of journal files: checksums, content, order of numbers.",
        discussion: """
            Every header and payload checksum, decompression, every field of every record, and that no number \
            is missing. The rest of an interrupted write at the end of the newest file was acknowledged to \
            nobody and is no damage. Of a directory newer files take the place of older ones; single files \
            are looked at each for itself. Nothing is changed or repaired.

            EXAMPLES
              eventlog journal verify /var/lib/eventlog
              eventlog journal verify --json /backup/store/journal/damaged

            EXIT STATUS
              0 sound · 1 no journal · 2 wrong usage · 3 damaged
            """)

    @OptionGroup var options: JournalOptions
    @Flag(help: "JSON, an object a line.") var json = false

    func run() throws {
        var records = 0
        var sound = 0
        var damaged = 0
        for journal in try options.journals() {
            for audit in try journal.audit().files {
                let verdict = JournalVerdict(audit)
                if json {
                    try Terminal.print(JSONLine.text(verdict))
                } else {
                    for line in verdict.verdict.lines { try Terminal.print(line) }
                    if let note = verdict.verdict.note {
                        try Terminal.print("\(harmless(audit.path)): \(note)")
                    }
                }
                records += audit.recordCount
                if audit.damage.isEmpty { sound += 1 } else { damaged += 1 }
            }
        }
        if !json {
            try Terminal.print(
                "\(Quantities.grouped(records)) records, \(Quantities.grouped(sound)) files sound, "
                    + "\(Quantities.grouped(damaged)) damaged")
        }
        if damaged > 0 { throw ToolFailure("", .damage) }
    }
}

/// What `journal verify` says of a file; the names are those of the JSON.
struct JournalVerdict: Codable, Equatable {
    var summary: JournalSummary
    /// As of segments; `rows` are events.
    var verdict: SegmentVerdict

    init(_ audit: JournalFileAudit) {
        summary = JournalSummary(audit)
        verdict = SegmentVerdict(audit)
    }
}

extension SegmentVerdict {
    /// - Parameter audit: of a journal file.
    init(_ audit: JournalFileAudit) {
        self.init(
            path: audit.path, rows: audit.eventCount,
            findings: audit.damage.map {
                Finding(
                    offset: $0.byteRange?.lowerBound, length: $0.byteRange?.count,
                    rows: $0.rowCount, message: $0.message,
                    remedy: "what is intact comes out by eventlog journal cat")
            })
        if audit.tornTailBytes > 0, audit.damage.isEmpty {
            note =
                "the last \(Quantities.grouped(audit.tornTailBytes)) bytes are of an interrupted write, "
                + "which was acknowledged to nobody: no damage"
        }
    }
}
