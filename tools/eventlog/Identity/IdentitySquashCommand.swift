import ArgumentParser
import FoundationEssentials

struct IdentitySquashCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "squash",
        abstract: "Writes who did it into the segments, so that questions need not work it out.",
        discussion: """
            Changes no answer: where a later login or alias may have changed it, what was written is \
            ignored. Each segment that lacks it is written anew; the others stay.

            EXAMPLES
              eventlog identity squash --dry-run
              eventlog identity squash
            """)

    @Flag(help: "Count the segments, and change nothing.") var dryRun = false
    @OptionGroup var socket: SocketOptions

    func run() throws {
        struct Envelope: Decodable {
            struct Body: Decodable {
                var segments, squashed, events, bytesBefore, bytesAfter, damaged: Int
            }
            var data: Body
        }
        let response = try socket.client().require(
            "POST", "/v1/identity/squash" + (dryRun ? "?dryRun=true" : ""))
        guard let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(response.body))
        else { throw ToolFailure("this is no eventlogd: its answer has no segments") }
        let report = envelope.data
        let size =
            dryRun
            ? Quantities.bytes(report.bytesBefore)
            : "\(Quantities.bytes(report.bytesBefore)) → \(Quantities.bytes(report.bytesAfter))"
        try Terminal.print(
            (dryRun ? "would squash " : "squashed ") + Quantities.grouped(report.squashed) + " of "
                + Quantities.grouped(report.segments) + " segments, "
                + Quantities.grouped(report.events) + " events, \(size)")
        guard report.damaged > 0 else { return }
        throw ToolFailure(
            "\(Quantities.grouped(report.damaged)) segments stay as they are, because of damage; "
                + "see eventlog segment verify", .damage)
    }
}
