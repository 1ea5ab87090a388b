import ArgumentParser
import Columns
import FoundationEssentials

/// `eventlog segment`: looks at segments without a daemon and without touching them.
struct SegmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segment",
        abstract: "Looks at segments offline, strictly read-only.",
        subcommands: [SegmentListCommand.self, SegmentStatCommand.self, SegmentVerifyCommand.self])
}

/// What `segment` subcommands work on.
struct SegmentOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Stores or single segment files.", valueName: "dir|file"))
    var paths: [String]

    @Flag(help: "JSON, an object a line.")
    var json = false

    /// The segments of all paths, in the order given; those of a store as its catalog lists them.
    func segments() throws -> [SegmentFile] {
        try paths.flatMap { try OfflineStore(path: $0).segments() }
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
        let segments = try options.segments()
        for segment in segments {
            try Terminal.print(options.json ? JSONLine.text(segment.summary) : segment.summary.line)
        }
        guard !options.json else { return }
        let rows = segments.reduce(0) { $0 + $1.summary.rows }
        let size = segments.reduce(0) { $0 + $1.summary.size }
        try Terminal.print(
            "\(Quantities.grouped(segments.count)) segments, \(Quantities.grouped(rows)) events, "
                + Quantities.bytes(size))
    }
}

struct SegmentStatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stat",
        abstract: "Shows what is in segments: columns, sizes, ranges.",
        discussion: """
            EXAMPLES
              eventlog segment stat events/2026/11/15/*.parquet
            """)

    @OptionGroup var options: SegmentOptions

    func run() throws {
        for segment in try options.segments() {
            let statistics = try segment.statistics()
            if options.json {
                try Terminal.print(JSONLine.text(statistics))
            } else {
                for line in statistics.lines { try Terminal.print(line) }
            }
        }
    }
}

struct SegmentVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reads every byte of segments and checks every checksum.",
        discussion: """
            EXAMPLES
              eventlog segment verify /var/lib/eventlog

            EXIT STATUS
              0 sound · 1 not a store or segment · 2 wrong usage · 3 damaged
            """)

    @OptionGroup var options: SegmentOptions

    func run() throws {
        var damagedCount = 0
        let segments = try options.segments()
        for segment in segments {
            let verdict = try segment.verify()
            if !verdict.isSound { damagedCount += 1 }
            if options.json {
                try Terminal.print(JSONLine.text(verdict))
            } else if !verdict.isSound {
                for line in verdict.lines { try Terminal.print(line) }
            }
        }
        if !options.json {
            let sound = segments.count - damagedCount
            try Terminal.print(
                "\(Quantities.grouped(sound)) segments sound, "
                    + "\(Quantities.grouped(damagedCount)) damaged")
        }
        if damagedCount > 0 { throw ToolFailure("", .damage) }
    }
}

/// One object a line.
enum JSONLine {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        return Terminal.isTerminal(Terminal.output) ? harmless(text) : text
    }
}
