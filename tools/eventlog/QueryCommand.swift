import ArgumentParser
import Columns
import Glibc
import Shell

/// `eventlog query`: asks the daemon, or a store without one.
struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Answers a question in pipe SQL.",
        discussion: """
            A table on a terminal, NDJSON in a pipe. Without a text, a terminal is asked for one \
            query after the other, with history and completion; else the query is read from standard \
            input. A file may hold several, each ended by a semicolon. Prefix EXPLAIN to see what \
            would be read. In CSV and TSV, text that a spreadsheet would take for a formula has a ' \
            in front. Answers taller than the terminal go through $EVENTLOG_PAGER or $PAGER.

            EXAMPLES
              eventlog query
              eventlog query 'FROM events |> AGGREGATE count(*) AS n GROUP BY event |> ORDER BY n DESC'
              eventlog query --format csv -f top-contents.sql > top.csv
              eventlog query --param id=cnt_1 'FROM events |> WHERE contentId = @id |> LIMIT 5'
              eventlog query --format chart --watch 5 \\
                'FROM events |> AGGREGATE count(*) AS events GROUP BY date_trunc('\\''minute'\\'', timestamp) AS t'
              eventlog query --portable spark,clickhouse -f top-contents.sql
              eventlog query --store /backup/store 'FROM events |> AGGREGATE count(*) AS n'

            EXIT STATUS
              0 answered · 1 failed · 2 wrong usage · 3 answered without what damage made unreadable
            """)

    @Argument(help: "The query; without it, --file, a conversation, or standard input.")
    var text: String?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Read the queries from a file.", valueName: "path"))
    var file: String?

    @Option(
        name: .customLong("param"),
        help: ArgumentHelp(
            "A value for @NAME: a number, true, false, null, else text; 'quoted' is always text.",
            valueName: "name=value"))
    var parameters: [QueryParameter] = []

    @Option(
        help: ArgumentHelp(
            "Only say what of the query would not run on spark, clickhouse or both.",
            valueName: "engines"))
    var portable: EngineList?

    @OptionGroup var options: QuestionOptions

    func validate() throws {
        if text != nil, file != nil {
            throw ValidationError("Give the query or --file, not both.")
        }
        if portable != nil, text == nil, file == nil, TerminalScreen.isPossible {
            throw ValidationError("Give the query that is to be portable.")
        }
    }

    func run() throws {
        let values = Dictionary(
            parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
        if text == nil, file == nil, portable == nil, options.watch == nil,
            TerminalScreen.isPossible
        {
            var shell = QueryShell(source: try options.source(), options: options, values)
            return try shell.run()
        }
        let questions = StatementScanner.statements(of: try text ?? TextFile.read(file ?? "-"))
        guard !questions.isEmpty else {
            throw ToolFailure("the query is empty; see eventlog query --help", .usage)
        }
        if let portable { return try PortabilityReport(engines: portable.engines).run(questions) }
        try options.run(questions.map { options.question($0, values) })
    }
}
