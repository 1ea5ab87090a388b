import ArgumentParser

/// `eventlog identity`: whose the devices are.
struct IdentityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity",
        abstract: "Shows other engines whose the devices are.",
        subcommands: [IdentityPublishCommand.self, IdentityViewCommand.self])
}
