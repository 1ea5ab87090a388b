import ArgumentParser

/// `eventlog vocabulary`: which events there are, and what their fields are called.
struct VocabularyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vocabulary",
        abstract: "Prints the reference of events and fields, as Markdown.",
        discussion: """
            It is written from the table that the parser works by. With the name of an event, only \
            that event.

            EXAMPLES
              eventlog vocabulary
              eventlog vocabulary playStart
            """)

    @Argument(help: ArgumentHelp("An event's canonical name.", valueName: "event"))
    var event: String?

    func run() throws {
        guard let event else {
            return try Terminal.write(Array(EventReference.text.utf8), to: Terminal.output)
        }
        guard let text = EventReference.text(ofEvent: event) else {
            throw ToolFailure(
                "no event is called \(harmless(event)); any name is taken, these are known: "
                    + EventReference.names.joined(separator: ", "), .usage)
        }
        try Terminal.write(Array(text.utf8), to: Terminal.output)
    }
}
