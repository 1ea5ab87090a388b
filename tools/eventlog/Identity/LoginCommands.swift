import ArgumentParser
import FoundationEssentials

/// What `resolve` and `clear` send: the specification's section 4.1.
private struct LoginRecord: Encodable {
    var deviceId: String
    var userId: String?
    var timestamp: String?
}

struct LoginOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "When it was, as in 2026-11-27T10:00:00Z. Default: now.", valueName: "time"))
    var at: String?

    @OptionGroup var socket: SocketOptions

    fileprivate func send(_ record: LoginRecord, to path: String) throws {
        struct Envelope: Decodable {
            struct Body: Decodable { var eventId: String }
            var data: Body
        }
        var record = record
        record.timestamp = at
        let response = try socket.client().require(
            "POST", path, body: Array(JSONEncoder().encode(record)))
        guard let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(response.body))
        else { throw ToolFailure("this is no eventlogd: its answer has no eventId") }
        try Terminal.print("stored as \(harmless(envelope.data.eventId))")
    }
}

struct IdentityResolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "This device is this user: a login.",
        discussion: """
            What the device did before, since the last logout, becomes the user's, unless it was \
            another's already.

            EXAMPLES
              eventlog identity resolve device-7 user-42
              eventlog identity resolve device-7 user-42 --at 2026-11-27T10:00:00Z
            """)

    @Argument(help: "The deviceId.") var device: String
    @Argument(help: "The userId.") var user: String
    @OptionGroup var options: LoginOptions

    func run() throws {
        try options.send(
            LoginRecord(deviceId: device, userId: user), to: "/v1/identity/resolve")
    }
}

struct IdentityClearCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear",
        abstract: "Somebody logged out: from now on the device is nobody's.",
        discussion: """
            EXAMPLES
              eventlog identity clear device-7
            """)

    @Argument(help: "The deviceId.") var device: String
    @OptionGroup var options: LoginOptions

    func run() throws {
        try options.send(LoginRecord(deviceId: device), to: "/v1/identity/clear")
    }
}
