import ArgumentParser
import FoundationEssentials

/// `eventlog ingest`: sends events and sees them acknowledged.
struct IngestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Sends events, one JSON object a line, and waits until they are durable.",
        discussion: """
            A lost connection and a full disk are waited for, and only what is undecided is sent \
            again. Give events an eventId: then what must be sent twice is stored once.

            EXAMPLES
              producer | eventlog ingest
              eventlog ingest monday.ndjson tuesday.ndjson
              eventlog ingest --producer app-3 --errors refused.txt events.ndjson

            EXIT STATUS
              0 every line is stored or a duplicate · 1 lines were refused, or not sent · 2 wrong usage
            """)

    enum DurabilityName: String, ExpressibleByArgument, CaseIterable {
        case synced, buffered
    }

    @Argument(help: ArgumentHelp("Files; - or none: standard input.", valueName: "file"))
    var files: [String] = []

    @Option(help: "The name to send under, within your user.")
    var producer: String?

    @Option(
        help: "synced: acknowledged means on disk. buffered: faster to answer, lost if power is.")
    var durability: DurabilityName?

    @Option(
        name: .customLong("errors"), help: "A new file for all refused lines and their reasons.")
    var errorFile: String?

    @Flag(help: "Refused lines are no failure.")
    var allowRefused = false

    @Option(help: "Seconds to keep trying while the daemon is away or its disk is full.")
    var retrySeconds = 60

    @Flag(name: .shortAndLong, help: "No progress and no summary.")
    var quiet = false

    @OptionGroup var socket: SocketOptions

    func validate() throws {
        guard (0...86_400).contains(retrySeconds) else {
            throw ValidationError("--retry-seconds is between 0 and 86400.")
        }
    }

    func run() throws {
        let input = try InputReader(files.isEmpty ? ["-"] : files)
        let report = try RefusalReport(path: errorFile)
        var ingestion = Ingestion(
            socketPath: try socket.path(), hello: try hello(), input: input, report: report,
            patience: .seconds(retrySeconds), progress: ProgressLine(isWanted: !quiet))
        let start = ContinuousClock.now
        var failure: ToolFailure?
        do throws(ToolFailure) { try ingestion.run() } catch { failure = error }
        report.finish()
        let seconds = (ContinuousClock.now - start).inSeconds
        if !quiet || failure != nil {
            Terminal.complain(ingestion.totals.summary(seconds: seconds))
        }
        if let failure { throw failure }
        if ingestion.totals.refused > 0, !allowRefused { throw ToolFailure("") }
    }

    /// The control line that says who sends and how safely; `nil` where the defaults do.
    private func hello() throws -> LineChunk? {
        let key = try socket.key()
        guard key != nil || producer != nil || durability != nil else { return nil }
        struct Hello: Encodable {
            var op = "hello"
            var key: String?
            var producer: String?
            var durability: String?
        }
        let line = try JSONEncoder().encode(
            Hello(key: key, producer: producer, durability: durability?.rawValue))
        return LineChunk(bytes: Array(line) + [0x0A], input: nil, firstLine: 1)
    }
}
