import ArgumentParser

/// `eventlog user`: what a person may ask for of the own data.
struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Hands out, or erases, what is stored of one user.",
        discussion: """
            A user is everything that belongs to the person behind the id: events of all user ids that \
            are aliases of it, and of devices that were theirs (docs/Identity.md).
            """,
        subcommands: [
            UserExportCommand.self, UserEraseCommand.self, UserVerifyCommand.self,
            UserReceiptCommand.self,
        ])
}
