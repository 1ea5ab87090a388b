import ArgumentParser
import FoundationEssentials

/// What administrators send: the specification's section 4.1.
private struct ChangeRecord: Encodable {
    var fromUser: String?
    var toUser: String?
    var deviceId: String?
    var userId: String?
    var timestamp: String?
    var dryRun: Bool
}

struct ChangeOptions: ParsableArguments {
    @Flag(help: "Count what would change, and change nothing.") var dryRun = false
    @OptionGroup var socket: SocketOptions

    fileprivate func send(_ record: ChangeRecord, to path: String) throws {
        struct Envelope: Decodable {
            struct Body: Decodable {
                var status: String
                var events, sessions, persons: Int
            }
            var data: Body
        }
        let response = try socket.client().require(
            "POST", path, body: Array(JSONEncoder().encode(record)))
        guard let envelope = try? JSONDecoder().decode(Envelope.self, from: Data(response.body))
        else { throw ToolFailure("this is no eventlogd: its answer has no status") }
        let effect = envelope.data
        func count(_ number: Int, _ one: String, _ many: String) -> String {
            "\(Quantities.grouped(number)) \(number == 1 ? one : many)"
        }
        let affected =
            count(effect.events, "event", "events") + " of "
            + count(effect.sessions, "session", "sessions") + " and "
            + count(effect.persons, "person", "persons")
        switch effect.status {
        case "unchanged": try Terminal.print("it is so already: nothing changed")
        case "dryRun": try Terminal.print("would change \(affected)")
        default: try Terminal.print("changed \(affected)")
        }
    }
}

struct IdentityAliasCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alias",
        abstract: "One user becomes another: both ids are one person, who goes by the second.",
        discussion: """
            Refused if they are one person already by other aliases.

            EXAMPLES
              eventlog identity alias old-account new-account --dry-run
              eventlog identity alias old-account new-account
            """)

    @Argument(help: "The userId that ends.") var from: String
    @Argument(help: "The userId that stays.") var to: String
    @OptionGroup var options: ChangeOptions

    func run() throws {
        try options.send(
            ChangeRecord(fromUser: from, toUser: to, dryRun: options.dryRun),
            to: "/v1/identity/alias")
    }
}

struct IdentityUnaliasCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unalias",
        abstract: "Takes an alias back.",
        discussion: """
            EXAMPLES
              eventlog identity unalias old-account new-account
            """)

    @Argument(help: "The alias's first userId.") var from: String
    @Argument(help: "Its second.") var to: String
    @OptionGroup var options: ChangeOptions

    func run() throws {
        try options.send(
            ChangeRecord(fromUser: from, toUser: to, dryRun: options.dryRun),
            to: "/v1/identity/unalias")
    }
}

struct IdentityUnlinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlink",
        abstract: "This device was not this user: takes all links of the two back.",
        discussion: """
            Events that name the user themselves stay the user's. A later login links the two again.

            EXAMPLES
              eventlog identity unlink device-7 user-42 --dry-run
              eventlog identity unlink device-7 user-42 --until 2026-11-27T10:00:00Z
            """)

    @Argument(help: "The deviceId.") var device: String
    @Argument(help: "The userId.") var user: String
    @Option(
        help: ArgumentHelp("Only links up to this time. Default: all until now.", valueName: "time")
    )
    var until: String?
    @OptionGroup var options: ChangeOptions

    func run() throws {
        try options.send(
            ChangeRecord(
                deviceId: device, userId: user, timestamp: until, dryRun: options.dryRun),
            to: "/v1/identity/unlink")
    }
}
