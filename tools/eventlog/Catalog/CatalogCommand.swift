import ArgumentParser

/// `eventlog catalog`: looks at a store's catalog without a daemon and without touching it.
struct CatalogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "catalog",
        abstract: "Looks at the catalog of a store offline, strictly read-only.",
        subcommands: [CatalogVerifyCommand.self, MakeSealKeyCommand.self])
}
