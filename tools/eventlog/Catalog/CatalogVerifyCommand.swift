import ArgumentParser
import EventLog

struct CatalogVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reads the catalog and names what of it is damaged.",
        discussion: """
            EXAMPLES
              eventlog catalog verify /var/lib/eventlog

            EXIT STATUS
              0 sound · 1 not a store · 2 wrong usage · 3 damaged
            """)

    @Argument(
        help: ArgumentHelp("The store's directory.", valueName: "dir"), completion: .directory)
    var store: String

    func run() throws {
        let damage = try OfflineStore(path: store).journalDamage()
        for found in damage {
            try Terminal.print("\(harmless(found.file)): DAMAGED: \(harmless(found.message))")
        }
        if !damage.isEmpty { throw ToolFailure("", .damage) }
        try Terminal.print("sound")
    }
}
