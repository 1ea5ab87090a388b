import ArgumentParser

/// `eventlog dump`: every live event of a store, as it can be sent again.
struct DumpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump",
        abstract: "Prints every event of a store as NDJSON, in the order of arrival; read-only.",
        discussion: """
            Each line is an event that `eventlog ingest` takes again, under its canonical names and with \
            its eventId, so that another store takes it once however often it is sent. Send old events \
            to a daemon that runs with --archive.

            EXAMPLES
              eventlog dump --store /backup/store > events.ndjson
              eventlog dump --store old | eventlog ingest

            EXIT STATUS
              0 all events printed · 1 failed · 2 wrong usage · 3 printed without what is damaged
            """)

    @Option(help: ArgumentHelp("The store to read, no daemon needed.", valueName: "dir"))
    var store: String

    @Option(help: ArgumentHelp("Begin with this arrival number.", valueName: "seq"))
    var from: Int64 = 0

    @OptionGroup var damage: DamageOptions

    func run() throws {
        let store = OfflineStore(path: store)
        var report = DamageReport(damage)
        for found in try store.dump(from: from).damage {
            report.add(found, path: store.name(of: found))
        }
        try report.finish()
    }
}
