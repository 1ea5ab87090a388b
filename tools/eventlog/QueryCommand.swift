import ArgumentParser
import Columns
import FoundationEssentials
import Glibc

/// `eventlog query`: asks the daemon, or a store without one.
struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Answers a question in pipe SQL.",
        discussion: """
            A table on a terminal, NDJSON in a pipe. Without a text the query is read from standard \
            input. Prefix EXPLAIN to see what would be read. In CSV and TSV, text that a spreadsheet \
            would take for a formula has a ' in front.

            EXAMPLES
              eventlog query 'FROM events |> AGGREGATE count(*) AS n GROUP BY event |> ORDER BY n DESC'
              eventlog query --format csv -f top-contents.sql > top.csv
              eventlog query --param id=cnt_1 'FROM events |> WHERE contentId = @id |> LIMIT 5'
              eventlog query --store /backup/store 'FROM events |> AGGREGATE count(*) AS n'

            EXIT STATUS
              0 answered · 1 failed · 2 wrong usage · 3 answered without what damage made unreadable
            """)

    @Argument(help: "The query; without it, --file or standard input.")
    var text: String?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Read the query from a file.", valueName: "path"))
    var file: String?

    @Option(help: "table, json, ndjson, csv, tsv or markdown.")
    var format: OutputFormat?

    @Option(help: ArgumentHelp("Read this store, no daemon needed; read-only.", valueName: "dir"))
    var store: String?

    @Option(
        name: .customLong("param"),
        help: ArgumentHelp(
            "A value for @NAME: a number, true, false, null, else text; 'quoted' is always text.",
            valueName: "name=value"))
    var parameters: [QueryParameter] = []

    @OptionGroup var socket: SocketOptions

    func validate() throws {
        if text != nil, file != nil {
            throw ValidationError("Give the query or --file, not both.")
        }
        if store != nil, socket.explicitPath != nil {
            throw ValidationError("Give --store or --socket, not both.")
        }
    }

    func run() throws {
        let values = Dictionary(
            parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
        try Question(text: queryText(), parameters: values).ask(
            store: store, socket: socket, format: format)
    }

    private func queryText() throws -> String {
        let text = try text ?? TextFile.read(file ?? "-")
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ToolFailure("the query is empty; see eventlog query --help", .usage)
        }
        return text
    }
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, ndjson, csv, tsv, markdown

    var mediaType: String {
        switch self {
        case .table: "text/plain"
        case .json: "application/json"
        case .ndjson: "application/x-ndjson"
        case .csv: "text/csv"
        case .tsv: "text/tab-separated-values"
        case .markdown: "text/markdown"
        }
    }
}

/// A query that is put to the daemon or to a store without one, and whose answer is printed.
struct Question {
    var text: String
    var parameters: [String: Value]

    func ask(store: String?, socket: SocketOptions, format: OutputFormat?) throws {
        let format = format ?? (Terminal.isTerminal(Terminal.output) ? .table : .ndjson)
        let answer =
            if let store {
                try OfflineStore(path: store).answer(text, parameters: parameters, format: format)
            } else {
                try socket.client()
                    .answer(text, parameters: parameters, format: format)
            }
        try Terminal.printDocument(answer.document)
        guard answer.isPartial else { return }
        Terminal.complain("eventlog: warning: the answer is partial: damaged data was left out")
        for line in answer.damage { Terminal.complain("  \(harmless(line))") }
        throw ToolFailure("", .damage)
    }
}

/// What a question got, from whichever side.
struct Answer {
    /// The result in the wanted format, as it is to be printed.
    var document: [UInt8]
    var isPartial: Bool
    /// One line for each damaged file: its name and what is wrong.
    var damage: [String]
}
