import ArgumentParser
import EventLog

/// `eventlog user export`: all that is known of one user.
struct UserExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes all that is known of one user: profile, devices, sessions, events.",
        discussion: """
            EXAMPLES
              eventlog user export u_17 -o u_17.json
              eventlog user export u_17 | jq '.profile, .linkedDeviceIds'
              eventlog user export u_17 --format jsonl --gzip -o u_17.jsonl.gz
              eventlog user export u_17 --store /backup/store

            EXIT STATUS
              0 exported, also if nothing is known of the user · 1 failed · 2 wrong usage · \
            3 exported without what is damaged
            """)

    @Argument(help: ArgumentHelp("A user id.", valueName: "id"))
    var id: String

    @Option(
        help: "json, or jsonl: a line for each thing. Default: as the file's name says, else json.")
    var format: ExportRequest.Format?

    @OptionGroup var options: ExportOptions

    private var wantedFormat: ExportRequest.Format {
        format ?? (options.outputExtension == "jsonl" ? .jsonl : .json)
    }

    func validate() throws {
        if UserPlaceholder.matches(id) {
            throw ValidationError(
                "This id stands for nobody: it is what clients send without a user.")
        }
        guard wantedFormat == .json || wantedFormat == .jsonl else {
            throw ValidationError("--format is json or jsonl.")
        }
    }

    func run() throws {
        try options.run(
            ExportRequest(
                .user(id), format: wantedFormat,
                compression: options.isCompressed ? .gzip : .none),
            "/v1/users/" + URLText.escaped(id) + "/export")
    }
}
