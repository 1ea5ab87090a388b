import ArgumentParser
import FoundationEssentials
import Persons

/// The options that all subcommands about persons share.
struct PersonOptions: ParsableArguments {
    @Flag(help: "The answer as JSON.")
    var json = false

    @Option(help: ArgumentHelp("Read this store, no daemon needed; read-only.", valueName: "dir"))
    var store: String?

    @OptionGroup var socket: SocketOptions

    func validate() throws {
        if store != nil, socket.explicitPath != nil {
            throw ValidationError("Give --store or --socket, not both.")
        }
    }

    /// Asks, and prints the answer: as JSON, or in the lines that `lines` makes of it.
    func run<Report: Codable>(
        _ question: PersonQuestion, _: Report.Type, _ lines: (Report) -> [String]
    ) throws {
        let answer: (document: [UInt8], damage: [String])
        if let store {
            answer = try OfflineStore(path: store).answer(question)
        } else {
            answer = try socket.client().answer(question)
        }
        guard let report = try? JSONDecoder().decode(Report.self, from: Data(answer.document))
        else { throw ToolFailure("this daemon's answer cannot be read by this eventlog") }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try Terminal.printDocument(Array(try encoder.encode(report)) + [0x0A])
        } else {
            for line in lines(report) { try Terminal.print(line) }
        }
        guard !answer.damage.isEmpty else { return }
        try Answer(document: [], isPartial: true, damage: answer.damage).warn()
        throw ToolFailure("", .damage)
    }
}
