import ArgumentParser
import Columns
import EventLog

/// `eventlog segment diff`: which events two stores or files do not have in common.
struct SegmentDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compares the events of two stores or files.",
        discussion: """
            Events are the same if producer and eventId are, and differ if dump would write them \
            differently. Their number and when they arrived does not matter. With --events each event \
            that is not in both alike is printed, an object a line: {"side": …, "event": …}.

            EXAMPLES
              eventlog segment diff /var/lib/eventlog /backup/store
              eventlog segment diff --events old.parquet saved.parquet

            EXIT STATUS
              0 compared, also if they differ · 1 failed · 2 wrong usage · 3 compared without what is \
            damaged
            """)

    @Argument(help: ArgumentHelp("A store or a segment's file.", valueName: "a")) var a: String
    @Argument(help: ArgumentHelp("What to compare it with.", valueName: "b")) var b: String
    @Flag(help: "Print the events.") var events = false
    @Flag(help: "JSON, one object.") var json = false
    @OptionGroup var damage: DamageOptions

    func validate() throws {
        if events, json { throw ValidationError("--events is JSON already.") }
    }

    func run() throws {
        var report = DamageReport(damage)
        guard let first = try OfflineEvents.open(a, &report),
            let second = try OfflineEvents.open(b, &report)
        else { return try report.finish() }
        let observers = (a: ScanObserver(), b: ScanObserver())
        var diff = EventDiff(first.table, second.table, observers: observers)
        let counts: EventDiff.Counts
        if events {
            counts = try diff.run { side, line in
                var text = Array("{\"side\":\"\(side.rawValue)\",\"event\":".utf8)
                text += line.dropLast()
                try Terminal.printDocument(text + Array("}\n".utf8))
            }
        } else {
            counts = try diff.run()
        }
        if json {
            try Terminal.print(JSONLine.text(DiffSummary(counts)))
        } else if !events {
            try Terminal.print(
                "\(Quantities.grouped(counts.onlyInA)) events only in \(harmless(a)), "
                    + "\(Quantities.grouped(counts.onlyInB)) only in \(harmless(b)), "
                    + "\(Quantities.grouped(counts.different)) different, "
                    + "\(Quantities.grouped(counts.same)) the same")
        }
        report.add(first.damage + observers.a.damage, of: first)
        report.add(second.damage + observers.b.damage, of: second)
        try report.finish()
    }
}

/// What `diff --json` says.
private struct DiffSummary: Codable {
    var onlyInA: Int
    var onlyInB: Int
    var different: Int
    var same: Int

    init(_ counts: EventDiff.Counts) {
        onlyInA = counts.onlyInA
        onlyInB = counts.onlyInB
        different = counts.different
        same = counts.same
    }
}
