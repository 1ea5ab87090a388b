import ArgumentParser
import Columns
import Query

/// `eventlog report`: the questions that are asked most, with names and fixed definitions.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Answers one of the questions that are asked most.",
        discussion: """
            Without a name the reports are listed. Their definitions stand in docs/Reports.md; \
            --show-query prints the query itself, to be read, changed, or run elsewhere. Days and hours \
            are UTC.

            EXAMPLES
              eventlog report
              eventlog report overview --days 7
              eventlog report content cnt_1 --from 2026-11-01 --to 2026-12-01
              eventlog report heatmap --format chart
              eventlog report swipes --limit 10 --show-query
            """)

    @Argument(help: "The report; without it, all are listed.") var name: String?
    @Argument(help: "The content, for a report about one.") var content: String?

    @Option(help: ArgumentHelp("Events from this time on.", valueName: "time")) var from: String?
    @Option(help: ArgumentHelp("Events before this time.", valueName: "time")) var to: String?
    @Option(help: ArgumentHelp("Events of the last days, until --to or now.", valueName: "count"))
    var days: Double?
    @Option(
        help: ArgumentHelp(
            "At most so many rows, 0 for all. Usually 20 in top and swipes, else all.",
            valueName: "count"))
    var limit: Int?
    @Flag(help: "Print the query and its parameters instead of the answer.") var showQuery = false

    @OptionGroup var options: QuestionOptions

    func validate() throws {
        if from != nil, days != nil { throw ValidationError("Give --from or --days, not both.") }
        if let days, !(days > 0 && days <= 36_500) {
            throw ValidationError("--days is a number above 0, up to 36500.")
        }
        if let limit, limit < 0 { throw ValidationError("--limit is a number from 0.") }
    }

    func run() throws {
        guard name != nil else { return try list() }
        let (report, question) = try question()
        if showQuery { return try show(report, question) }
        try options.run([question])
    }

    /// The question that the words of `\report` ask, with `form`'s format and layout.
    static func question(_ words: [String], _ form: Question) throws -> Question {
        let command: ReportCommand
        do {
            command = try ReportCommand.parse(words)
        } catch {
            throw ToolFailure(message(for: error))
        }
        var question = try command.question().question
        question.layout = form.layout
        question.timeout = form.timeout
        if command.options.format == nil { question.format = form.format }
        return question
    }

    private func question() throws(ToolFailure) -> (report: Report, question: Question) {
        guard let report = Report.named(name ?? "") else {
            let names = Report.all.map(\.name).joined(separator: ", ")
            throw ToolFailure(
                "there is no report \(harmless(name ?? "")); there are \(names)", .usage)
        }
        var parameters: [String: Value] = [:]
        if report.hasRange {
            let range = try ReportRange(from: from, to: to, days: days, now: SystemTime.now)
            parameters["from"] = .string(range.from)
            parameters["to"] = .string(range.to)
        } else if from != nil || to != nil || days != nil {
            throw ToolFailure("\(report.name) takes no --from, --to or --days", .usage)
        }
        guard report.needsContent == (content != nil) else {
            let need = report.needsContent ? "needs a content's id" : "takes no content"
            throw ToolFailure("\(report.name) \(need)", .usage)
        }
        if let content { parameters["content"] = .string(content) }
        // The number is the client's own, not text of somebody.
        let rows = limit ?? report.usualLimit ?? 0
        let text = report.text + (rows > 0 ? "\n|> LIMIT \(rows)" : "")
        return (report, options.question(text, parameters))
    }

    private func list() throws {
        let width = Report.all.map(\.usage.count).max() ?? 0
        for report in Report.all {
            let blank = String(repeating: " ", count: width - report.usage.count)
            try Terminal.print("\(report.usage)\(blank)  \(report.summary)")
        }
    }

    /// As a query file, parameters as comments.
    private func show(_ report: Report, _ question: Question) throws {
        try Terminal.print("-- \(report.name) v\(report.version): \(report.summary)")
        for (name, value) in question.parameters.sorted(by: { $0.key < $1.key }) {
            guard case .string(let text) = value else { continue }
            try Terminal.print("-- --param \(name)='\(harmless(text))'")
        }
        try Terminal.print(question.text)
    }
}
