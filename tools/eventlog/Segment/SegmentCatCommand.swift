import ArgumentParser
import Columns
import EventLog

/// `eventlog segment cat`: events of stores and single files, as `dump` writes them.
struct SegmentCatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cat",
        abstract: "Prints events of stores or single files as NDJSON, as dump does.",
        discussion: """
            In the order of arrival within each store or file. What is in a store's journal is printed \
            too. Filters of different kinds must all hold; of one kind, any. --where knows the columns \
            of the table events; who a person is (personId) is not known here.

            EXAMPLES
              eventlog segment cat events/2026/11/15/*.parquet
              eventlog segment cat /var/lib/eventlog --content c42 --from 2026-11-15 --limit 10
              eventlog segment cat old.parquet --where 'data.watchTime > 60'

            EXIT STATUS
              0 all printed · 1 failed · 2 wrong usage · 3 printed without what is damaged
            """)

    @Argument(help: ArgumentHelp("Stores or single segment files.", valueName: "dir|file"))
    var paths: [String]

    @OptionGroup var filters: EventFilterOptions
    @OptionGroup var damage: DamageOptions

    @Option(help: ArgumentHelp("At most so many events.", valueName: "count"))
    var limit = Int.max

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit is not negative.") }
    }

    func run() throws {
        var report = DamageReport(damage)
        var left = limit
        for path in paths where left > 0 {
            guard let events = try OfflineEvents.open(path, &report) else { continue }
            let sieve = try filters.sieve(for: events.table)
            left -= try events.print(sieve, countMax: left, &report)
        }
        try report.finish()
    }
}

extension OfflineEvents {
    /// Prints the events that the sieve lets through.
    /// - Returns: how many there were.
    func print(
        _ sieve: EventSieve, countMax: Int, _ report: inout DamageReport
    ) throws -> Int {
        let observer = ScanObserver()
        var dump = EventDump(table, observer: observer, sieve: sieve, countMax: countMax)
        let counts = try dump.run { try Terminal.printDocument(Array($0)) }
        report.add(damage + observer.damage, of: self)
        return counts.events
    }
}
