import ArgumentParser
import EventLog

/// `eventlog export`: the events of some days as a file.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes the events of some days as JSON lines, CSV or Parquet.",
        discussion: """
            Days are UTC, and both are part of the range. A daemon exports 31 days at a time, unless it \
            is set otherwise; a --store of any length. Rows come in no order. In CSV, text that a \
            spreadsheet would run as a formula begins with ' (docs/Export.md).

            EXAMPLES
              eventlog export --from 2026-11-01 --to 2026-11-30 -o november.jsonl.gz
              eventlog export --from 2026-11-01 --to 2026-11-30 -o november.parquet
              eventlog export --from 2026-11-27 --to 2026-11-27 --event playStart --event completion | jq .data
              eventlog export --from 2026-11-01 --to 2026-11-30 --type quality --type ads -o q.csv
              eventlog export --from 2024-01-01 --to 2026-12-31 --store /backup/store -o all.csv.gz

            EXIT STATUS
              0 exported · 1 failed · 2 wrong usage · 3 exported without what is damaged
            """)

    @Option(help: ArgumentHelp("The first day.", valueName: "day")) var from: ExportDate
    @Option(help: ArgumentHelp("The last day.", valueName: "day")) var to: ExportDate

    @Option(help: "jsonl, csv or parquet. Default: as the file's name says, else jsonl.")
    var format: ExportRequest.Format?

    @Option(
        help: ArgumentHelp(
            "events, quality or ads; more than one may be given. Default: events.",
            valueName: "type"))
    var type: [ExportRequest.DataType] = []

    @Option(help: ArgumentHelp("Only this event type, or these.", valueName: "name"))
    var event: [String] = []
    @Option(help: ArgumentHelp("Only this content, or these.", valueName: "id"))
    var content: [String] = []
    @Option(
        help: ArgumentHelp("Only events sent with this user id, or these.", valueName: "id"))
    var user: [String] = []

    @OptionGroup var options: ExportOptions

    private var wantedFormat: ExportRequest.Format {
        format ?? ExportRequest.Format(rawValue: options.outputExtension) ?? .jsonl
    }

    func validate() throws {
        if to < from { throw ValidationError("--to is before --from.") }
        if wantedFormat == .json { throw ValidationError("--format is jsonl, csv or parquet.") }
        if wantedFormat == .parquet, options.isCompressed {
            throw ValidationError("A Parquet file is compressed within; leave --gzip out.")
        }
        guard [event, content, user].allSatisfy({ $0.count <= Limits.exportFilterValueCountMax })
        else {
            throw ValidationError(
                "A filter has at most \(Limits.exportFilterValueCountMax) values.")
        }
    }

    func run() throws {
        var range = ExportRequest.Range(days: from...to)
        if !type.isEmpty { range.dataTypes = Set(type) }
        range.filters.eventTypes = event
        range.filters.contentIds = content
        range.filters.userIds = user
        try options.run(
            ExportRequest(
                .range(range), format: wantedFormat,
                compression: options.isCompressed ? .gzip : .none),
            "/v1/analytics/export")
    }
}

extension ExportDate: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension ExportRequest.Format: ExpressibleByArgument {}
extension ExportRequest.DataType: ExpressibleByArgument {}
