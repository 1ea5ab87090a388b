import ArgumentParser
import Glibc

/// `eventlog top`: what the daemon is doing, on a screen that keeps up with it.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Shows what the daemon is doing: rates, lag, top contents, queries, disk.",
        discussion: """
            Keys: q quits, p pauses, c and n sort by count and by name, + and - change the interval. \
            Without a terminal, or with --once, it prints one page and ends.

            EXAMPLES
              eventlog top
              eventlog top --interval 5 --minutes 60
              eventlog top --once

            EXIT STATUS
              0 done, or ended by q or Ctrl-C · 1 no answer, or ended by a signal · 2 wrong usage
            """)

    @Option(help: ArgumentHelp("Time between two looks.", valueName: "seconds"))
    var interval = 2.0

    @Option(help: ArgumentHelp("How far back the tops look.", valueName: "minutes"))
    var minutes = 5

    @Flag(help: "Print one page and end.")
    var once = false

    @OptionGroup var socket: SocketOptions

    func validate() throws {
        guard TopScreen.intervals.contains(interval) else {
            throw ValidationError("--interval is a number of seconds, 0.2 to 3600.")
        }
        guard (1...1_440).contains(minutes) else {
            throw ValidationError("--minutes is between 1 and 1440.")
        }
    }

    func run() throws {
        let source = TopSource(client: try socket.client(), minutes: minutes)
        guard !once, TerminalScreen.isPossible else { return try printOnce(source) }
        var screen = TopScreen(source: source, interval: interval)
        try Interruption.catching { try screen.run() }
    }

    /// Two looks, since a rate needs two.
    private func printOnce(_ source: TopSource) throws {
        var history = TopHistory()
        history.add(try source.sample())
        try Interruption.catching {
            guard Interruption.pause(seconds: min(interval, 1)) else { return }
            history.add(try source.sample())
            let page = TopPage(history: history, minutes: minutes)
            for line in page.lines(columns: 100, rows: nil) { try Terminal.print(line) }
        }
    }
}
