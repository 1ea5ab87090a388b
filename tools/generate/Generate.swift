import ArgumentParser

#if canImport(Glibc)
    import Glibc
#endif

/// `eventlog-generate`: engagement events of a made-up short-video feed, to try the store with.
@main
struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eventlog-generate",
        abstract: "Prints engagement events of a made-up short-video feed as NDJSON.",
        discussion: """
            The same arguments give the same bytes, if --start is among them; without it the events
            end now. A summary goes to standard error.

            EXAMPLES
              eventlog-generate --events 100000 | eventlog ingest
              eventlog-generate --events 1000000 --seed 7 --start 2026-11-01T00:00:00Z --out ev.ndjson
              eventlog-generate --events 5000 --days 7 --late 0.2 --duplicates 0.1
            """)

    @Option(help: "How many lines.") var events = 100_000
    @Option(help: "Another seed gives another history.") var seed: UInt64 = 1
    @Option(help: "The first moment, like 2026-11-01T00:00:00Z.") var start: String?
    @Option(help: "How many days the events cover.") var days = 1.0
    @Option(help: "How many devices there are (default: one for 50 events).") var devices: Int?
    @Option(help: "How many contents there are; few are popular.") var contents = 100_000
    @Option(help: "Share of lines that come twice.") var duplicates = 0.005
    @Option(help: "Share of lines that come a minute to a day late.") var late = 0.02
    @Option(help: "The file to write; standard output without it.") var out: String?

    func validate() throws {
        guard events >= 0 else { throw ValidationError("--events must not be negative.") }
        guard days > 0, days <= 36_500 else { throw ValidationError("--days must be 0 to 36500.") }
        guard (1...10_000_000).contains(contents) else {
            throw ValidationError("--contents must be 1 to 10000000.")
        }
        guard devices.map({ (1...1_000_000_000).contains($0) }) ?? true else {
            throw ValidationError("--devices must be 1 to 1000000000.")
        }
        guard (0...1).contains(duplicates), (0..<1).contains(late) else {
            throw ValidationError("--duplicates and --late are shares: 0 to 1, late below 1.")
        }
        guard start.map({ CivilDate.milliseconds($0) != nil }) ?? true else {
            throw ValidationError("--start must look like 2026-11-01T00:00:00Z.")
        }
    }

    func run() throws {
        let span = Int64(days * 86_400_000)
        let world = World(
            seed: seed, deviceCount: devices ?? max(100, events / 50),
            contents: ZipfTable(count: contents))
        var feed = feed(world, from: 0, span)
        let first = start.flatMap(CivilDate.milliseconds) ?? startSoThatItEndsNow(feed)
        feed = self.feed(world, from: first, span)
        let file = try OutputFile(path: out)
        var (lines, scratch) = (LineWriter(), LineWriter())
        var total = 0
        for _ in 0..<events {
            feed.next(&lines, &scratch)
            if lines.count >= 1 << 20 {
                total += lines.count
                try file.write(lines.bytes)
                lines.removeAll()
            }
        }
        total += lines.count
        try file.write(lines.bytes)
        try file.close()
        OutputFile.report(
            "\(events) events, \(total) bytes, \(feed.sessionCount) sessions, "
                + "\(feed.lateCount) late, \(feed.duplicateCount) duplicates\n")
    }

    private func feed(_ world: World, from start: Int64, _ span: Int64) -> Feed {
        Feed(
            world: world, start: start, span: span, events: events, late: late,
            duplicates: duplicates)
    }

    /// When the last event comes is known only once all have come, so they are told once for nothing.
    private func startSoThatItEndsNow(_ feed: Feed) -> Int64 {
        var feed = feed
        var (lines, scratch) = (LineWriter(), LineWriter())
        for _ in 0..<events {
            feed.next(&lines, &scratch)
            lines.removeAll()
        }
        return Self.now() - feed.lastTime
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
