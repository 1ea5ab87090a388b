import ArgumentParser
import Columns
import FoundationEssentials

/// `eventlog quarantine`: looks at refused events, and offers them again.
struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Lists, replays and drops refused events.",
        discussion: """
            What a producer sends and the daemon refuses is kept for a while, with the reason. Once the \
            reason is gone (a newer daemon, another setting), it can be offered again. All columns: \
            eventlog query 'FROM quarantine'. How many were ever refused: 'FROM ledger'.
            """,
        subcommands: [
            QuarantineListCommand.self, QuarantineReplayCommand.self, QuarantineDropCommand.self,
        ])
}

struct QuarantineListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "Lists refused events, newest first.",
        discussion: """
            EXAMPLES
              eventlog quarantine ls
              eventlog quarantine ls --code VALIDATION_ERROR --producer uid:1000/app-3
              eventlog quarantine ls --store /backup/store --format json --limit 1000
            """)

    @Option(help: "Only those refused with this error code.")
    var code: String?

    @Option(help: "Only those of this producer and of those within it.")
    var producer: String?

    @Option(help: "At most so many.")
    var limit = 100

    @OptionGroup var options: QuestionOptions

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit is at least 1.") }
    }

    func run() throws {
        var steps = ["FROM quarantine"]
        var values: [String: Value] = [:]
        if let code {
            steps.append("WHERE code = @code")
            values["code"] = .string(code)
        }
        if let producer {
            steps.append("WHERE producer = @producer OR starts_with(producer, @within)")
            values["producer"] = .string(producer)
            values["within"] = .string(producer + "/")
        }
        steps += [
            "ORDER BY id DESC", "LIMIT \(limit)",
            "SELECT id, receivedAt, producer, line, code, message, truncated, event",
        ]
        try options.run([options.question(steps.joined(separator: " |> "), values)])
    }
}

/// Which events a command is about.
struct QuarantineSelection: ParsableArguments {
    @Argument(help: ArgumentHelp("Numbers of events, as ls shows them.", valueName: "id"))
    var ids: [Int64] = []

    @Flag(help: "All of them.")
    var all = false

    func validate() throws {
        if ids.isEmpty != all { throw ValidationError("Give numbers of events or --all.") }
    }

    /// The body of the request.
    func body(isDryRun: Bool = false) throws -> [UInt8] {
        struct Body: Encodable {
            var ids: [Int64]?
            var all: Bool?
            var dryRun: Bool?
        }
        return Array(
            try JSONEncoder().encode(
                Body(
                    ids: all ? nil : ids, all: all ? true : nil, dryRun: isDryRun ? true : nil)))
    }
}

struct QuarantineReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Offers refused events again, as from the producer who sent them.",
        discussion: """
            What is accepted leaves the quarantine; what is refused again stays, with the new reason.

            EXAMPLES
              eventlog quarantine replay 4711 4712
              eventlog quarantine replay --all --dry-run

            EXIT STATUS
              0 all accepted · 1 some refused again, cut off or not there · 2 wrong usage
            """)

    @OptionGroup var selection: QuarantineSelection

    @Flag(help: "Judge them, change nothing.")
    var dryRun = false

    @OptionGroup var socket: SocketOptions

    func run() throws {
        struct Envelope: Decodable {
            struct Body: Decodable {
                var accepted, stored, duplicates, refused, truncated, missing: Int
            }
            var data: Body
        }
        let response = try socket.client().require(
            "POST", "/v1/quarantine/replay", body: selection.body(isDryRun: dryRun))
        guard let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(response.body))
        else { throw ToolFailure("this is no eventlogd: its answer has no data") }
        let report = envelope.data
        let count = { (number: Int) in Quantities.grouped(number) }
        try Terminal.print(
            dryRun
                ? "would be accepted \(count(report.accepted))"
                : "stored \(count(report.stored)) · duplicates \(count(report.duplicates))")
        let left = report.refused + report.truncated + report.missing
        guard left > 0 else { return }
        throw ToolFailure(
            "refused again \(count(report.refused)), kept in part only "
                + "\(count(report.truncated)), not there \(count(report.missing))")
    }
}

struct QuarantineDropCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Forgets refused events; the ledger still counts them.",
        discussion: """
            EXAMPLES
              eventlog quarantine drop 4711
              eventlog quarantine drop --all

            EXIT STATUS
              0 dropped · 1 some are not there · 2 wrong usage
            """)

    @OptionGroup var selection: QuarantineSelection

    @OptionGroup var socket: SocketOptions

    func run() throws {
        struct Envelope: Decodable {
            struct Body: Decodable { var dropped, missing: Int }
            var data: Body
        }
        let response = try socket.client().require(
            "POST", "/v1/quarantine/drop", body: selection.body())
        guard let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(response.body))
        else { throw ToolFailure("this is no eventlogd: its answer has no data") }
        try Terminal.print("dropped \(Quantities.grouped(envelope.data.dropped)) events")
        guard envelope.data.missing > 0 else { return }
        throw ToolFailure("\(Quantities.grouped(envelope.data.missing)) are not there")
    }
}
