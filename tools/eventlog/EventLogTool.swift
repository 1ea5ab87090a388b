import ArgumentParser
import Glibc

/// The client of the daemon, and the tool for stores without one. One file per subcommand.
@main
struct EventLogTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eventlog",
        abstract: "Sends events to eventlogd, asks it questions, and reads stores offline.",
        discussion: """
            EXAMPLES
              producer | eventlog ingest
              eventlog query 'FROM events |> AGGREGATE count(*) AS n GROUP BY event'
              eventlog query --store /backup/store 'FROM events |> LIMIT 10'
              eventlog status

            EXIT STATUS
              0 done · 1 failed · 2 wrong usage · 3 damage met, or the answer is partial

            The socket is the one of --socket, else of the variable EVENTLOG_SOCKET, else
            /run/eventlog/eventlog.sock for root and $XDG_RUNTIME_DIR/eventlog/eventlog.sock for others.
            """,
        version: "0.1.0",
        subcommands: [
            IngestCommand.self, QueryCommand.self, ReportCommand.self, TailCommand.self,
            TopCommand.self, PortalCommand.self, StatusCommand.self,
            SealCommand.self, CompactCommand.self, ExpireCommand.self, SnapshotCommand.self,
            RestoreCommand.self,
            PersonCommand.self, IdentityCommand.self, ExportCommand.self, UserCommand.self,
            SegmentCommand.self, JournalCommand.self, CatalogCommand.self, ClockCommand.self,
            QuarantineCommand.self, KeyCommand.self, DumpCommand.self,
            OpenAPICommand.self, VocabularyCommand.self, CompletionsCommand.self, ManCommand.self,
        ])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as ToolFailure {
            if !failure.message.isEmpty {
                Terminal.complain("eventlog: \(failure.message)")
            }
            Glibc.exit(failure.status.rawValue)
        } catch {
            // The parser's own number for wrong usage is 64; ours is what shells and users expect.
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            Terminal.complain(fullMessage(for: error))
            Glibc.exit(ExitStatus.usage.rawValue)
        }
    }
}
