import ArgumentParser
import Persons
import Query

/// `eventlog person explain`: whose an event is, and why.
struct PersonExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explains whose an event is: by which login, alias or rule.",
        discussion: """
            Of an event that is stored, by its eventId; or of one that could come, by device, user and \
            time.

            EXAMPLES
              eventlog person explain --event ev_0191
              eventlog person explain --device ios-4711 --at 2026-11-15T10:00:00Z
              eventlog person explain --device ios-4711 --user guest --json
              eventlog person explain --event ev_0191 --store /backup/store

            EXIT STATUS
              0 explained · 1 there is no such event, or failed · 2 wrong usage · 3 explained without \
            what damage made unreadable
            """)

    @Option(help: ArgumentHelp("The eventId of a stored event.", valueName: "id"))
    var event: String?

    @Option(help: ArgumentHelp("The deviceId of an event.", valueName: "id"))
    var device: String?

    @Option(help: ArgumentHelp("The userId of an event.", valueName: "id"))
    var user: String?

    @Option(help: ArgumentHelp("The time of the event. Default: now.", valueName: "time"))
    var at: String?

    @OptionGroup var options: PersonOptions

    func validate() throws {
        if event != nil {
            guard device == nil, user == nil, at == nil else {
                throw ValidationError("--event stands alone: it has its own device, user and time.")
            }
        } else if device == nil, user == nil {
            throw ValidationError("Give --event, or --device or --user.")
        }
        if let at, TimestampText.time(of: at) == nil {
            throw ValidationError("--at is a time, such as 2026-11-15T10:00:00Z.")
        }
    }

    func run() throws {
        let question: PersonQuestion =
            if let event {
                .explainEvent(id: event)
            } else {
                .explain(device: device, user: user, time: at.flatMap(TimestampText.time))
            }
        try options.run(question, ExplanationReport.self) { $0.lines }
    }
}

extension ExplanationReport {
    /// For people; every line harmless.
    var lines: [String] { explanations.flatMap(\.lines) }
}

extension ExplanationReport.Item {
    fileprivate var lines: [String] {
        let what = event.map { "\(eventId ?? "") (\($0))" } ?? "an event"
        return [harmless("\(what), \(timestamp): \(personId ?? "nobody")")]
            + text.map { "  " + harmless($0) }
    }
}
