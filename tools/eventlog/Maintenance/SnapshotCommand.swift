import ArgumentParser
import EventLog
import FoundationEssentials

/// `eventlog snapshot`: a complete store as of now, beside the one in use.
struct SnapshotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Makes a complete store of all events so far, in a new directory.",
        discussion: """
            Takes next to no time and room on the store's own file system, where segments are linked; \
            elsewhere they are copied. Events and queries go on. The directory must be new or empty, in \
            one that is there and that the daemon may write to.

            EXAMPLES
              eventlog snapshot /backup/2026-11-15
              eventlog query --store /backup/2026-11-15 'FROM events |> AGGREGATE count(*) AS n'
              eventlog snapshot --store /var/lib/eventlog /backup/now     without a daemon

            EXIT STATUS
              0 made · 1 failed, and nothing is there · 2 wrong usage · \
            3 made without files that the store itself has lost
            """)

    @Argument(help: ArgumentHelp("The new directory.", valueName: "dir"), completion: .directory)
    var directory: String

    @Option(
        help: ArgumentHelp(
            "A store that no daemon uses. Default: that of the daemon.", valueName: "dir"))
    var store: String?

    @Flag(help: "JSON.")
    var json = false

    @OptionGroup var socket: SocketOptions

    func run() throws {
        let place = try AbsolutePath.of(directory)
        let report = try store.map { try OfflineStore(path: $0).snapshot(to: place) } ?? ask(place)
        if json {
            try Terminal.print(JSONLine.text(report))
        } else {
            try Terminal.print(
                "\(harmless(report.directory)): \(Quantities.grouped(report.events)) events in "
                    + "\(Quantities.grouped(report.segments)) segments, "
                    + "\(Quantities.bytes(report.linkedBytes)) linked, "
                    + "\(Quantities.bytes(report.copiedBytes)) copied, "
                    + "in \(Quantities.decimal(report.took, 2)) s")
        }
        guard report.missing.isEmpty else {
            for file in report.missing {
                Terminal.complain("eventlog: \(harmless(file)) is missing in the store")
            }
            throw ToolFailure("", .damage)
        }
    }

    private func ask(_ place: String) throws -> SnapshotReport {
        try socket.client().data(
            "POST", "/v1/snapshot", body: Array(try JSONEncoder().encode(["directory": place])))
    }
}
