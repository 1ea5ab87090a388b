import ArgumentParser

/// `eventlog tail`: the newest events, and those that come.
struct TailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Shows the newest events, and with -f those that come, in the order of arrival.",
        discussion: """
            On a terminal each event is one line: when, what, which content, who, and its data. In a pipe \
            it is one JSON object a line: the event as `eventlog dump` prints it, and a cursor. With -f a \
            lost daemon is waited for, and the tail goes on where it was, without a gap and without a \
            repeat.

            EXAMPLES
              eventlog tail -n 20
              eventlog tail -f --where "event = 'error' AND data.errorCode <> 'E7'"
              eventlog tail -f --cursor-file seen.cursor | while read -r line; do work "$line"; done
              eventlog tail --from-beginning | jq -r .event.contentId

            EXIT STATUS
              0 done, or ended by Ctrl-C · 1 failed · 2 wrong usage · 3 printed without what is damaged
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, ndjson
    }

    @Flag(name: .shortAndLong, help: "Go on with the events that come, until Ctrl-C.")
    var follow = false

    @Option(
        name: [.customShort("n"), .customLong("last")],
        help: ArgumentHelp("Begin with so many of the events that are there.", valueName: "count"))
    var last: Int?

    @Flag(help: "Begin with the oldest event.")
    var fromBeginning = false

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only events that satisfy this condition, as behind WHERE in a query.",
            valueName: "condition"))
    var condition: String?

    @Option(help: "Go on behind this cursor of an earlier tail.")
    var cursor: String?

    @Option(
        help: ArgumentHelp(
            "Go on behind the cursor in this file, if there is one, and keep it up to date.",
            valueName: "path"))
    var cursorFile: String?

    @Option(help: ArgumentHelp("End after so many events.", valueName: "count"))
    var limit: Int?

    @Option(help: "text or ndjson. Default: text on a terminal, ndjson in a pipe.")
    var format: Format?

    @Option(help: "Seconds to keep trying, with -f, while the daemon is away.")
    var retrySeconds = 86_400

    @OptionGroup var socket: SocketOptions

    /// Events with which a tail begins that names no place.
    private static let lastUsual = 10

    func validate() throws {
        let starts = [last != nil, fromBeginning, cursor != nil].count { $0 }
        guard starts <= 1 else {
            throw ValidationError("-n, --from-beginning and --cursor exclude each other.")
        }
        guard cursor == nil || cursorFile == nil else {
            throw ValidationError("--cursor and --cursor-file exclude each other.")
        }
        guard (0...100_000).contains(last ?? 0) else {
            throw ValidationError("-n is between 0 and 100000.")
        }
        guard (limit ?? 1) > 0 else { throw ValidationError("--limit is 1 or more.") }
        guard (0...86_400).contains(retrySeconds) else {
            throw ValidationError("--retry-seconds is between 0 and 86400.")
        }
    }

    func run() throws {
        let file = cursorFile.map { CursorFile(path: $0) }
        let seen = try cursor ?? file?.read()
        let isText =
            format.map { $0 == .text } ?? Terminal.isTerminal(Terminal.output)
        var session = TailSession(
            client: try socket.client(), condition: condition, follows: follow,
            patience: .seconds(retrySeconds), file: file,
            text: isText ? TailText() : nil)
        session.cursor = seen
        session.left = limit
        session.start =
            fromBeginning
            ? "from=beginning" : "last=\(last ?? (file == nil ? Self.lastUsual : 0))"
        try Interruption.catching { try session.run() }
        if session.hasDamage { throw ToolFailure("", .damage) }
    }
}
