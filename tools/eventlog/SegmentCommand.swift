import ArgumentParser
import Columns
import FoundationEssentials

/// `eventlog segment`: looks at segments without a daemon and without touching them.
struct SegmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segment",
        abstract: "Looks at segments offline, strictly read-only.",
        subcommands: [
            SegmentListCommand.self, SegmentStatCommand.self, SegmentCatCommand.self,
            SegmentGrepCommand.self, SegmentTimelineCommand.self, SegmentVerifyCommand.self,
            SegmentDiffCommand.self, SegmentSalvageCommand.self,
        ])
}

/// What `segment` subcommands work on.
struct SegmentOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Stores or single segment files.", valueName: "dir|file"))
    var paths: [String]

    @Flag(help: "JSON, an object a line.")
    var json = false

    /// The segments of all paths, in the order given; those of a store as its catalog lists them.
    func segments() throws -> [OfflineSegment] {
        try paths.flatMap { try OfflineStore.segments(at: $0) }
    }
}

struct SegmentListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "Lists the live segments.",
        discussion: """
            EXAMPLES
              eventlog segment ls /var/lib/eventlog
            """)

    @OptionGroup var options: SegmentOptions

    func run() throws {
        let summaries = try options.segments().map { try $0.summary() }
        for summary in summaries {
            try Terminal.print(options.json ? JSONLine.text(summary) : summary.line)
        }
        guard !options.json else { return }
        let rows = summaries.reduce(0) { $0 + $1.rows }
        let size = summaries.reduce(0) { $0 + $1.size }
        try Terminal.print(
            "\(Quantities.grouped(summaries.count)) segments, \(Quantities.grouped(rows)) events, "
                + Quantities.bytes(size))
    }
}

/// One object a line.
enum JSONLine {
    /// The same where only `ToolFailure` is thrown.
    static func checked(_ value: some Encodable) throws(ToolFailure) -> String {
        do {
            return try text(value)
        } catch {
            throw ToolFailure("cannot be told as JSON: \(harmless("\(error)"))")
        }
    }

    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        return Terminal.isTerminal(Terminal.output) ? harmless(text) : text
    }
}
