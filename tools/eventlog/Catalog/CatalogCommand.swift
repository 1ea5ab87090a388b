import ArgumentParser
import EventLog

/// `eventlog catalog`: looks at the log of a store's tables without a daemon and without touching it.
struct CatalogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog",
        abstract: "Looks at the catalog of a store offline, strictly read-only.",
        subcommands: [
            CatalogLogCommand.self, CatalogShowCommand.self, CatalogFilesCommand.self,
            CatalogVerifyCommand.self, MakeSealKeyCommand.self,
        ])
}
