import ArgumentParser
import Shell

/// `eventlog portal`: the daemon's page in a browser, over its Unix socket.
struct PortalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "portal",
        abstract: "Opens the page with figures, live events and a query box in a browser.",
        discussion: """
            The daemon listens on a Unix socket, which no browser can open. This passes requests of \
            the page on to it, from 127.0.0.1 and a free port, until Ctrl-C. Only requests that \
            carry the token of the printed address are passed on, and only those that read.

            EXAMPLES
              eventlog portal
              eventlog portal --no-open
              ssh -L 8200:127.0.0.1:8200 host eventlog portal --no-open --port 8200

            EXIT STATUS
              0 ended by Ctrl-C · 1 no daemon, or the port is taken
            """)

    @Option(
        help: ArgumentHelp("The port of 127.0.0.1; 0 is any that is free.", valueName: "number"))
    var port: UInt16 = 0

    @Flag(
        inversion: .prefixedNo,
        help: "Open a browser, where there is a display and xdg-open.")
    var open = true

    @OptionGroup var socket: SocketOptions

    func run() throws {
        let client = try socket.client()
        // Whoever may not ask is told now, not by a page full of errors.
        _ = try client.require("GET", "/v1/status")
        let port = try LoopbackPort(port, backlog: Int32(PortalServer.connectionCountMax))
        var random = SystemRandomNumberGenerator()
        let door = PortalDoor(
            port: port.number, token: PortalDoor.makeToken(using: &random), key: client.key)
        let bookmark = open ? try BrowserBookmark(door.address) : nil
        defer { bookmark?.remove() }
        let server = PortalServer(port: port, door: door, socketPath: client.socketPath)
        // From the moment the address is known Ctrl-C is an orderly end.
        try Interruption.catching {
            try Terminal.print(door.address)
            Terminal.complain(
                "eventlog: the page is open to whoever has this address; Ctrl-C ends it")
            bookmark?.open()
            try server.run()
        }
    }
}
