import ArgumentParser
import EventLog

/// `eventlog user erase`: removes all that is stored of one person.
struct UserEraseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erases all that is stored of one user, for ever.",
        discussion: """
            Meant is the person behind the id: events of all user ids that are aliases of it, and of \
            devices while they were theirs. Nobody sees them from the moment of the answer; the files are \
            rewritten within 24 hours at most, or with --now before the command ends. Events from before \
            that come late are refused; the id may be used again, and starts empty.

            The answer is a receipt, the same for users that nobody knows. It names the files that held \
            something, what took their place, and snapshots that still do.

            EXAMPLES
              eventlog user erase u_17
              eventlog user erase u_17 --now && eventlog user verify u_17
              eventlog user receipt ers_0123456789abcdef
              eventlog user erase u_17 --store /backup/store      without a daemon
            """)

    @Argument(help: ArgumentHelp("A user id.", valueName: "id"))
    var id: String

    @Flag(help: "Return when no file has anything of the person.")
    var now = false

    @Flag(name: .shortAndLong, help: "Do not ask, on a terminal.")
    var yes = false

    @Option(
        help: ArgumentHelp(
            "A store that no daemon uses. Default: that of the daemon.", valueName: "dir"))
    var store: String?

    @Flag(help: "JSON.")
    var json = false

    @OptionGroup var socket: SocketOptions

    func validate() throws { try Self.check(id) }

    static func check(_ id: String) throws {
        if UserPlaceholder.matches(id) {
            throw ValidationError(
                "This id stands for nobody: it is what clients send without a user.")
        }
    }

    func run() throws {
        if !yes, Terminal.isTerminal(0), Terminal.isTerminal(1) {
            try Terminal.print(
                "All that is stored of \(harmless(id)) goes, and nothing brings it back.")
            try Terminal.print("Write the id once more to go on: ")
            guard readLine(strippingNewline: true) == id else {
                throw ToolFailure("nothing was erased")
            }
        }
        let receipt = try store.map { try OfflineStore(path: $0).erase(id) } ?? ask()
        try ReceiptText.print(receipt, asJSON: json)
    }

    private func ask() throws -> ErasureReceipt {
        try socket.client().data(
            "DELETE", "/v1/users/" + URLText.escaped(id) + (now ? "?now=true" : ""))
    }
}

/// `eventlog user receipt`: what became of an erasure.
struct UserReceiptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Shows what became of an erasure.",
        discussion: """
            EXAMPLES
              eventlog user receipt ers_0123456789abcdef
              eventlog user receipt ers_0123456789abcdef --json | jq .segments
            """)

    @Argument(help: ArgumentHelp("The receipt's id.", valueName: "receipt"))
    var receipt: String

    @Flag(help: "JSON.")
    var json = false

    @OptionGroup var socket: SocketOptions

    func run() throws {
        try ReceiptText.print(
            socket.client().data("GET", "/v1/erasures/" + URLText.escaped(receipt)),
            asJSON: json)
    }
}

/// A receipt for people.
enum ReceiptText {
    static func print(_ receipt: ErasureReceipt, asJSON: Bool) throws {
        if asJSON { return try Terminal.print(JSONLine.text(receipt)) }
        for line in lines(receipt) { try Terminal.print(line) }
    }

    private static func lines(_ receipt: ErasureReceipt) -> [String] {
        var lines = ["\(receipt.id): \(receipt.status.rawValue)"]
        if let error = receipt.error { lines.append("not done yet: \(harmless(error))") }
        guard receipt.status == .erased else {
            return lines + [
                "hidden now; the files are rewritten soon (eventlog user receipt \(receipt.id))"
            ]
        }
        let segments = Quantities.grouped(receipt.segments.count)
        lines.append(
            "\(Quantities.grouped(receipt.events)) events in \(segments) segments, "
                + "\(Quantities.grouped(receipt.devices)) devices, "
                + "\(Quantities.grouped(receipt.quarantined)) refused events, "
                + "\(Quantities.grouped(receipt.exports.count)) exports")
        for segment in receipt.segments {
            lines.append(
                "  \(segment.file) → \(segment.newFile ?? "nothing") "
                    + "(\(Quantities.grouped(segment.events)) events)")
        }
        for snapshot in receipt.snapshots {
            lines.append("  a snapshot may still have it: \(harmless(snapshot))")
        }
        if receipt.level == .unlinked {
            lines.append(
                "  the file system copies on write: old blocks stay until it uses them again")
        }
        return lines
    }
}
