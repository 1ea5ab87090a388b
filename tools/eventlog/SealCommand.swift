import ArgumentParser
import FoundationEssentials

/// `eventlog seal`: makes a segment of what is in memory, now.
struct SealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Makes a segment of all events that are not in one yet.",
        discussion: """
            Not needed for safety: acknowledged events are in the journal. Useful before other \
            programs read the segments.

            EXAMPLES
              eventlog seal
            """)

    @OptionGroup var socket: SocketOptions

    func run() throws {
        struct Envelope: Decodable {
            struct Body: Decodable { var sealed: Int }
            var data: Body
        }
        let response = try socket.client().require("POST", "/v1/seal")
        guard let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(response.body))
        else { throw ToolFailure("this is no eventlogd: its answer has no data") }
        try Terminal.print("sealed \(Quantities.grouped(envelope.data.sealed)) events")
    }
}
