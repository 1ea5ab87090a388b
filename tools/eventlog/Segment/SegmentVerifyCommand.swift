import ArgumentParser
import Columns
import EventLog

struct SegmentVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Reads every byte of segments and checks every checksum.",
        discussion: """
            Of a store it also reads the journal. Nothing is changed or repaired. With --deep it also holds \
            against the data what is said of them: statistics, page indexes, Bloom filters and the order of \
            rows in each file, its name, the catalog's sizes, counts and bounds; every field of every record of \
            the journal; that no event and no number stands twice, in a store or in single files given together; \
            which files the catalog does not name, and that each segment is the one that was committed (as \
            catalog verify, without keys).

            EXAMPLES
              eventlog segment verify /var/lib/eventlog
              eventlog segment verify --deep --json /backup/store

            EXIT STATUS
              0 sound · 1 not a store or segment · 2 wrong usage · 3 damaged
            """)

    @OptionGroup var options: SegmentOptions

    @Flag(help: "Hold all that is said of the data against them.") var deep = false

    func run() throws {
        var tally = VerdictTally(isJSON: options.json)
        let deep = self.deep
        try Parallel.forEach(options.segments()) { segment in
            deep ? segment.verifyDeeply() : segment.verify()
        } _: { verdict in
            try tally.add(verdict, isSegment: true)
        }
        for path in options.paths where OfflineStore.isDirectory(path) {
            let store = OfflineStore(path: path)
            var told: Set<String> = []
            if deep {
                for verdict in try store.verifyDeeply() {
                    if !verdict.isSound { told.insert(verdict.path) }
                    try tally.add(verdict)
                }
            }
            for damage in try store.journalDamage() where !told.contains("\(path)/\(damage.file)") {
                try tally.add(SegmentVerdict(path: "\(path)/\(damage.file)", damage))
            }
            guard deep else { continue }
            for verdict in try store.verifyChain() { try tally.add(verdict) }
        }
        if deep {
            let files = options.paths.filter { !OfflineStore.isDirectory($0) }
            if let verdict = try RepetitionVerdict.of(files: files) { try tally.add(verdict) }
        }
        try tally.finish()
    }
}

/// Prints verdicts as they come and knows what they come to.
private struct VerdictTally {
    let isJSON: Bool
    private var soundCount = 0
    private var damagedCount = 0

    init(isJSON: Bool) { self.isJSON = isJSON }

    mutating func add(_ verdict: SegmentVerdict, isSegment: Bool = false) throws {
        if !verdict.isSound { damagedCount += 1 } else if isSegment { soundCount += 1 }
        if isJSON { return try Terminal.print(JSONLine.text(verdict)) }
        for line in verdict.lines { try Terminal.print(line) }
        if let note = verdict.note {
            try Terminal.print("\(harmless(verdict.path)): \(harmless(note))")
        }
    }

    func finish() throws {
        if !isJSON {
            try Terminal.print(
                "\(Quantities.grouped(soundCount)) segments sound, "
                    + "\(Quantities.grouped(damagedCount)) files damaged")
        }
        if damagedCount > 0 { throw ToolFailure("", .damage) }
    }
}
