import ArgumentParser
import FoundationEssentials
import OpenAPI

/// `eventlog openapi`: the HTTP interface, for programs.
struct OpenAPICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi",
        abstract: "Prints the description of the HTTP interface, as OpenAPI 3.1.",
        discussion: """
            Needs no daemon. A daemon gives the same at /openapi.json; on a Unix socket where no \
            keys are asked for it leaves out that one is needed.

            EXAMPLES
              eventlog openapi > openapi.json
              curl --unix-socket eventlog.sock http://localhost/openapi.json
            """)

    func run() throws {
        let document = OpenAPIDocument(version: EventLogTool.configuration.version, needsKey: true)
        try Terminal.write(Array(try document.json(isPretty: true)) + [0x0A], to: Terminal.output)
    }
}
