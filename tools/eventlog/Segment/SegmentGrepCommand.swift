import ArgumentParser
import Columns
import EventLog

/// `eventlog segment grep`: which events have to do with a content, a user, a device or a text.
struct SegmentGrepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grep",
        abstract: "Finds events by content, user, device or any text in them.",
        discussion: """
            Prints the events as cat does, or with --count, --files or --rows where they are. --text is \
            looked for in every column of text and in extra, byte by byte. Rows count from 0 in their \
            file; events of a store's journal have none, and stand under the store itself.

            EXAMPLES
              eventlog segment grep --content c42 /var/lib/eventlog
              eventlog segment grep --text 'héllo' --rows events/2026/11/15/*.parquet

            EXIT STATUS
              0 searched (also if nothing was found) · 1 failed · 2 wrong usage · 3 searched without \
            what is damaged
            """)

    @Argument(help: ArgumentHelp("Stores or single segment files.", valueName: "dir|file"))
    var paths: [String]

    @OptionGroup var filters: EventFilterOptions
    @OptionGroup var damage: DamageOptions

    @Option(help: ArgumentHelp("Only events with this text in them, or these.", valueName: "text"))
    var text: [String] = []

    @Flag(help: "Print how many there are in each file.") var count = false
    @Flag(help: "Print the files that have any.") var files = false
    @Flag(help: "Print file, row and arrival number of each.") var rows = false
    @Flag(help: "JSON, an object a line, for --count, --files and --rows.") var json = false

    func validate() throws {
        guard !(count && files), !(rows && (count || files)) else {
            throw ValidationError("Give one of --count, --files and --rows.")
        }
        guard text.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError("--text is not empty.")
        }
    }

    func run() throws {
        var report = DamageReport(damage)
        for path in paths {
            guard let events = try OfflineEvents.open(path, &report) else { continue }
            var sieve = try filters.sieve(for: events.table)
            for text in text { sieve.add(text: text, anywhereIn: events.table.columns) }
            guard count || files || rows else {
                _ = try events.print(sieve, countMax: .max, &report)
                continue
            }
            let observer = ScanObserver()
            try EventPlaces(events.table, sieve, observer: observer).forEach { segment, places in
                try print(places, in: segment.map(events.name) ?? path)
            }
            report.add(events.damage + observer.damage, of: events)
        }
        try report.finish()
    }

    private func print(_ places: [EventPlaces.Place], in file: String) throws {
        if rows {
            for place in places.sorted(by: { $0.seq < $1.seq }) {
                let found = FoundEvent(file: file, row: place.row, seq: place.seq)
                try Terminal.print(json ? JSONLine.text(found) : found.line)
            }
            return
        }
        let found = FoundFile(file: file, events: count ? places.count : nil)
        try Terminal.print(json ? JSONLine.text(found) : found.line)
    }
}

/// What `grep --rows` says of an event; the names are those of the JSON.
private struct FoundEvent: Codable {
    var file: String
    var row: Int?
    var seq: Int64

    var line: String { "\(harmless(file)) \(row.map { "row \($0)" } ?? "journal") seq \(seq)" }
}

/// What `grep --count` and `--files` say of a file.
private struct FoundFile: Codable {
    var file: String
    var events: Int?

    var line: String { harmless(file) + (events.map { " \($0)" } ?? "") }
}
