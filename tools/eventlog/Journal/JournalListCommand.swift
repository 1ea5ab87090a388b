import ArgumentParser
import Columns
import EventLog

struct JournalListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "Lists journal files, what is in them and how they end.",
        discussion: """
            A file is closed (its writer stopped in good order), open (being written, or its writer was \
            killed), interrupted (it ends with the rest of a write that nobody was told of: no damage), \
            superseded (a newer file takes its place from a number on), or damaged.

            EXAMPLES
              eventlog journal ls /var/lib/eventlog
              eventlog journal ls --json /backup/store/journal

            EXIT STATUS
              0 listed · 1 failed · 2 wrong usage · 3 damaged
            """)

    @OptionGroup var options: JournalOptions
    @Flag(help: "JSON, an object a line.") var json = false
    @OptionGroup var damage: DamageOptions

    func run() throws {
        var report = DamageReport(damage, title: "the journal is damaged")
        var events = 0
        var count = 0
        for journal in try options.journals() {
            for audit in try journal.audit().files {
                let summary = JournalSummary(audit)
                try Terminal.print(json ? JSONLine.text(summary) : summary.line)
                events += audit.eventCount
                count += 1
                for damage in audit.damage { report.add(damage, path: audit.path) }
            }
        }
        if !json {
            try Terminal.print(
                "\(Quantities.grouped(count)) files, \(Quantities.grouped(events)) events")
        }
        try report.finish()
    }
}

struct JournalStatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stat",
        abstract: "Shows what is in journal files: kinds of records, sizes, times.",
        discussion: """
            Of a store it also says which share is in segments already, as its catalog has it.

            EXAMPLES
              eventlog journal stat /var/lib/eventlog
              eventlog journal stat --json 00000000000000000001.journal

            EXIT STATUS
              0 shown · 1 failed · 2 wrong usage · 3 shown without what is damaged
            """)

    @OptionGroup var options: JournalOptions
    @Flag(help: "JSON, an object a line.") var json = false
    @OptionGroup var damage: DamageOptions

    func run() throws {
        var report = DamageReport(damage, title: "the journal is damaged")
        for journal in try options.journals() {
            // Without it nobody knows what is in segments.
            for damage in journal.catalogDamage { report.add(damage, path: damage.file) }
            for audit in try journal.audit().files {
                let statistics = JournalStatistics(audit)
                if json {
                    try Terminal.print(JSONLine.text(statistics))
                } else {
                    for line in statistics.lines { try Terminal.print(line) }
                }
                for damage in audit.damage { report.add(damage, path: audit.path) }
            }
        }
        try report.finish()
    }
}
