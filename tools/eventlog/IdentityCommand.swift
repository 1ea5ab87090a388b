import ArgumentParser

/// `eventlog identity`: the records that say who somebody is.
struct IdentityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity",
        abstract: "Looks after the records that say who somebody is.",
        subcommands: [IdentityDoctorCommand.self])
}
