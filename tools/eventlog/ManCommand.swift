import ArgumentParser
import FoundationEssentials

/// `eventlog man`: the manual, written from the definitions that `--help` is written from.
struct ManCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man",
        abstract: "Prints the manual page of a command.",
        discussion: """
            EXAMPLES
              eventlog man query | man -l -
              eventlog man > /usr/local/share/man/man1/eventlog.1
            """)

    @Argument(help: ArgumentHelp("The command, such as: query, segment ls.", valueName: "command"))
    var path: [String] = []

    func run() throws {
        let description = Data(EventLogTool._dumpHelp().utf8)
        guard
            var command = try? JSONDecoder().decode(CommandDescription.Root.self, from: description)
                .command
        else { throw ToolFailure("the parser describes its commands in an unknown form") }
        for name in path {
            guard let next = command.subcommands?.first(where: { $0.commandName == name }) else {
                throw ToolFailure("there is no command \(harmless(name))", .usage)
            }
            command = next
        }
        try Terminal.print(ManualPage(command).text)
    }
}
