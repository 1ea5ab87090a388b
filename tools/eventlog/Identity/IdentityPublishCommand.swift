import ArgumentParser
import EventLog
import FoundationEssentials

/// `eventlog identity publish`: brings the identity table up to date, now.
struct IdentityPublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Brings the table of persons, which other engines read, up to date.",
        discussion: """
            Seals first, so that events and persons fit together. Not needed as a rule: sealing \
            publishes, once enough events have come.

            EXAMPLES
              eventlog identity publish
            """)

    @OptionGroup var socket: SocketOptions

    func run() throws {
        struct Envelope: Decodable { var data: IdentityTableStatus }
        let response = try socket.client().require("POST", "/v1/identity/publish")
        guard let table = try? JSONDecoder().decode(Envelope.self, from: Data(response.body)).data,
            let version = table.version
        else { throw ToolFailure("this is no eventlogd: its answer has no version") }
        try Terminal.print(
            "version \(version): \(Quantities.grouped(table.rows)) rows, up to event "
                + Quantities.grouped(table.position))
    }
}
