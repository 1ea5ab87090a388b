import ArgumentParser
import Query

/// How an answer is written; the names are those of the daemon.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, vertical, json, ndjson, csv, tsv, markdown, chart

    var mediaType: String {
        switch self {
        case .table, .vertical, .chart: "text/plain"
        case .json: "application/json"
        case .ndjson: "application/x-ndjson"
        case .csv: "text/csv"
        case .tsv: "text/tab-separated-values"
        case .markdown: "text/markdown"
        }
    }

    var resultFormat: ResultFormat {
        switch self {
        case .table: .table
        case .vertical: .vertical
        case .json: .json
        case .ndjson: .ndjson
        case .csv: .csv
        case .tsv: .tsv
        case .markdown: .markdown
        case .chart: .chart
        }
    }

    /// A table on a terminal, NDJSON in a pipe.
    static var usual: OutputFormat { Terminal.isTerminal(Terminal.output) ? .table : .ndjson }
}
