import ArgumentParser
import Columns
import EventLog

/// `eventlog restore`: a store made of a snapshot.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Makes a store of a snapshot, and looks whether it is whole.",
        discussion: """
            Copies everything and links nothing, so that the snapshot stays as it is. The directory must \
            be new or empty. Compares sizes and counts with the catalog; eventlog segment verify reads \
            every byte.

            EXAMPLES
              eventlog restore /backup/2026-11-15 /var/lib/eventlog
              eventlogd --store /var/lib/eventlog

            EXIT STATUS
              0 restored · 1 failed, and nothing is there · 2 wrong usage · \
            3 restored, but something is damaged
            """)

    @Argument(help: ArgumentHelp("Made by eventlog snapshot.", valueName: "snapshot"))
    var snapshot: String

    @Argument(help: ArgumentHelp("The new directory.", valueName: "store"), completion: .directory)
    var store: String

    func run() throws {
        let restored = try OfflineStore(path: snapshot).restore(to: AbsolutePath.of(store))
        try Terminal.print(
            "\(harmless(store)): \(Quantities.grouped(restored.events)) events in "
                + "\(Quantities.grouped(restored.segments)) segments, "
                + "\(Quantities.bytes(restored.bytes)) copied")
        guard restored.damage.isEmpty else {
            for damage in restored.damage {
                Terminal.complain("eventlog: \(harmless(damage.file)): \(harmless(damage.message))")
            }
            throw ToolFailure("", .damage)
        }
    }
}
