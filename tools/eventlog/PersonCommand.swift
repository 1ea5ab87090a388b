import ArgumentParser

/// `eventlog person`: who somebody is, and why.
struct PersonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person",
        abstract: "Shows a person, and why an event is somebody's.",
        discussion: """
            A person is a user with all that was done on the user's devices (docs/Identity.md). Who \
            they are is in the tables too: eventlog query 'FROM persons', 'FROM identity'.
            """,
        subcommands: [PersonShowCommand.self, PersonExplainCommand.self])
}
