import ArgumentParser

/// `eventlog identity`: who is who. One file per kind of subcommand.
struct IdentityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity",
        abstract: "Says who is who: logins and logouts, aliases of users, links taken back.",
        discussion: """
            Nothing stored is rewritten: each of these is a record more, and the next answer counts \
            it. A record that comes twice counts once.

            EXAMPLES
              eventlog identity resolve device-7 user-42
              eventlog identity clear device-7
              eventlog identity unlink device-7 user-42 --dry-run
              eventlog identity alias old-account new-account

            EXIT STATUS
              0 done, or nothing to do · 1 refused · 2 wrong usage
            """,
        subcommands: [
            IdentityResolveCommand.self, IdentityClearCommand.self, IdentityAliasCommand.self,
            IdentityUnaliasCommand.self, IdentityUnlinkCommand.self, IdentityDoctorCommand.self,
            IdentityPublishCommand.self, IdentityViewCommand.self, IdentitySquashCommand.self,
        ])
}
