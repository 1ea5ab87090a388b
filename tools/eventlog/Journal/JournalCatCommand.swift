import ArgumentParser
import Columns
import EventLog

/// `eventlog journal cat`: events of journal files, as `dump` writes them, or their records.
struct JournalCatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cat",
        abstract: "Prints events of journal files as NDJSON, or with --records the records.",
        discussion: """
            Events that are in segments too are printed as long as the file is there. Of a directory each \
            event is printed once; single files are printed each for itself. Filters as in segment cat.

            EXAMPLES
              eventlog journal cat /var/lib/eventlog --event like --limit 10
              eventlog journal cat --records journal/00000000000000000001.journal

            EXIT STATUS
              0 all printed · 1 failed · 2 wrong usage · 3 printed without what is damaged
            """)

    @OptionGroup var options: JournalOptions
    @OptionGroup var filters: EventFilterOptions
    @OptionGroup var damage: DamageOptions

    @Option(help: ArgumentHelp("At most so many events or records.", valueName: "count"))
    var limit = Int.max
    @Flag(
        help:
            "Print each record: file, offset, kind, flags, sizes, numbers, state of its checksums.")
    var records = false

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit is not negative.") }
        if records, !filters.isEmpty {
            throw ValidationError("--records takes no filters.")
        }
    }

    func run() throws {
        var report = DamageReport(damage)
        var left = limit
        for journal in try options.journals() where left > 0 {
            do {
                if records {
                    try printRecords(of: journal, &left)
                } else {
                    try printEvents(of: journal, &left, &report)
                }
            } catch let error as DiskError {
                throw ToolFailure(harmless("\(error)"))
            }
            for audit in try journal.audit().files {
                for damage in audit.damage { report.add(damage, path: audit.path) }
            }
        }
        try report.finish()
    }

    private func printRecords(of journal: JournalFiles, _ left: inout Int) throws {
        var count = left
        try journal.forEachPlace { file, place in
            guard count > 0 else { return }
            count -= 1
            try Terminal.print(JSONLine.text(JournalRecordLine(place, file: file.path)))
        }
        left = count
    }

    private func printEvents(
        of journal: JournalFiles, _ left: inout Int, _ report: inout DamageReport
    ) throws {
        var count = left
        var damage: [Damage] = []
        try journal.forEachTable(knowsAllColumns: filters.condition != nil) { table in
            let observer = ScanObserver()
            var dump = EventDump(
                table, observer: observer, sieve: try filters.sieve(for: table), countMax: count)
            count -= try dump.run { try Terminal.printDocument(Array($0)) }.events
            damage += observer.damage
            return count > 0
        }
        left = count
        for damage in damage { report.add(damage, path: options.paths[0]) }
    }
}

extension EventFilterOptions {
    /// Whether everything is wanted.
    var isEmpty: Bool {
        from == nil && to == nil && event.isEmpty && content.isEmpty && user.isEmpty
            && device.isEmpty && condition == nil
    }
}
